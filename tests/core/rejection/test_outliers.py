import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.drawing.hand import BRUSH, SIZE, by_hand
from mnist_core.rejection.outliers import LEARNED, UNSEEN, draw_doodles

EVERY = LEARNED | UNSEEN


@pytest.mark.parametrize("name", EVERY)
def test_each_kind_is_drawn_as_the_canvas_draws(name):
    images = draw_doodles(EVERY[name], 4, np.random.default_rng(0))
    assert images.shape == (4, 28, 28)
    assert images.dtype == np.uint8
    for image in images:
        rows, columns = np.nonzero(image)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        assert abs(np.average(rows, weights=image[rows, columns]) - 14) <= 0.51
    assert len({image.tobytes() for image in images}) == 4, "no two are alike"


@pytest.mark.parametrize("name", ["walk", "polygon", "A"])
def test_equal_seeds_give_equal_drawings(name):
    first, again, other = (draw_doodles(EVERY[name], 2, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


def test_no_kind_is_both_learned_from_and_measured_on():
    assert not LEARNED.keys() & UNSEEN.keys()
    assert len(LEARNED) == 61
    assert len(UNSEEN) == 25


def test_what_looks_like_a_digit_is_no_stranger():
    assert not EVERY.keys() & set("bBdDgGiIjJloOqQrsSuUyYzZ")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(EVERY)))
def test_a_hand_bends_what_it_draws_but_leaves_no_stroke_out(seed, name):
    random = np.random.default_rng(seed)
    lines = EVERY[name](random)
    strokes = by_hand(lines, random)
    assert len(strokes) == len(lines)
    points = np.concatenate([stroke.points for stroke in strokes])
    assert np.isfinite(points).all()
    assert 0.5 * SIZE < np.ptp(points, axis=0).max() < 2.2 * SIZE
    assert {stroke.width for stroke in strokes} == {BRUSH}
    for line, stroke in zip(lines, strokes, strict=True):
        assert len(stroke.points) >= len(line)


def test_a_straight_line_is_bent():
    bends = []
    for seed in range(20):
        (stroke,) = by_hand([np.array([(0.0, 0.0), (0.0, 1.0)])], np.random.default_rng(seed))
        start, along = stroke.points[0], stroke.points[-1] - stroke.points[0]
        across = np.array([-along[1], along[0]]) / np.hypot(*along)
        bends.append(np.abs((stroke.points - start) @ across).max() / SIZE)
    assert 0.01 < np.median(bends) < 0.1
