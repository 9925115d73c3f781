"""The network that reads everybody's hand: what it learns from, and that writers left out stay out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mnist_core.data.mnist import Mnist
from mnist_core.habits.catalogue import HABITS
from mnist_core.handwriting import everyone
from mnist_core.model.network import build_model
from tests.core.handwriting.test_numbers import pens

SMALL = everyone.CONFIG.replace(filters=(4,), kernel_sizes=(3,), dense=(), epochs=2, precision="float32")


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(everyone, "MNIST_AN_EPOCH", 200)
    monkeypatch.setattr(everyone, "REDRAWN", 1)
    monkeypatch.setattr(everyone, "EACH_HABIT", 2)


def test_a_fold_is_three_writers_and_all_folds_are_everyone():
    digits = [digit for writer in range(1, 31) for digit in pens(writer)[:2]]
    left_out = []
    for fold in range(1, 11):
        kept, out = everyone.leave_out(digits, fold)
        assert len(kept) + len(out) == len(digits)
        assert {digit.writer for digit in out} == {fold, fold + 10, fold + 20}
        assert not {digit.writer for digit in kept} & {digit.writer for digit in out}
        left_out += out
    assert len(left_out) == len(digits)


def test_a_digit_is_drawn_again_by_another_hand_each_time():
    random = np.random.default_rng(0)
    images, labels = everyone.redraw(pens() * 3, random)
    assert labels.tolist() == list(range(10)) * 3
    assert images.dtype == np.uint8
    assert len({image.tobytes() for image in images}) == 30


def test_habits_are_drawn_with_their_digits():
    images, labels = everyone.draw_habits(2, np.random.default_rng(0))
    assert images.shape == (2 * len(HABITS), 28, 28)
    assert labels.tolist() == [habit.digit for habit in HABITS for _ in range(2)]


def test_learning_lowers_the_loss_repeats_itself_and_stays_near_its_start(few, mnist: Mnist):
    start = build_model(SMALL).state_dict()
    first, last = everyone.learn(start, mnist, pens(), SMALL)
    assert last.loss < first.loss
    *_, again = everyone.learn(start, mnist, pens(), SMALL)
    for name, weights in last.network.state_dict().items():
        assert torch.equal(weights, again.network.state_dict()[name])
    *_, without = everyone.learn(start, mnist, [], SMALL)
    assert not torch.equal(without.network.output.weight, last.network.output.weight)


def test_the_network_lies_between_its_start_and_the_trained_one(monkeypatch, few, mnist: Mnist):
    start = build_model(SMALL).state_dict()

    def output(share):
        monkeypatch.setattr(everyone, "TRAINED", share)
        *_, progress = everyone.learn(start, mnist, [], SMALL)
        return progress.network.output.weight

    trained, half, none = output(1.0), output(0.5), output(0.0)
    torch.testing.assert_close(none, start["output.weight"])
    torch.testing.assert_close(half, (trained + none) / 2)
    assert not torch.equal(trained, none)
