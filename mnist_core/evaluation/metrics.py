"""What a set of predictions says: the confusion matrix, each digit's figures, the mistakes, bias and variance.

Pure functions of labels (N,) and predictions (N,); no torch, and scikit-learn only where it is used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.intervals import Accuracy, difference
from mnist_core.evaluation.predictions import Outputs
from mnist_core.formatting import PLURALS
from mnist_core.model.training_data import TrainingData

DISPUTED = 0.95
"""A network that is wrong and at least this sure has often met a label that people would dispute as well."""

HIGH_BIAS = 0.03
HIGH_VARIANCE = 0.02
"""Where this page begins to call a network's errors high; good networks, like people, stay below 1 % on MNIST."""


@dataclass(frozen=True, slots=True)
class DigitScore:
    """How one digit is read; precision is None where nothing was read as it, recall where it does not occur."""

    digit: int
    precision: float | None
    """Of what was read as this digit, the share that is one."""
    recall: float | None
    """Of this digit's images, the share read as it."""
    f1: float | None
    """The harmonic mean of both."""
    support: int
    """How many images show it."""


def accuracy(outputs: Outputs, labels: NDArray[np.uint8]) -> Accuracy:
    """Count what is read right."""
    return Accuracy(int(outputs.correct(labels).sum()), len(labels))


def confusion_matrix(labels: NDArray[np.uint8], predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return counts (10, 10): row i, column j is how many images of an i were read as a j."""
    return np.bincount(10 * labels.astype(np.int64) + predicted, minlength=100).reshape(10, 10)


def most_frequent_mistake(matrix: NDArray[np.int64]) -> tuple[int, int, int] | None:
    """Return (true digit, digit read, how often) of the commonest mistake, or None where there is none."""
    mistakes = matrix - np.diag(np.diag(matrix))
    true, read = divmod(int(mistakes.argmax()), 10)
    return (true, read, int(mistakes[true, read])) if mistakes[true, read] else None


def describe_most_frequent_mistake(matrix: NDArray[np.int64]) -> str:
    """Say what the commonest mistake in a confusion matrix is, and how many are as common."""
    worst = most_frequent_mistake(matrix)
    if not worst:
        return "It makes no mistake."
    true, read, count = worst
    equals = int((matrix - np.diag(np.diag(matrix)) == count).sum()) - 1
    sentence = f"Its most frequent mistake: {count:,} of {matrix[true].sum():,} {PLURALS[true]} are read as {read}"
    if equals:
        sentence += f"; {equals} {'other mistake is' if equals == 1 else 'other mistakes are'} as frequent"
    return f"{sentence}."


def digit_scores(labels: NDArray[np.uint8], predicted: NDArray[np.int64]) -> list[DigitScore]:
    """Return precision, recall, F1 and support of the digits 0 to 9, computed by scikit-learn."""
    from sklearn.metrics import precision_recall_fscore_support

    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=range(10), zero_division=np.nan
    )

    def known(value: float) -> float | None:
        return None if np.isnan(value) else float(value)

    return [DigitScore(d, known(precision[d]), known(recall[d]), known(f1[d]), int(support[d])) for d in range(10)]


def cell(outputs: Outputs, labels: NDArray[np.uint8], true: int, read: int) -> NDArray[np.int64]:
    """Return the indices of the images of `true` read as `read`: mistakes surest first, right ones least sure first."""
    found = np.flatnonzero((labels == true) & (outputs.predicted == read))
    order = np.argsort(outputs.confidence[found], kind="stable")
    return found[order if true == read else order[::-1]]


def mistakes(
    outputs: Outputs, labels: NDArray[np.uint8], true: int | None = None, read: int | None = None
) -> NDArray[np.int64]:
    """Return the indices of the misread images, the surest mistake first.

    Args:
        outputs: of a network, for N images.
        labels: their true digits, (N,).
        true: only images of this digit.
        read: only images read as this digit.
    """
    wrong = ~outputs.correct(labels)
    if true is not None:
        wrong &= labels == true
    if read is not None:
        wrong &= outputs.predicted == read
    found = np.flatnonzero(wrong)
    return found[np.argsort(-outputs.confidence[found], kind="stable")]


def describe_bias_and_variance(training: Accuracy, test: Accuracy, trained_on: TrainingData) -> str:
    """Return what training and test accuracy mean together, in sentences.

    Both are of images of MNIST. What helps a network that was trained on MNIST alone is other settings; a fine-tuned
    one has its faults on MNIST from the network that it started from.

    Bias is the error on what was learned from; variance is how much larger the error on unseen images is. A difference
    is only called one where its 95% interval leaves out zero; MNIST's test images can be the easier ones.
    """
    bias, gap = 1 - training.share, training.share - test.share
    tuned = trained_on.last_fine_tuning is not None
    sentence = f"It misreads {bias:.2%} of the images {'of MNIST that ' if tuned else ''}it learned from"
    low, high = difference(training, test)
    alike = low <= 0 <= high
    if alike:
        sentence += (
            f" and {1 - test.share:.2%} of the unseen ones: the 95% interval of the difference holds zero, so these "
            "images do not tell the two apart."
        )
    else:
        compared = "more" if gap > 0 else "less"
        sentence += f" and {1 - test.share:.2%} of the unseen ones, {abs(100 * gap):.2f} percentage points {compared}."
    high_bias, wide = bias >= HIGH_BIAS, gap >= HIGH_VARIANCE
    high_variance = wide and not alike
    if high_bias and high_variance:
        verdict = "**High bias and high variance**: it neither fits what it saw nor carries it over to what is new."
    elif high_bias:
        remedy = (
            "Teach a network that reads MNIST better." if tuned else "A larger network or longer training can help."
        )
        verdict = f"**High bias**: it does not even fit what it saw. {remedy}"
    elif high_variance:
        remedy = "Teach a network that learned from more of MNIST." if tuned else "More images or dropout can help."
        verdict = f"**High variance**: it fits what it saw better than what is new. {remedy}"
    elif wide:
        verdict = "**Low bias**; whether its variance is low too, only more images would tell."
    else:
        verdict = "**Low bias, low variance**: it fits what it saw, and that carries over to what is new."
    return f"{sentence} {verdict}"
