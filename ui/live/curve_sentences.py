"""What to see in the two charts of a run, in a sentence each."""

from __future__ import annotations

from mnist_core.diagnosis.run_facts import least_loss
from mnist_core.history import History
from mnist_core.model.training_data import FineTuningData


def describe_loss(history: History, label_smoothing: float, tuned: FineTuningData | None = None) -> str:
    """Return what to see in the chart of the loss now; `tuned` is what a fine-tuning learns from."""
    if len(history.steps) < 2 and tuned:
        return "It starts with the weights of a trained network, so its loss is small from the first step on."
    if len(history.steps) < 2:
        return "Before training, ten equally likely digits give a loss of 2.30."
    first, last = history.steps[0], history.steps[-1]
    text = f"The training loss went from {_loss(first.loss)} to {_loss(last.loss)}."
    if history.validations and tuned:
        return (
            f"{text} On the {tuned.describe_validation()} it is {_loss(history.validations[-1].loss)}; the two cannot "
            "be compared, since the network learns from images of MNIST, too."
        )
    if history.validations and label_smoothing:
        text += (
            f" On images kept back it is {_loss(history.validations[-1].loss)}; the two cannot be compared, since only "
            f"the training loss contains the label smoothing and never falls below {least_loss(label_smoothing):.2f}."
        )
    elif history.validations:
        gap = history.validations[-1].loss - last.loss
        text += f" On images kept back it is {_loss(history.validations[-1].loss)}: " + (
            "more than on those it learns from." if gap > 0 else "no more than on those it learns from."
        )
    return text


def _loss(value: float) -> str:
    return f"{value:.3f}" if value < 1000 else f"{value:.1e}"


def describe_accuracy(history: History, tuned: FineTuningData | None = None) -> str:
    """Return what to see in the chart of the accuracy now; `tuned` is what a fine-tuning learns from."""
    if not history.steps:
        return "Guessing reads one image in ten right."
    if history.test_accuracy is not None:
        wrong = round((1 - history.test_accuracy) * 10_000)
        return f"Of the 10,000 test images, which it had never seen, it reads {wrong:,} wrong."
    if history.validations:
        share = history.validations[-1].accuracy
        if tuned:
            return f"Of the {tuned.describe_validation()}, it now reads {share:.1%} right."
        return f"Of 100 images that it has not learned from, it now reads {100 * share:.1f} right."
    return f"Of 100 images that it learns from, it now reads {100 * history.steps[-1].accuracy:.1f} right."
