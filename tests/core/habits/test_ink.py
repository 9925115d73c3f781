"""Habits added to MNIST's ink: each to its own digits alone, and never away from them."""

from __future__ import annotations

import pytest
import torch

from mnist_core.data.mnist import load_mnist
from mnist_core.habits.ink import add_to_ink
from mnist_core.model.network import to_input

WITH_HABIT = (0, 1, 6, 7, 9)


@pytest.fixture(scope="module")
def digits():
    data = load_mnist()
    return (
        to_input(torch.from_numpy(data.train_images[:2_000].copy())),
        torch.from_numpy(data.train_labels[:2_000].copy()).long(),
    )


def test_ink_is_added_to_a_share_of_the_digits_that_have_such_a_habit(digits):
    images, labels = digits
    more = add_to_ink(images, labels, 0.5, torch.Generator().manual_seed(0))
    assert (more >= images).all(), "ink is only added"
    assert more.max() <= 1
    touched = (more != images).flatten(1).any(1)
    for digit in range(10):
        share = touched[labels == digit].float().mean()
        assert 0.35 < share < 0.65 if digit in WITH_HABIT else share == 0, digit


def test_a_slash_crosses_the_middle_of_a_zero_and_a_bar_that_of_a_seven(digits):
    images, labels = digits
    more = add_to_ink(images, labels, 1.0, torch.Generator().manual_seed(0))
    for digit in (0, 7):
        added = (more - images)[labels == digit][:, 0]
        middle = added[:, 8:20, 6:22].flatten(1).sum(1)
        assert (middle > 1).float().mean() > 0.95
    assert ((more - images)[labels == 6].flatten(1).sum(1) < 60).all(), "a loop is filled, no more"
