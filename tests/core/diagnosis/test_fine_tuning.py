"""The verdicts on fine-tunings, on made-up histories."""

import pytest

from mnist_core.diagnosis.fine_tuning import diagnose_fine_tuning
from mnist_core.events import Diverged, Failed, Finished, RateChanged, Stopped, Validation
from mnist_core.history import History
from tests.support.events import started, step
from tests.support.fine_tuning import TAUGHT

FINISHED = Finished(step=20, test_loss=0.1, test_accuracy=0.9960, seconds=2.0)


def diagnosis(before, after, end=FINISHED, data=TAUGHT):
    read = [
        Validation(step=number, epoch=number / 10, loss=1.0, accuracy=accuracy, seconds=1.0)
        for number, accuracy in ((0, before), (20, after))
    ]
    return diagnose_fine_tuning(History.of([started(), read[0], step(10), read[1], *([end] if end else [])]), data)


@pytest.mark.parametrize(
    ("before", "after", "tested", "verdict"),
    [
        (0.60, 0.95, 0.9960, "handwriting learned"),
        (0.90, 0.95, 0.9960, "no difference shown"),
        (1.00, 1.00, 0.9963, "no difference shown"),
        (0.95, 0.60, 0.9960, "drawings read worse"),
        (0.60, 0.95, 0.9800, "MNIST forgotten"),
        (0.60, 0.95, 0.9913, "MNIST forgotten"),
        (0.60, 0.95, 0.9914, "handwriting learned"),
    ],
)
def test_a_fine_tuning_is_compared_with_its_start(before, after, tested, verdict):
    found = diagnosis(before, after, Finished(step=20, test_loss=0.1, test_accuracy=tested, seconds=2.0))
    assert found.verdict == verdict
    assert found.change == {}, "its settings are no settings of the form"
    assert f"{round(after * 65)} of the 65 drawings kept aside" in found.why
    assert f"{tested:.2%}" in found.why
    assert "99.63%" in found.why
    assert found.why.endswith(".")
    assert found.advice.endswith(".")
    assert "training images" not in found.why + found.advice


def test_one_that_was_stopped_is_judged_by_the_drawings_alone():
    found = diagnosis(0.6, 0.95, Stopped(step=20, epoch=2.0, seconds=1.0))
    assert found.verdict == "handwriting learned"
    assert "stopped before MNIST's test images were read" in found.why


def test_nothing_is_said_before_its_end_or_of_one_that_failed_or_was_never_measured():
    assert diagnosis(0.6, 0.95, end=None) is None
    assert diagnosis(0.6, 0.95, Failed(reason="The disk is full.")) is None
    assert diagnose_fine_tuning(History.of([started(), FINISHED]), TAUGHT) is None


def test_one_that_diverged_is_taught_anew_without_the_change_by_hand():
    ended = Diverged(reason="The loss became infinite.")
    assert diagnosis(0.6, 0.1, ended).verdict == "diverged"
    changed = RateChanged(step=5, epoch=0.5, factor=1000.0, old=2e-4, new=0.2)
    found = diagnose_fine_tuning(History.of([started(), changed, ended]), TAUGHT)
    assert found.advice == "Teach best anew, and leave the learning rate as it is."
