"""Diagnosis of a fine-tuning: whether the network learned the handwriting, and whether it forgot MNIST. No torch.

A fine-tuned network learns from a mixture of MNIST and drawings, and is validated on drawings alone. The difference of
the two accuracies is no variance, and more images of MNIST are no remedy. So the network is compared with its start: on
the drawings kept aside, and on MNIST's test images.
"""

from __future__ import annotations

from mnist_core.config import TEST_IMAGES
from mnist_core.diagnosis.diagnoses import Diagnosis
from mnist_core.evaluation.intervals import Accuracy, difference
from mnist_core.events import Diverged, Failed
from mnist_core.history import History
from mnist_core.model.training_data import FineTuningData

FORGOTTEN = 50
"""So many more of MNIST's 10,000 test images misread count as forgetting. Taught 300 drawings, `best` misread 2 to 5
more (README)."""


def diagnose_fine_tuning(history: History, data: FineTuningData) -> Diagnosis | None:
    """Return the diagnosis of a fine-tuning that has ended.

    Args:
        history: the run's events.
        data: what the fine-tuning learned from, and how well its start read MNIST.

    Returns:
        The diagnosis; None while the run trains, or where it ended before the drawings were read once more.
    """
    if isinstance(history.end, Diverged):
        return _diverged(history, data)
    if history.end is None or isinstance(history.end, Failed) or len(history.validations) < 2 or not data.held_out:
        return None
    before, after = (
        _count(share, data.held_out) for share in (history.validations[0].accuracy, history.validations[-1].accuracy)
    )
    # The same drawings were read twice. The interval is that of different drawings, which is the wider one.
    low, high = difference(after, before)
    change, mnist = _describe_change(before, after), _describe_mnist(history, data)
    if forgotten := _describe_forgetting(history, data):
        return Diagnosis(
            verdict="MNIST forgotten",
            why=f"{change} {forgotten}",
            advice=f"Teach {data.start} anew, with more drawings by more people.",
        )
    if high < 0:
        return Diagnosis(
            verdict="drawings read worse",
            why=f"{change} That is more than chance. {mnist}",
            advice=f"Look through the drawings under Your hand for wrong labels, then teach {data.start} anew.",
        )
    if low > 0:
        gain = f"the gain is {100 * low:.0f} to {100 * high:.0f} points (95% interval)"
        return Diagnosis(
            verdict="handwriting learned",
            why=f"{change} That is more than chance: {gain}. {mnist}",
            advice="Take it in hand and draw digits for it.",
        )
    return Diagnosis(
        verdict="no difference shown",
        why=f"{change} So few drawings cannot tell that from chance. {mnist}",
        advice=f"File more drawings under Your hand, then teach {data.start} anew.",
    )


def _diverged(history: History, data: FineTuningData) -> Diagnosis:
    changed = bool(history.rate_changes) and history.rate_changes[-1].factor > 1
    return Diagnosis(
        verdict="diverged",
        why="The loss grew beyond all numbers: every step overshot its aim by more than the one before.",
        advice=f"Teach {data.start} anew{', and leave the learning rate as it is' if changed else ''}.",
    )


def _count(share: float, count: int) -> Accuracy:
    return Accuracy(round(share * count), count)


def _describe_change(before: Accuracy, after: Accuracy) -> str:
    return (
        f"It reads {after.correct} of the {after.count} drawings kept aside right; before it was taught, it read "
        f"{before.correct} of them."
    )


def _describe_mnist(history: History, data: FineTuningData) -> str:
    if history.test_accuracy is None:
        return "It was stopped before MNIST's test images were read."
    known = "" if data.start_test_accuracy is None else f", and {data.start_test_accuracy:.2%} before"
    return f"Of MNIST's test images it reads {history.test_accuracy:.2%}{known}."


def _describe_forgetting(history: History, data: FineTuningData) -> str:
    """Return a sentence if the network reads MNIST worse than its start did, by more than chance; else ""."""
    if history.test_accuracy is None or data.start_test_correct is None:
        return ""
    start, now = Accuracy(data.start_test_correct, TEST_IMAGES), _count(history.test_accuracy, TEST_IMAGES)
    low, _ = difference(start, now)
    if start.correct - now.correct < FORGOTTEN or low <= 0:
        return ""
    return (
        f"But of MNIST's test images it reads {history.test_accuracy:.2%} only, and its start {start.share:.2%}: it "
        "has forgotten some of what it knew."
    )
