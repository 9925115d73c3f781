"""Digits in UNIPEN text, and on the canvas."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.errors import DrawingError
from mnist_core.handwriting.unipen import as_canvas, read_unipen

TEXT = """.INCLUDE        dene.doc
.LEXICON "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"
.HIERARCHY      DIGIT

.SEGMENT DIGIT    0 ? "1"
.COMMENT 1 12  224
.PEN_DOWN
 250  450
 250  250
 260   50
.PEN_UP
.DT 100

.SEGMENT DIGIT    1-2 ? "7"
.COMMENT 7 3  1
.PEN_DOWN
 100  400
 300  400
 200  100
.PEN_UP
.DT 100
.PEN_DOWN
 150  250
 250  250
.PEN_UP
.DT 100
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "digits.tra"
    path.write_text(TEXT)
    return path


def test_labels_writers_and_strokes_are_read(path: Path) -> None:
    one, seven = read_unipen(path)
    assert (one.label, one.writer) == (1, 12)
    assert (seven.label, seven.writer) == (7, 3)
    assert [len(stroke) for stroke in one.strokes] == [3]
    assert [len(stroke) for stroke in seven.strokes] == [3, 2]
    np.testing.assert_array_equal(seven.strokes[1], [(150, 250), (250, 250)])


def test_the_tablet_fills_the_canvas_and_is_turned_downwards(path: Path) -> None:
    one, seven = read_unipen(path)
    (stroke,) = as_canvas(one, brush=20)
    np.testing.assert_allclose(stroke.points, [(140, 28), (140, 140), (145.6, 252)])
    assert stroke.width == 20
    np.testing.assert_allclose(as_canvas(seven, 8)[1].points, [(84, 140), (140, 140)])


def test_the_bar_on_top_of_a_7_stays_on_top(path: Path) -> None:
    image = from_strokes(as_canvas(read_unipen(path)[1], 20))
    rows = np.flatnonzero(image.any(axis=1))
    assert image[rows[0] : rows[0] + 3].sum() > 2 * image[rows[-1] - 2 : rows[-1] + 1].sum()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("250  450", "250"), "Line 8 .*two coordinates"),
        (("250  450", "250  x"), "Line 8 "),
        (("250  450", "250  nan"), "Line 8 "),
        (('? "1"', '? "x"'), "Line 5 .*a digit in quotes"),
        ((".COMMENT 1 12", ".COMMENT 1 w"), "Line 6 "),
        ((".PEN_UP\n.DT 100\n\n.SEGMENT", ".SEGMENT"), "never lifted"),
        ((".PEN_DOWN\n 250", ".PEN_DOWN\n.PEN_DOWN\n 250"), "goes down twice"),
        ((".PEN_DOWN\n 250", " 250"), "was not down"),
    ],
)
def test_a_damaged_line_is_named(path: Path, change: tuple[str, str], words: str) -> None:
    path.write_text(TEXT.replace(*change, 1))
    with pytest.raises(DrawingError, match=words):
        read_unipen(path)


def test_a_file_that_was_cut_off_or_is_something_else_is_told(path: Path, tmp_path: Path) -> None:
    path.write_text(TEXT[: TEXT.index(" 150")])
    with pytest.raises(DrawingError, match="middle of a stroke"):
        read_unipen(path)
    path.write_text("x,y\n1,2\n")
    with pytest.raises(DrawingError, match="holds no digit"):
        read_unipen(path)
    path.write_bytes(b"\xff\xd8\x00")
    with pytest.raises(DrawingError, match="cannot be read"):
        read_unipen(path)
    with pytest.raises(DrawingError, match="cannot be read"):
        read_unipen(tmp_path / "none.tra")
