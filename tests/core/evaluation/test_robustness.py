import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.robustness import (
    POINTS,
    SAMPLE,
    Point,
    curve,
    describe_amounts,
    falls_below,
    mean_accuracy,
    robustness,
    sample,
)
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.paths import CHECKPOINTS


@pytest.fixture(scope="module")
def measured(mnist):
    """The shipped notebook network on 200 images: the network, the images, their labels, and the points."""
    torch.set_num_threads(1)
    model, _ = load_checkpoint(CHECKPOINTS / "notebook.safetensors")
    chosen = sample(mnist.test_labels, 200)
    images, labels = mnist.test_images[chosen], mnist.test_labels[chosen]
    *_, known = robustness(model, images, labels)
    return model, images, labels, list(known.points)


def test_the_sample_has_equally_many_of_every_digit_and_is_always_the_same(mnist):
    chosen = sample(mnist.test_labels)
    assert len(set(chosen.tolist())) == SAMPLE == 2000
    assert np.bincount(mnist.test_labels[chosen]).tolist() == [200] * 10
    assert np.array_equal(chosen, sample(mnist.test_labels))


@pytest.mark.parametrize("count", [0, 15, 100_000])
def test_an_impossible_sample_is_refused(mnist, count):
    with pytest.raises(ValueError, match="expected a multiple of ten from 10 to 8920"):
        sample(mnist.test_labels, count)


def test_every_corruption_has_its_eight_points(measured):
    points = measured[3]
    assert len(points) == POINTS == 72
    for name, corruption in CORRUPTIONS.items():
        assert [point.amount for point in curve(points, name)] == sorted(corruption.amounts)
    assert {point.accuracy.count for point in points} == {200}


def test_a_corruption_is_measured_at_all_of_its_amounts_however_many(measured, monkeypatch):
    rotation, blur = CORRUPTIONS["rotation"], CORRUPTIONS["blur"]
    more = dataclasses.replace(rotation, amounts=(*rotation.amounts, 75.0, -30.0))
    fewer = dataclasses.replace(blur, amounts=blur.amounts[:2])
    monkeypatch.setitem(CORRUPTIONS, "rotation", more)
    monkeypatch.setitem(CORRUPTIONS, "blur", fewer)
    model, images, labels, _ = measured
    *_, known = robustness(model, images[:10], labels[:10])
    points = known.points
    assert [point.amount for point in curve(points, "rotation")] == sorted(more.amounts)
    assert [point.amount for point in curve(points, "blur")] == sorted(fewer.amounts)


def test_the_amounts_that_were_measured_are_said(measured):
    points, rotation = measured[3], CORRUPTIONS["rotation"]
    assert describe_amounts(points, rotation) == "0°, 10°, 20°, 30°, 40°, 50°, 60° and 90°"
    assert describe_amounts(points[:1], rotation) == "0°"
    assert describe_amounts([], rotation) == "no amount"


def test_nothing_changed_is_the_ordinary_accuracy(measured):
    model, images, labels, points = measured
    ordinary = evaluate(model, images, labels)
    assert {point.accuracy.share for point in points if point.amount == 0} == {ordinary.accuracy}


def test_strong_changes_hurt_and_stronger_ones_more(measured):
    points = measured[3]
    for name in CORRUPTIONS:
        upward = [point.accuracy.share for point in curve(points, name) if point.amount >= 0]
        assert upward[0] > 0.95
        assert upward[-1] < upward[0] - 0.1, name
        if name != "inversion":  # the negative of a digit has its shape again
            assert all(later <= earlier + 0.05 for earlier, later in pairwise(upward)), name


def test_all_curves_grow_together(measured):
    first = measured[3][: 2 * len(CORRUPTIONS)]
    assert [point.corruption for point in first] == [*CORRUPTIONS, *CORRUPTIONS]
    assert {point.amount for point in first[:9]} == {0}
    assert 0 not in {point.amount for point in first[9:]}


class Zero(nn.Linear):
    """Reads a 0 in everything."""

    def __init__(self):
        super().__init__(1, 1)

    def forward(self, images):
        return torch.eye(10)[:1].expand(len(images), 10)


def test_what_is_counted_is_what_is_read_right_and_the_model_stays_as_it_was(mnist):
    chosen = sample(mnist.test_labels, 50)
    model = Zero().train()
    *_, known = robustness(model, mnist.test_images[chosen], mnist.test_labels[chosen])
    assert {point.accuracy for point in known.points} == {Accuracy(5, 50)}
    assert model.training


def test_it_is_asked_anew_how_many_chunks_may_be_read_and_a_point_may_take_several_steps(mnist):
    asked = []
    chosen = sample(mnist.test_labels, 1_000)
    steps = robustness(Zero(), mnist.test_images[chosen], mnist.test_labels[chosen], threads=lambda: len(asked) % 2 + 1)
    for known, share in zip(steps, (0.5, 1, 1, 2), strict=False):
        assert known.share == pytest.approx(share / POINTS)
        asked.append(known)
    assert asked[-1].points[0] == Point("rotation", 0, Accuracy(100, 1_000))


def test_means_and_falls_are_those_of_the_points():
    points = [
        Point("scale", amount, Accuracy(correct, 100)) for amount, correct in ((0, 99), (-15, 95), (15, 80), (-30, 60))
    ]
    assert mean_accuracy(points) == pytest.approx((0.95 + 0.8 + 0.6) / 3)
    assert mean_accuracy(points[:1]) is None
    assert falls_below(points, "scale", 0.9) == points[2]
    assert falls_below(points, "scale", 0.5) is None
    assert falls_below(points, "blur", 0.9) is None
    assert [point.amount for point in curve(points, "scale")] == [-30, -15, 0, 15]
