"""The judge decides where gaps do not tell: it joins what is one digit, and parts what is two."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.regrouping import Pieces, regroup
from mnist_core.drawing.segmentation import split_raster, split_strokes
from mnist_core.drawing.strokes import Stroke

CORNER = np.array([(20.0, 20.0), (10.0, 60.0), (50.0, 60.0)])
BAR = np.array([(70.0, 20.0), (68.0, 100.0)])
FAR = BAR + np.array([120, 0])


def strokes(*lines):
    return [Stroke(line, 8.0) for line in lines]


def pieces_of(judge, *lines):
    drawn = strokes(*lines)
    return Pieces([stroke.points for stroke in drawn], lambda group: from_strokes([drawn[i] for i in group]), judge)


class Judge:
    """Says of each image what it is told to, by the width of the ink in pixels; counts the images it was shown."""

    def __init__(self, digit):
        self.digit, self.asked = digit, 0

    def __call__(self, images):
        self.asked += len(images)
        widths = [np.ptp(np.nonzero(image.any(axis=0))[0]) + 1 for image in images]
        return np.array([9.0 if self.digit(width) else -9.0 for width in widths])


def whole(width):
    """Only the whole 4 is a digit: it is wider than the bar alone, and than the corner beside nothing."""
    return 10 < width < 18


def test_strokes_that_are_a_digit_together_and_none_apart_are_joined():
    drawn = strokes(CORNER, BAR)
    assert len(split_strokes(drawn)) == 2, "the gap alone says two"
    assert [len(group) for group in split_strokes(drawn, Judge(whole))] == [2]


def test_the_parts_of_a_picture_are_joined_likewise():
    picture = Image.new("L", (140, 140))
    for line in (CORNER, BAR):
        ImageDraw.Draw(picture).line([tuple(point) for point in line], fill=255, width=8)
    assert len(split_raster(np.asarray(picture))) == 2
    (piece,) = split_raster(np.asarray(picture), Judge(whole))
    assert piece.box.left < 12
    assert piece.box.right > 68
    assert piece.ink.shape == (piece.box.height, piece.box.width)


def test_strokes_that_are_digits_apart_stay_apart():
    assert len(split_strokes(strokes(CORNER, BAR), Judge(lambda width: True))) == 2


def test_what_is_far_away_is_never_joined_and_not_asked_about():
    judge = Judge(whole)
    assert len(split_strokes(strokes(CORNER, FAR), judge)) == 2
    assert judge.asked == 0


def test_a_group_of_two_digits_that_overlap_is_parted_and_one_digit_is_not():
    beside = strokes(BAR, BAR + np.array([6.0, 0.0]))
    assert len(split_strokes(beside)) == 1
    assert len(split_strokes(beside, Judge(lambda width: width <= 4))) == 2
    crossing = strokes(BAR, np.array([(60.0, 25.0), (80.0, 95.0)]))
    assert len(split_strokes(crossing, Judge(lambda width: True))) == 1


def test_a_low_stroke_is_no_digit_of_its_own():
    dash = np.array([(66.0, 60.0), (90.0, 60.0)])
    judge = Judge(lambda width: width <= 3)
    assert len(split_strokes(strokes(BAR, dash), judge)) == 1


def test_nothing_is_asked_twice():
    judge = Judge(whole)
    pieces = pieces_of(judge, CORNER, BAR)
    assert regroup(pieces, [(0,), (1,)]) == [(0, 1)]
    assert judge.asked == 3
    assert regroup(pieces, [(0,), (1,)]) == [(0, 1)]
    assert judge.asked == 3


def test_a_mark_too_small_to_be_a_digit_is_none_and_the_judge_is_not_asked():
    speck = np.array([(60.0, 60.0), (61.0, 62.0)])
    judge = Judge(lambda width: True)
    pieces = pieces_of(judge, BAR, speck)
    pieces.ask([(0,), (1,), (0, 1)])
    assert judge.asked == 2
    together, apart, gap = pieces.features((1,), (0,))
    assert (together, apart) == pytest.approx((0, -12), abs=1e-3)
    assert gap == pytest.approx(7 / 80)
