"""Strokes, canvases and rows of digits, made into what MNIST's network was trained on."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageDraw

from mnist_core.drawing.preprocess import from_ink, from_strokes, ink_of, recipes
from mnist_core.drawing.segmentation import digits_of_raster, digits_of_strokes, split_raster, split_strokes
from mnist_core.drawing.strokes import Stroke, bounding_box, from_canvas
from mnist_core.errors import DrawingError
from mnist_core.paths import DATA

MNIST = DATA / "MNIST" / "raw" / "t10k-images-idx3-ubyte.gz"

SEVEN = np.array([(60, 60), (160, 62), (150, 90), (110, 220)], dtype=float)
BAR = np.array([(95, 140), (155, 138)], dtype=float)
FIVE = np.array([(80, 50), (78, 120), (130, 115), (150, 160), (120, 210), (75, 200)], dtype=float)
FIVE_BAR = np.array([(82, 48), (150, 44)], dtype=float)
FOUR = np.array([(100, 50), (60, 140), (130, 138)], dtype=float)
FOUR_STEM = np.array([(128, 60), (126, 220)], dtype=float)
ONE = np.array([(100, 40), (102, 220)], dtype=float)


def zero(centre: tuple[float, float] = (140, 140), radius: tuple[float, float] = (50, 80), n: int = 60) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, n)
    return np.column_stack([centre[0] + radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)])


def strokes(*lines: np.ndarray, width: float = 16) -> list[Stroke]:
    return [Stroke(line, width) for line in lines]


def canvas(*lines: np.ndarray, width: int = 16, size: tuple[int, int] = (280, 280)) -> np.ndarray:
    """(H, W, 4) uint8: white lines on a transparent canvas, drawn by another library."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for line in lines:
        points = [(float(x), float(y)) for x, y in line]
        pen.line(points, fill=(255, 255, 255, 255), width=width, joint="curve")
        for x, y in points:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=(255, 255, 255, 255))
    return np.asarray(image)


def longest_side(image: np.ndarray) -> int:
    rows, columns = np.nonzero(image)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def centre_of_mass(image: np.ndarray) -> np.ndarray:
    image = image.astype(np.float64)
    return np.array([image.sum(axis=1) @ np.arange(28), image.sum(axis=0) @ np.arange(28)]) / image.sum()


def assert_like_mnist(image: np.ndarray) -> None:
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert image.min() >= 0
    assert image.max() <= 1
    assert np.abs(centre_of_mass(image) - 14).max() <= 0.5 + 1e-3


def assert_sentence(error: DrawingError) -> None:
    assert str(error)[0].isupper()
    assert str(error).endswith(".")


def prepared(pixels: np.ndarray) -> np.ndarray:
    """What becomes of pixels that show one digit."""
    return from_ink(ink_of(pixels))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    with gzip.open(MNIST) as file:
        return np.frombuffer(file.read(16 + 300 * 784), dtype=np.uint8, offset=16).reshape(-1, 28, 28)


# An egg, because the middle of an ellipse falls between two pixels and may be rounded either way.
EGG = zero() + 0.0015 * (zero()[:, 1:] - 40) ** 2 * (zero()[:, :1] > 140) * (1, 0)
DIGITS = {"0": [EGG], "1": [ONE], "4": [FOUR, FOUR_STEM], "5": [FIVE, FIVE_BAR], "7": [SEVEN, BAR]}


@pytest.mark.parametrize("name", DIGITS)
def test_a_drawing_has_the_size_and_the_place_of_mnists_digits(name: str) -> None:
    image = from_strokes(strokes(*DIGITS[name]))
    assert_like_mnist(image)
    assert longest_side(image) == 20


@pytest.mark.parametrize("name", DIGITS)
def test_the_brush_changes_nothing(name: str) -> None:
    thin, middle, thick = (from_strokes(strokes(*DIGITS[name], width=width)) for width in (12, 20, 30))
    np.testing.assert_array_equal(thin, middle)
    np.testing.assert_array_equal(thin, thick)


def test_size_and_place_on_the_canvas_change_next_to_nothing() -> None:
    image = from_strokes(strokes(SEVEN, BAR))
    for scale, shift in ((0.3, (5, 7)), (3.0, (-200, 300))):
        other = from_strokes(strokes(SEVEN * scale + shift, BAR * scale + shift))
        assert np.abs(other - image).max() < 0.15
        assert likeness(other, image) > 0.999


def test_lines_are_as_thick_and_as_sharp_as_mnists() -> None:
    image = from_strokes(strokes(ONE))
    across = image[14].astype(np.float64)
    assert across.sum() == pytest.approx(2.4, abs=0.1)
    assert across.max() == 1
    assert np.sum((across > 0.1) & (across < 0.9)) <= 2


def test_a_fast_stroke_has_no_gaps() -> None:
    slow = zero(n=2000)
    image = from_strokes(strokes(slow))
    few = from_strokes(strokes(zero(n=25)))
    assert likeness(image, few) > 0.99
    two_samples = from_strokes(strokes(ONE))
    assert (two_samples.max(axis=1) > 0.9).sum() >= 18


def test_a_mark_too_lopsided_for_its_box_is_still_centred() -> None:
    dash = np.array([(260.0, 120.0), (280.0, 120.0)])
    image = from_strokes(strokes(ONE, dash))
    assert_like_mnist(image)
    assert 13 <= longest_side(image) < 20


def test_a_stray_dot_does_not_shrink_the_digit() -> None:
    clean = from_strokes(strokes(SEVEN, BAR))
    dots = [np.array([[270.0, 270.0]]), np.array([[5.0, 5.0], [7.0, 6.0]])]
    np.testing.assert_array_equal(from_strokes(strokes(SEVEN, BAR, *dots)), clean)
    assert likeness(prepared(canvas(SEVEN, BAR, *dots)), prepared(canvas(SEVEN, BAR))) > 0.999


def test_of_very_many_strokes_none_is_compared_with_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnist_core.drawing.preprocess.gap", lambda one, other: pytest.fail("compared"))
    dots = [np.array([[x, y]], dtype=float) for x in range(0, 280, 25) for y in range(0, 280, 25)]
    drawn = strokes(SEVEN, BAR, *dots)
    assert [len(group) for group in split_strokes(drawn)] == [len(drawn)]
    assert_like_mnist(from_strokes(drawn))


def test_parts_of_a_digit_are_kept() -> None:
    for stem, part in ((FIVE, FIVE_BAR - (0, 20)), (FOUR, FOUR_STEM + np.array((10, 0))), (SEVEN, BAR)):
        assert np.abs(from_strokes(strokes(stem, part)) - from_strokes(strokes(stem))).max() > 0.9
        assert likeness(prepared(canvas(stem, part)), from_strokes(strokes(stem, part))) > 0.93
    dotted = [point[None] for point in zero(n=30)]
    dotted[0] = np.vstack([dotted[0], dotted[0] + 5])
    assert likeness(from_strokes(strokes(*dotted)), from_strokes(strokes(zero()))) > 0.6


def test_a_tiny_part_that_touches_the_digit_is_kept() -> None:
    tick = np.array([(112.0, 220.0), (117.0, 222.0)])
    assert np.abs(from_strokes(strokes(ONE, tick)) - from_strokes(strokes(ONE))).max() > 0.5


def test_an_empty_canvas_and_a_dot_are_no_digits() -> None:
    with pytest.raises(DrawingError, match="Nothing is drawn yet"):
        from_strokes([])
    with pytest.raises(DrawingError, match="Nothing is drawn yet"):
        prepared(np.zeros((280, 280, 4), dtype=np.uint8))
    with pytest.raises(DrawingError, match="Nothing is drawn yet"):
        from_strokes(strokes(np.array([[np.nan, 3.0]])))
    with pytest.raises(DrawingError, match="too small"):
        from_strokes(strokes(np.array([[100.0, 100.0]])))
    for width in (6, 20, 60):
        with pytest.raises(DrawingError, match="too small"):
            prepared(canvas(np.array([[100.0, 100.0]]), width=width))


def test_points_that_are_no_numbers_are_left_out_and_points_far_away_are_told() -> None:
    holes = np.insert(SEVEN, 2, [np.nan, 1.0], axis=0)
    np.testing.assert_array_equal(from_strokes(strokes(holes)), from_strokes(strokes(SEVEN)))
    with pytest.raises(DrawingError, match="Clear the board"):
        from_strokes(strokes(np.array([(0.0, 0.0), (1e12, 5.0)])))


def test_a_stroke_of_ten_thousand_points_is_like_one_of_a_few_hundred() -> None:
    image = from_strokes(strokes(zero(n=10_000)))
    assert likeness(image, from_strokes(strokes(zero()))) > 0.99


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize("width", [5, 12, 24])
def test_pixels_and_strokes_come_to_the_same(name: str, width: int) -> None:
    image = prepared(canvas(*DIGITS[name], width=width))
    assert_like_mnist(image)
    assert longest_side(image) == 20
    assert likeness(image, from_strokes(strokes(*DIGITS[name]))) > 0.9


def test_an_image_of_mnist_stays_what_it_is(mnist: np.ndarray) -> None:
    for image in mnist:
        np.testing.assert_allclose(prepared(image), image / 255.0, atol=0.01)
        np.testing.assert_allclose(prepared(255 - image), image / 255.0, atol=0.01)


def test_drawn_lines_have_mnists_amount_of_ink(mnist: np.ndarray) -> None:
    # The mean of the test set's first 300 images, all ten digits, against five drawn here.
    ours = np.mean([from_strokes(strokes(*lines)).mean() for lines in DIGITS.values()])
    assert ours == pytest.approx(float(mnist.mean() / 255), rel=0.2)


def test_polarity_transparency_and_type_do_not_matter() -> None:
    alpha = canvas(SEVEN, BAR)[..., 3]
    expected = prepared(alpha)
    dark = 255 - alpha
    opaque = np.full_like(alpha, 255)
    variants = {
        "dark on light": dark,
        "RGB": np.dstack([dark] * 3),
        "RGBA on white": np.dstack([dark, dark, dark, opaque]),
        "RGBA on black": np.dstack([alpha, alpha, alpha, opaque]),
        "black on transparent": np.dstack([alpha * 0] * 3 + [alpha]),
        "red on transparent": np.dstack([opaque, alpha * 0, alpha * 0, alpha]),
        "float": alpha / 255.0,
        "float to 255": alpha.astype(np.float64),
        "16 bit": alpha.astype(np.uint16) * 257,
        "faint": (alpha // 4 + 100).astype(np.uint8),
        "white paper on transparent": np.pad(np.dstack([dark, dark, dark, opaque]), ((300, 300), (300, 300), (0, 0))),
    }
    for name, pixels in variants.items():
        assert likeness(prepared(pixels), expected) > 0.97, name
    np.testing.assert_array_equal(prepared(alpha > 0), prepared(((alpha > 0) * 255).astype(np.uint8)))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((0, 5)),
        np.zeros((5, 5, 2)),
        np.zeros(7),
        np.full((50, 50), np.nan),
        np.full((50, 50), 1e9),
        np.array([["a", "b"], ["c", "d"]]),
    ],
)
def test_what_is_no_picture_is_told(pixels: np.ndarray) -> None:
    with pytest.raises(DrawingError):
        prepared(pixels)


def test_the_four_recipes_differ_as_they_should() -> None:
    drawn = canvas(ONE, width=20)
    images = recipes(drawn)
    assert list(images) == ["resize", "stretch", "box", "mnist"]
    for image in images.values():
        assert image.shape == (28, 28)
        assert image.dtype == np.float32
        assert 0 <= image.min() <= image.max() <= 1
    np.testing.assert_allclose(
        images["resize"], drawn[..., 3].reshape(28, 10, 28, 10).mean(axis=(1, 3)) / 255, atol=0.02
    )
    assert images["stretch"].mean() > 0.8
    assert longest_side(images["box"]) == 20
    rows = np.flatnonzero(images["box"].any(axis=1))
    assert (rows[0], rows[-1]) == (4, 23)
    assert images["box"][14].sum() == pytest.approx(2, abs=0.3)
    np.testing.assert_array_equal(images["mnist"], prepared(drawn))


FILLED = [np.array([(100.0, y), (200.0, y)]) for y in range(100, 200, 15)]
OUTSIDE = [np.array([(-200.0, -200.0), (-50.0, -50.0)])]


@pytest.mark.parametrize(
    ("lines", "names"), [(FILLED, ["resize", "stretch", "box"]), (OUTSIDE, [])], ids=["filled", "outside"]
)
def test_recipes_that_pixels_do_not_allow_are_left_out(lines: list[np.ndarray], names: list[str]) -> None:
    from_strokes(strokes(*lines, width=40))
    assert list(recipes(canvas(*lines, width=40))) == names


def path_object(path: list[list[object]], **changes: object) -> dict[str, object]:
    """What fabric.js 7 writes for a free-hand stroke: left and top are the path's box with half the brush around it."""
    numbers = [float(n) for step in path for n in step[1:]]  # type: ignore[arg-type]
    x, y = numbers[0::2], numbers[1::2]
    width, height, stroke = max(x) - min(x), max(y) - min(y), 20
    made = {
        "type": "Path",
        "originX": "left",
        "originY": "top",
        "left": min(x) - stroke / 2,
        "top": min(y) - stroke / 2,
        "width": width,
        "height": height,
        "strokeWidth": stroke,
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "skewX": 0,
        "skewY": 0,
        "flipX": False,
        "flipY": False,
        "path": path,
    }
    return made | changes


LINE: list[list[object]] = [["M", 40, 60], ["L", 140, 60], ["L", 140, 200]]


def test_the_canvas_gives_its_strokes_where_they_were_drawn() -> None:
    curve = path_object([["M", 10, 20], ["Q", 10, 20, 60, 20], ["Q", 110, 20, 110, 120], ["L", 110, 200]])
    drawn = from_canvas({"version": "7.0.0", "objects": [path_object(LINE), curve], "background": ""})
    assert [stroke.width for stroke in drawn] == [20, 20]
    np.testing.assert_allclose(drawn[0].points, [(40, 60), (140, 60), (140, 200)], atol=1e-9)
    points = drawn[1].points
    np.testing.assert_allclose(points[[0, -1]], [(10, 20), (110, 200)], atol=1e-9)
    # The middle of the second curve: a quarter of both ends and half of the control point.
    assert np.hypot(*(points - (97.5, 45)).T).min() < 1e-9
    assert np.hypot(*np.diff(points, axis=0).T)[:-1].max() < 25


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"left": 130, "top": 150}, [(140, 160), (240, 160), (240, 300)]),
        ({"originX": "center", "originY": "center", "left": 90, "top": 130}, [(40, 60), (140, 60), (140, 200)]),
        ({"scaleX": 2, "scaleY": 2}, [(50, 70), (250, 70), (250, 350)]),
        ({"angle": 90}, [(20, 60), (20, 160), (-120, 160)]),
        ({"flipX": True}, [(140, 60), (40, 60), (40, 200)]),
        ({"type": "path"}, [(40, 60), (140, 60), (140, 200)]),
    ],
)
def test_a_stroke_that_was_moved_is_found_where_it_is_seen(
    changes: dict[str, object], expected: list[tuple[float, float]]
) -> None:
    (stroke,) = from_canvas({"objects": [path_object(LINE, **changes)]})
    np.testing.assert_allclose(stroke.points, expected, atol=1e-6)
    assert stroke.width == pytest.approx(20 * float(changes.get("scaleX", 1)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "json_data",
    [
        None,
        {},
        {"objects": None},
        {"objects": [{"type": "Circle", "radius": 3}, {"type": "Line"}, 7, {"type": "Path"}]},
        {"objects": [{"type": "Path", "path": [["X", 1, 2]], "strokeWidth": 3}]},
        {"objects": [{"type": "Path", "path": [["M", 1]], "strokeWidth": 3}]},
        {"objects": [{"type": "Path", "path": "M 1 2", "strokeWidth": 3}]},
        {"objects": [{"type": "Path", "path": [], "strokeWidth": 3}]},
    ],
)
def test_a_canvas_without_strokes_gives_none(json_data: dict[str, object] | None) -> None:
    assert from_canvas(json_data) == []


@pytest.mark.parametrize("name", DIGITS)
def test_one_digit_is_one_group(name: str) -> None:
    (group,) = split_strokes(strokes(*DIGITS[name]))
    assert len(group) == len(DIGITS[name])
    (piece,) = split_raster(canvas(*DIGITS[name]))
    assert likeness(prepared(piece.ink), prepared(canvas(*DIGITS[name]))) > 0.95


def test_halves_above_each_other_are_one_digit() -> None:
    halves = strokes(zero((140, 80), (40, 40)), zero((150, 190), (45, 45)))
    assert len(split_strokes(halves)) == 1


def test_a_short_part_may_stand_a_little_aside_and_a_tall_one_may_not() -> None:
    dash = np.array([(118.0, 130.0), (150.0, 130.0)])
    assert len(split_strokes(strokes(ONE, dash))) == 1
    assert len(split_strokes(strokes(ONE, ONE + np.array((18, 0))))) == 2


def test_digits_side_by_side_are_told_apart_from_left_to_right() -> None:
    right = (130, 10)
    row = strokes(FIVE + right, SEVEN - (50, 0), FIVE_BAR + right, BAR - (50, 0), ONE + np.array((240, 0)))
    groups = split_strokes(row)
    assert [[row.index(stroke) for stroke in _same(row, group)] for group in groups] == [[1, 3], [0, 2], [4]]
    box = bounding_box(groups[0])
    assert tuple(box) == pytest.approx((2, 52, 118, 228))

    pieces = split_raster(canvas(*(stroke.points for stroke in row), width=16, size=(400, 280)))
    assert len(pieces) == 3
    for piece, group in zip(pieces, groups, strict=True):
        np.testing.assert_allclose(piece.box, bounding_box(group), atol=2.5)
        assert likeness(prepared(np.pad(piece.ink, 20)), from_strokes(group)) > 0.9


def test_rows_of_digits_are_read_one_after_the_other() -> None:
    one, down = ONE + np.array((100, 0)), np.array((0, 260))  # between the rows, 80 of a 1's 180 pixels are empty
    row = strokes(one + down, SEVEN, SEVEN + down, one)
    groups = split_strokes(row)
    assert [[row.index(stroke) for stroke in _same(row, group)] for group in groups] == [[1], [3], [2], [0]]
    pieces = split_raster(canvas(*(stroke.points for stroke in row), width=16, size=(400, 600)))
    for piece, group in zip(pieces, groups, strict=True):
        assert likeness(prepared(np.pad(piece.ink, 20)), from_strokes(group)) > 0.9


def test_a_number_that_climbs_is_one_row() -> None:
    climbing = strokes(*(ONE + np.array((60 * i, -70 * i)) for i in range(4)))
    groups = split_strokes(climbing)
    assert [[climbing.index(stroke) for stroke in _same(climbing, group)] for group in groups] == [[0], [1], [2], [3]]


def test_a_mark_too_small_to_be_a_digit_costs_no_other_digit() -> None:
    mark = np.array([(292.0, 204.0), (288.0, 220.0)])
    lines = [SEVEN - (50, 0), SEVEN - (-90, 0), mark]
    drawn = strokes(*lines, width=40)
    assert len(split_strokes(drawn)) == 3
    assert [_same(drawn, digit) for digit, _ in digits_of_strokes(drawn)] == [drawn[:1], drawn[1:2]]
    for (_, image), stroke in zip(digits_of_strokes(drawn), drawn, strict=False):
        np.testing.assert_array_equal(image, from_strokes([stroke]))
    with pytest.raises(DrawingError, match="too small"):
        digits_of_strokes(drawn[2:])
    pixels = canvas(SEVEN - (50, 0), width=16).copy()
    pixels[190:234, 230:260] = 255
    assert len(split_raster(pixels)) == 2
    ((piece, image),) = digits_of_raster(pixels)
    np.testing.assert_allclose(piece.box, bounding_box(strokes(SEVEN - (50, 0))), atol=2.5)
    assert likeness(image, from_strokes(strokes(SEVEN))) > 0.9


@pytest.mark.parametrize("side", [2, 4])
def test_a_speck_on_a_large_page_is_no_digit(side: int) -> None:
    lines = [(SEVEN - (-200 * i, 0)) * 0.4 + (500, 300) for i in range(2)]
    pixels = canvas(*lines, width=8, size=(1600, 1200)).copy()
    pixels[400 : 400 + side, 720 : 720 + side] = 255
    pieces = split_raster(pixels)
    assert len(pieces) == 2
    for piece, line in zip(pieces, lines, strict=True):
        np.testing.assert_allclose(piece.box, bounding_box(strokes(line, width=8)), atol=2.5)


def test_a_four_left_open_is_one_digit_and_a_neighbour_is_not() -> None:
    corner = np.array([(80, 40), (60, 130), (62, 150), (90, 150)], dtype=float)
    stem = np.array([(106, 100), (100, 220)], dtype=float)
    assert len(split_strokes(strokes(corner, stem))) == 1
    assert len(split_strokes(strokes(stem, corner))) == 1
    for apart in (stem - (0, 60), stem - (-20, 0), stem * (1, 0.5) + (0, 50)):
        assert len(split_strokes(strokes(corner, apart))) == 2
    assert len(split_strokes(strokes(corner[::-1], stem))) == 2
    assert len(split_strokes(strokes(ONE, ONE + np.array((18, 40))))) == 2


def _same(row: list[Stroke], group: list[Stroke]) -> list[Stroke]:
    return [stroke for stroke in row for other in group if np.array_equal(stroke.points, other.points)]


def test_a_large_canvas_gives_boxes_in_its_own_pixels() -> None:
    lines = [ONE * 6, ONE * 6 + (600, 0)]
    pieces = split_raster(canvas(*lines, width=90, size=(1800, 1600)))
    assert len(pieces) == 2
    for piece, line in zip(pieces, lines, strict=True):
        np.testing.assert_allclose(piece.box, bounding_box(strokes(line, width=90)), atol=8)


finite = st.floats(-1e4, 1e4, allow_nan=False)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            hnp.arrays(np.float64, st.tuples(st.integers(1, 12), st.just(2)), elements=finite), st.floats(0.5, 60)
        ),
        max_size=5,
    )
)
def test_any_strokes_are_a_digit_or_a_sentence(drawn: list[tuple[np.ndarray, float]]) -> None:
    row = [Stroke(points, width) for points, width in drawn]
    try:
        image = from_strokes(row)
    except DrawingError as error:
        assert_sentence(error)
    else:
        assert_like_mnist(image)
        for group in split_strokes(row):
            assert group
        for made in recipes(canvas(*(stroke.points for stroke in row), width=round(row[0].width) + 1)).values():
            assert made.shape == (28, 28)


numbers = st.floats(width=64)  # of any size, nan and infinity too


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(2)), elements=numbers), numbers),
        max_size=3,
    )
)
def test_strokes_of_any_numbers_are_a_digit_or_a_sentence(drawn: list[tuple[np.ndarray, float]]) -> None:
    try:
        image = from_strokes([Stroke(points, width) for points, width in drawn])
    except DrawingError as error:
        assert_sentence(error)
    else:
        assert_like_mnist(image)


@settings(max_examples=80, deadline=None)
@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=numbers))
def test_pixels_of_any_numbers_are_a_digit_or_a_sentence(pixels: np.ndarray) -> None:
    try:
        image = prepared(pixels)
    except DrawingError as error:
        assert_sentence(error)
    else:
        assert_like_mnist(image)


@settings(max_examples=80, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.uint8, np.float64]),
        st.one_of(
            hnp.array_shapes(min_dims=2, max_dims=2, max_side=60), st.tuples(*[st.integers(1, 50)] * 2, st.just(4))
        ),
        elements=st.integers(0, 255),
        fill=st.sampled_from([0, 255]),
    )
)
def test_any_pixels_are_a_digit_or_a_sentence(pixels: np.ndarray) -> None:
    try:
        image = prepared(pixels)
        pieces = split_raster(pixels)
    except DrawingError as error:
        assert_sentence(error)
    else:
        assert_like_mnist(image)
        assert pieces
        assert 0 <= ink_of(pixels).min() <= ink_of(pixels).max() <= 1


def test_a_drawing_without_an_end_is_a_sentence():
    stroke = {"type": "Path", "path": [["M", 0, 0], ["L", 9, 9]]}
    with pytest.raises(DrawingError, match="expected at most 1,000 of 50,000 in all"):
        from_canvas({"objects": [stroke] * 1_001})
    with pytest.raises(DrawingError, match=r"1 strokes of 50,001 pieces"):
        from_canvas({"objects": [stroke | {"path": [["L", 9, 9]] * 50_001}]})
    assert len(from_canvas({"objects": [stroke] * 1_000})) == 1_000
