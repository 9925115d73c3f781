"""Augmentation: each kind measured on the changed images themselves, against the amount that the config names."""

import math

import pytest
import torch

from mnist_core.config import TrainConfig
from mnist_core.data.augment import WRITTEN_ANEW, augment
from mnist_core.data.mnist import load_mnist
from mnist_core.habits.catalogue import HABITS
from mnist_core.model.network import to_input

MANY = 400
AXIS = torch.arange(28.0) - 13.5


def changed(images, seed=0, labels=None, **amounts):
    labels = torch.zeros(len(images), dtype=torch.long) if labels is None else labels
    return augment(images, labels, TrainConfig(**amounts), torch.Generator().manual_seed(seed))


def moments(images):
    """Centre of mass (x, y) and second moments (xx, yy, xy) of the ink, in pixels from the middle: five of (N,)."""
    ink = images[:, 0] / images[:, 0].sum((1, 2), keepdim=True)
    x, y = (ink.sum(1) * AXIS).sum(1), (ink.sum(2) * AXIS).sum(1)
    away_x, away_y = AXIS[None, None, :] - x[:, None, None], AXIS[None, :, None] - y[:, None, None]
    return x, y, *((ink * product).sum((1, 2)) for product in (away_x**2, away_y**2, away_x * away_y))


def blob(spread_x, spread_y):
    """MANY copies of a Gaussian blob in the middle; narrow and high, it is a line."""
    one = torch.exp(-(AXIS[None, :] ** 2) / (2 * spread_x**2) - AXIS[:, None] ** 2 / (2 * spread_y**2))
    return one.expand(MANY, 1, 28, 28).clone()


def digits(count=MANY):
    data = load_mnist()
    return to_input(torch.from_numpy(data.train_images[:count].copy())), torch.from_numpy(
        data.train_labels[:count].copy()
    ).long()


EACH = ("shift", "rotation", "scaling", "shear", "elastic", "thickness", "pen_variants", "noise")


@pytest.mark.parametrize("kind", EACH)
def test_each_kind_keeps_form_range_and_original_and_follows_its_generator(kind):
    images, labels = digits(100)
    before = images.clone()
    amount = 10 if kind in ("rotation", "shear") else 0.4
    once, again, otherwise = (changed(images, seed, labels, **{kind: amount}) for seed in (1, 1, 2))
    assert torch.equal(images, before)
    assert once.shape == images.shape
    assert once.dtype == torch.float32
    assert 0 <= once.min() < once.max() <= 1
    assert torch.equal(once, again)
    assert not torch.equal(once, otherwise)
    assert not torch.equal(once, images)


def test_no_amount_changes_nothing():
    images, labels = digits(100)
    assert torch.equal(changed(images, labels=labels), images)


def test_a_shift_moves_the_middle_at_most_so_many_pixels_each_way():
    x, y, *_ = moments(changed(blob(1.5, 1.5), shift=3))
    for way in (x, y):
        assert -3.01 <= way.min() < -2.8
        assert 2.8 < way.max() <= 3.01
        assert abs(way.mean()) < 0.3


@pytest.mark.parametrize("kind", ["rotation", "shear"])
def test_a_rotation_and_a_slant_turn_a_line_at_most_so_many_degrees(kind):
    _, _, xx, yy, xy = moments(changed(blob(0.8, 4), **{kind: 20}))
    # The angle of the longest axis from the vertical; a line as thin as this one follows a slant nearly as a rotation.
    degrees = torch.rad2deg(0.5 * torch.atan2(2 * xy, yy - xx))
    assert -21.5 < degrees.min() < -17
    assert 17 < degrees.max() < 21.5


@pytest.mark.parametrize("kind", ["rotation", "shear"])
def test_a_rotation_and_a_slant_keep_the_area_and_a_rotation_the_form(kind):
    _, _, xx, yy, xy = moments(changed(blob(2, 3.5), **{kind: 20}))
    assert (xx * yy - xy**2).sqrt().sub(2 * 3.5).abs().max() < 0.5
    assert ((xx + yy).sub(2**2 + 3.5**2).abs().max() < 0.5) == (kind == "rotation")


def test_a_change_of_size_is_at_most_the_share_in_either_direction():
    _, _, xx, yy, _ = moments(changed(blob(2, 2), scaling=0.3))
    for spread in (xx.sqrt() / 2, yy.sqrt() / 2):
        assert 0.69 < spread.min() < 0.75
        assert 1.25 < spread.max() < 1.34
    assert not torch.allclose(xx, yy, rtol=0.05), "width and height change apart"


def test_elastic_bending_moves_a_point_by_so_many_pixels_typically():
    x, y, *_ = moments(changed(blob(0.7, 0.7), elastic=1.5))
    for way in (x, y):
        assert way.std().item() == pytest.approx(1.5, rel=0.25)


def test_thickness_adds_ink_to_some_and_takes_it_from_others():
    images, labels = digits()
    share = changed(images, labels=labels, thickness=0.8).sum((1, 2, 3)) / images.sum((1, 2, 3))
    assert share.min() < 0.7
    assert share.max() > 1.3
    assert 0.2 < (share < 1).float().mean() < 0.8


def test_a_share_of_the_digits_is_written_anew_with_a_habit_of_the_same_digit():
    images, labels = digits(2_000)
    share = 0.5 * WRITTEN_ANEW
    more = changed(images, labels=labels, pen_variants=0.5)
    anew = (more < images).flatten(1).any(1)  # what is added to the ink takes none away
    assert anew.float().mean().item() == pytest.approx(share, abs=0.02)
    fours = [habit for habit in HABITS if habit.digit == 4]
    alone = augment(images, labels, TrainConfig(pen_variants=0.5), torch.Generator().manual_seed(0), fours)
    assert torch.equal(alone[labels == 0], images[labels == 0]), "a slash is another habit"
    others = (alone < images).flatten(1).any(1)
    assert not others[labels != 4].any()
    assert torch.equal(others[labels == 4], anew[labels == 4])


def test_which_images_are_written_anew_does_not_depend_on_the_labels():
    images, labels = digits(300)
    more = changed(images, labels=labels, pen_variants=0.8)
    once = changed(images, labels=labels.roll(1), pen_variants=0.8)
    assert torch.equal((more < images).flatten(1).any(1), (once < images).flatten(1).any(1))


def test_noise_is_grey_and_each_image_has_its_own_amount_up_to_the_largest():
    noise = changed(torch.full((MANY, 1, 28, 28), 0.5), noise=0.1) - 0.5
    spread = noise.flatten(1).std(1)
    assert spread.min() < 0.005
    assert 0.095 < spread.max() < 0.107
    assert spread.mean().item() == pytest.approx(0.05, rel=0.1)
    assert abs(noise.mean()) < 1 / math.sqrt(noise.numel())
