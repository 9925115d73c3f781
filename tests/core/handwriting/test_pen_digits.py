import re

import numpy as np
import pytest

from mnist_core.__main__ import main
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.handwriting.pen_digits import read_drawings
from mnist_core.handwriting.unipen import TABLET, PenDigit
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS
from mnist_core.rejection.detector import load_detector
from tests.support.strokes import DIGITS

BEST = CHECKPOINTS / "best.safetensors"


def pen_digit(label, strokes):
    """A digit of the tests' own hand, on a tablet whose y points upwards."""
    return PenDigit(label, 0, tuple((np.array(s) * (1, -1) + (0, 1)) * TABLET for s in strokes))


@pytest.fixture(scope="module")
def best():
    return load_checkpoint(BEST)[0]


@pytest.fixture(scope="module")
def detector():
    return load_detector()


def test_mistakes_are_counted_by_drawn_and_read_digit(best, detector):
    digits = [pen_digit(label, strokes) for label, strokes in DIGITS.items()]
    digits += [pen_digit(7, DIGITS[0])] * 3 + [pen_digit(1, DIGITS[8])]
    reading = read_drawings(best, digits, 20, detector)
    assert (reading.accuracy, reading.refused, reading.doubted) == (Accuracy(10, 14), 0, 0)
    assert reading.confusions() == [(7, 0, 3), (1, 8, 1)]


def test_the_brush_changes_nothing(best, detector):
    digits = [pen_digit(label, strokes) for label, strokes in DIGITS.items()]
    assert all(read_drawings(best, digits, brush, detector).accuracy.correct == 10 for brush in (8, 12, 20, 30, 40))


def test_what_does_not_look_like_a_digit_is_doubted(best, detector):
    triangle = [[(0.5, 0.2), (0.8, 0.8), (0.2, 0.8), (0.5, 0.2)]]
    reading = read_drawings(best, [pen_digit(7, DIGITS[7]), pen_digit(4, triangle)], 12, detector)
    assert (reading.accuracy.count, reading.refused, reading.doubted, reading.doubted_right) == (2, 0, 1, 0)
    right = int(reading.confusion[4].argmax())
    reading = read_drawings(best, [pen_digit(right, triangle)], 12, detector)
    assert (reading.accuracy.correct, reading.doubted, reading.doubted_right) == (1, 1, 1)


def test_what_is_taken_for_several_digits_counts_as_read_wrong(best, detector):
    two = [[(0.2, 0.2), (0.2, 0.8)], [(0.7, 0.2), (0.7, 0.8)]]
    reading = read_drawings(best, [pen_digit(7, DIGITS[7]), pen_digit(1, two)], 12, detector)
    assert (reading.accuracy, reading.refused, reading.split) == (Accuracy(1, 2), 0, 1)


def test_what_is_refused_counts_as_read_wrong(best, detector):
    reading = read_drawings(best, [pen_digit(7, DIGITS[7]), pen_digit(1, [[(0.5, 0.5)]])], 12, detector)
    assert (reading.accuracy, reading.refused) == (Accuracy(1, 2), 1)
    with pytest.raises(ValueError, match="at least one digit"):
        read_drawings(best, [], 12, detector)


def test_the_command_line_prints_accuracy_per_brush_and_the_mistakes(tmp_path, capsys):
    path = write_unipen(tmp_path / "pens", [*((d, 1, s) for d, s in DIGITS.items()), (7, 1, DIGITS[0])])
    assert main(["drawings", str(path), "--checkpoint", str(BEST), "--brush", "12", "30", "--each", "0"]) == 0
    output = capsys.readouterr().out
    assert "habit" not in output
    assert "11 digits by 1 writers" in output
    assert output.count("90.91%") == 2
    assert "would refuse 0.00% of them, 0 though they were read right" in output
    assert "7  0  1" in output
    assert main(["drawings", str(tmp_path / "none"), "--checkpoint", str(BEST)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_command_line_prints_a_table_by_habit_by_device_and_by_number(tmp_path, capsys):
    path = write_unipen(tmp_path / "pens", [(d, writer, s) for writer in (1, 2) for d, s in DIGITS.items()])
    command = ["drawings", str(path), "--checkpoint", str(BEST), "--brush", "20", "--writers", "report", "--each", "2"]
    assert main(command) == 0
    output = capsys.readouterr().out
    assert "10 digits by 1 writers" in output
    for name in ("slashed zero", "nine like g", "child, tremble", "box of 60 px"):
        assert re.search(rf"^{name} .*%", output, re.MULTILINE), name
    assert re.search(r"^ +2 +2 +\d+\.\d% +\d+\.\d%$", output, re.MULTILINE), "two numbers of two digits"
    assert re.search(r"^ +2 +2 +\d+\.\d\d%$", output, re.MULTILINE), "a 4 and a 5 have two strokes"
    assert main(["drawings", "--checkpoint", str(BEST), "--each", "1"]) == 0
    output = capsys.readouterr().out
    assert "slashed zero" in output
    assert "brush" not in output


def write_unipen(path, digits):
    """Write (label, writer, strokes of the tests' own hand) as UNIPEN text."""
    lines = []
    for label, writer, strokes in digits:
        lines.append(f'.SEGMENT DIGIT 0-1 ? "{label}"\n.COMMENT {label} {writer} 1')
        for points in pen_digit(label, strokes).strokes:
            lines += [".PEN_DOWN", *(f"{x:.0f} {y:.0f}" for x, y in points), ".PEN_UP"]
    path.write_text("\n".join(lines))
    return str(path)


def test_teach_makes_a_network_that_learned_from_some_writers(tmp_path, runs, capsys):
    digits = [(label, writer, strokes) for writer in range(1, 8) for label, strokes in DIGITS.items()]
    file, taught = write_unipen(tmp_path / "pens", digits), tmp_path / "taught.safetensors"
    start = tmp_path / "start.safetensors"
    small = ["--train-size", "500", "--validation-size", "0", "--epochs", "1", "--filters", "4", "--kernel-sizes", "3"]
    assert main(["train", *small, "--dense", "--threads", "1", "--output", str(start)]) == 0
    teach = ["teach", "--drawings", file, "--checkpoint", str(start), "--threads", "1", "--writers", "2-6"]
    capsys.readouterr()
    assert main([*teach, "--per-digit", "5", "--output", str(taught)]) == 0
    said = capsys.readouterr().out
    assert re.search(r"50 drawings by 5 writers, [1-9]\d? of them kept aside", said)
    assert "test accuracy before" in said
    assert (
        main(["drawings", file, "--checkpoint", str(taught), "--brush", "20", "--writers", "7-7", "--each", "0"]) == 0
    )
    assert "10 digits by 1 writers" in capsys.readouterr().out
    for arguments, wrong in (
        (["--per-digit", "6"], "at least 6 drawings of a 0, there are 5"),
        (["--writers", "9-12"], "no digit by the writers 9-12; there are the writers 1 to 7"),
        (["--writers", "all"], "FIRST-LAST"),
    ):
        assert main([*teach, *arguments]) == 2
        assert wrong in capsys.readouterr().err
