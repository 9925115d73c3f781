"""The weights that join strokes to digits are fitted to pairs of pieces of which it is known what they are."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.__main__ import main
from mnist_core.drawing.regrouping import NEIGHBOURS, Weights
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import DrawingError
from mnist_core.handwriting.grouping_fit import Pairs, boards, count_errors, find_pairs, fit
from mnist_core.handwriting.unipen import PenDigit

CORNER = np.array([(20.0, 20.0), (10.0, 60.0), (50.0, 60.0)])
STEM = np.array([(90.0, 20.0), (88.0, 100.0)])
CROSS = np.array([(60.0, 25.0), (116.0, 95.0)])


def _judge(images):
    return np.zeros(len(images))


def _on_board(*lines):
    return [Stroke(line, 8.0) for line in lines]


@pytest.mark.parametrize(("owner", "one_digit"), [((0, 0), True), ((0, 1), False)])
def test_what_gaps_part_is_a_pair_of_neighbours(owner, one_digit):
    neighbours, halves = find_pairs([(_on_board(CORNER, STEM), owner)], _judge)
    assert neighbours.one_digit.tolist() == [one_digit]
    assert neighbours.features[0] == pytest.approx([np.log(0.5), np.log(0.5), 38 / 80])
    assert len(halves.one_digit) == 0


@pytest.mark.parametrize(("owner", "one_digit"), [((0, 0), True), ((0, 1), False)])
def test_what_gaps_hold_together_is_a_pair_of_halves(owner, one_digit):
    neighbours, halves = find_pairs([(_on_board(STEM, CROSS), owner)], _judge)
    assert halves.one_digit.tolist() == [one_digit]
    assert halves.features[0][2] < 0
    assert len(neighbours.one_digit) == 0


def test_a_piece_with_strokes_of_two_digits_tells_nothing():
    far = STEM + np.array([30, 0])
    for owner in ((0, 1, 1), (0, 1, 0)):
        neighbours, _ = find_pairs([(_on_board(STEM, CROSS, far), owner)], _judge)
        assert len(neighbours.one_digit) == 0


def test_the_fit_tells_apart_what_can_be_told_apart():
    random = np.random.default_rng(0)
    together, gap = random.uniform(-12, 0, 400), random.uniform(-0.2, 0.6, 400)
    pairs = Pairs(np.column_stack([together, random.uniform(-12, 0, 400), gap]), together > -3)
    weights = fit(pairs)
    assert weights.together > 5 * abs(weights.apart)
    parted, joined = count_errors(pairs, weights)
    assert parted + joined < 8
    assert count_errors(pairs, Weights(0, 0, 0, 1)) == (0, int((together <= -3).sum()))
    assert count_errors(pairs, Weights(0, 0, 0, -1)) == (int((together > -3).sum()), 0)


def test_pairs_of_one_sort_cannot_be_fitted():
    for one_digit in (np.ones(3, bool), np.zeros(3, bool), np.zeros(0, bool)):
        with pytest.raises(DrawingError, match=f"received {one_digit.sum()} of {len(one_digit)} that are one"):
            fit(Pairs(np.zeros((len(one_digit), 3)), one_digit))


def test_boards_are_digits_of_several_strokes_twice_numbers_and_habits():
    upright = [np.array([(100.0, 400.0), (90.0, 100.0)]), np.array([(200.0, 400.0), (210.0, 100.0)])]
    two, one = PenDigit(4, 1, tuple(upright)), PenDigit(1, 1, (upright[0],))
    found = list(boards([two, one], 1, np.random.default_rng(0)))
    (as_it_was, owner), (apart, _) = found[:2]
    assert owner == (0, 0)
    assert as_it_was[0].points.tolist() == apart[0].points.tolist()
    assert (apart[1].points - as_it_was[1].points)[0, 0] > 0
    numbers = [owner for _, owner in found[2:5]]
    assert [max(owner) + 1 for owner in numbers] == [2, 3, 4]
    assert all(set(owner) == {0} for _, owner in found[5:])


def test_the_command_prints_the_weights_in_use_those_fitted_and_their_errors(tmp_path, capsys):
    lines = ['.SEGMENT DIGIT 0 ? "4"', ".COMMENT 4 1"]
    for stroke in ([(150, 400), (100, 250), (260, 250)], [(330, 400), (320, 100)]):
        lines += [".PEN_DOWN", *(f"{x} {y}" for x, y in stroke), ".PEN_UP"]
    lines += ['.SEGMENT DIGIT 1 ? "1"', ".COMMENT 1 1", ".PEN_DOWN", "200 400", "190 100", ".PEN_UP"]
    file = tmp_path / "drawn.tra"
    file.write_text("\n".join(lines) + "\n")
    assert main(["grouping", str(file), "--each", "20"]) == 0
    said = capsys.readouterr().out
    assert f"in use: together={NEIGHBOURS.together:.2f}, apart={NEIGHBOURS.apart:.2f}" in said
    assert said.count("pairs are one digit") == said.count("fitted: together=") == 2
    assert main(["grouping", str(file), "--writers", "2-3"]) == 2
    assert "there are the writers 1 to 1" in capsys.readouterr().err
