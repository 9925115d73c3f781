import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.training.early_stopping import EarlyStopping, best_epoch, out_of_patience


@pytest.mark.parametrize(
    ("losses", "best"),
    [([], 0), ([0.5], 1), ([0.5, 0.4, 0.6], 2), ([0.5, 0.4, 0.4], 2), ([3, 2, 1], 3)],
)
def test_the_best_epoch_is_the_first_with_the_lowest_loss(losses, best):
    assert best_epoch(losses) == best


@pytest.mark.parametrize(
    ("losses", "patience", "over"),
    [
        ([], 1, False),
        ([0.5], 1, False),
        ([0.5, 0.4, 0.41], 1, True),
        ([0.5, 0.4, 0.41], 2, False),
        ([0.5, 0.4, 0.41, 0.42], 2, True),
        ([0.5, 0.4, 0.4, 0.4], 2, True),  # an equal loss is no improvement
        ([0.5, 0.6, 0.4], 2, False),
        ([0.5, 0.6, 0.7, 0.8], 0, False),
    ],
)
def test_patience_runs_out_after_so_many_epochs_without_a_lower_loss(losses, patience, over):
    assert out_of_patience(losses, patience) is over


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), max_size=12), st.integers(1, 5))
def test_it_decides_as_counting_the_epochs_one_by_one_does(losses, patience):
    lowest, wait = float("inf"), 0  # Keras's EarlyStopping, written out
    for loss in losses:
        lowest, wait = (loss, 0) if loss < lowest else (lowest, wait + 1)
    assert out_of_patience(losses, patience) is (wait >= patience)


def test_the_weights_of_the_best_epoch_are_kept_as_they_were_then():
    stopping, weights = EarlyStopping(2, (), {}), torch.zeros(1)
    for loss, value in ((0.5, 1.0), (0.3, 2.0), (0.4, 3.0), (0.4, 4.0)):
        weights.fill_(value)
        stopping.add(loss, {"w": weights})
    assert (stopping.epoch, stopping.over(), stopping.weights["w"].item()) == (2, True, 2.0)
    assert EarlyStopping(0, stopping.losses, stopping.weights).epoch is None
