import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from mnist_core.data.corruptions import CORRUPTIONS


@st.composite
def some_images(draw):
    """One to three images: black, white, or random with more or less ink."""
    random, ink = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.floats(0, 1))
    images = random.random((draw(st.integers(1, 3)), 28, 28), np.float32)
    return np.where(images < ink, draw(st.sampled_from([images, np.ones_like(images)])), np.float32(0))


EVERY = pytest.mark.parametrize("corruption", CORRUPTIONS.values(), ids=CORRUPTIONS)


def apply(name, images, amount, seed=0):
    return CORRUPTIONS[name].apply(images, amount, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist.test_images[:50].astype(np.float32) / np.float32(255)


@EVERY
@settings(max_examples=25)
@given(images=some_images(), share=st.floats(0, 1))
def test_shape_range_and_type_are_kept_and_the_images_too(corruption, images, share):
    low, high, _ = corruption.reach
    before = images.copy()
    changed = corruption.apply(images, low + share * (high - low), np.random.default_rng(0))
    assert (changed.shape, changed.dtype) == (images.shape, np.float32)
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert np.array_equal(images, before)
    assert not np.shares_memory(images, changed)


@EVERY
@settings(max_examples=10)
@given(images=some_images())
def test_an_amount_of_zero_changes_nothing_and_a_hair_next_to_nothing(corruption, images):
    assert np.array_equal(corruption.apply(images, 0, np.random.default_rng(0)), images)
    assert corruption.apply(images, 1e-4, np.random.default_rng(0)) == pytest.approx(images, abs=1e-3)


@EVERY
def test_every_amount_is_within_reach_and_none_is_beyond(corruption, digits):
    low, high, step = corruption.reach
    assert corruption.amounts[0] == 0
    assert len(set(corruption.amounts)) == 8
    assert all(low <= amount <= high for amount in corruption.amounts)
    assert low == pytest.approx(round(low / step) * step)  # so that the steps meet 0
    with pytest.raises(ValueError, match=f"expected an amount of {corruption.name} from"):
        corruption.apply(digits, high + step, np.random.default_rng(0))


@EVERY
def test_the_same_seed_gives_the_same_images_and_a_larger_amount_changes_more(corruption, digits):
    amounts = [a for a in corruption.amounts if a >= 0]
    again = corruption.apply(digits, amounts[-1], np.random.default_rng(3))
    assert np.array_equal(corruption.apply(digits, amounts[-1], np.random.default_rng(3)), again)
    change = [np.abs(corruption.apply(digits, a, np.random.default_rng(3)) - digits).sum() for a in amounts]
    # A large rotation may come nearer to a round digit again; a small one is always nearer than a large one.
    assert change[0] < change[1] < change[3]


def test_a_quarter_turn_is_numpys_clockwise(digits):
    assert apply("rotation", digits, 90) == pytest.approx(np.rot90(digits, -1, (1, 2)), abs=1e-5)
    assert apply("rotation", digits, -180) == pytest.approx(digits[:, ::-1, ::-1], abs=1e-5)


def test_a_rotation_is_scipys(digits):
    expected = ndimage.rotate(digits, -30, (1, 2), reshape=False, order=1, mode="constant")
    assert apply("rotation", digits, 30)[:, 2:-2, 2:-2] == pytest.approx(expected[:, 2:-2, 2:-2], abs=1e-4)


def test_a_shift_moves_to_the_right_and_between_the_pixels(digits):
    moved = apply("shift", digits, 3)
    assert moved[:, :, 3:] == pytest.approx(digits[:, :, :-3], abs=1e-6)
    assert not moved[:, :, :3].any()
    half = apply("shift", digits, -0.5)
    assert half[:, :, :-1] == pytest.approx((digits[:, :, :-1] + digits[:, :, 1:]) / 2, abs=1e-6)


def test_half_the_size_is_the_mean_of_four_pixels(digits):
    small = apply("scale", digits, -50)
    assert small[:, 7:21, 7:21] == pytest.approx(digits.reshape(-1, 14, 2, 14, 2).mean((2, 4)), abs=1e-5)
    assert small[:, :7].sum() == 0


def test_thicker_and_thinner_are_scipys_dilation_and_erosion(digits):
    thick = ndimage.grey_dilation(digits, (1, 5, 5), mode="constant")
    assert apply("thickness", digits, 2) == pytest.approx(thick, abs=1e-6)
    thin = ndimage.grey_erosion(digits, (1, 3, 3), mode="constant", cval=1)
    assert apply("thickness", digits, -1) == pytest.approx(thin, abs=1e-6)
    assert apply("thickness", digits, -0.5) == pytest.approx((digits + thin) / 2, abs=1e-6)


def test_a_blur_is_scipys(digits):
    expected = ndimage.gaussian_filter(digits, (0, 1.5, 1.5), mode="constant", truncate=20)
    assert apply("blur", digits, 1.5) == pytest.approx(expected, abs=1e-5)


def test_noise_has_the_stated_spread_and_more_of_it_is_the_same_noise():
    grey = np.full((50, 28, 28), 0.5, np.float32)
    little, more = apply("noise", grey, 5), apply("noise", grey, 10)
    assert little.std() == pytest.approx(0.05, rel=0.02)
    assert (more - 0.5) == pytest.approx(2 * (little - 0.5), abs=1e-5)
    assert not np.array_equal(apply("noise", grey, 5, seed=1), little)


def test_inversion_and_contrast_end_in_the_negative_and_in_grey(digits):
    assert np.array_equal(apply("inversion", digits, 100), 1 - digits)
    assert apply("inversion", digits, 50) == pytest.approx(np.full_like(digits, 0.5))
    assert apply("contrast", digits, 100) == pytest.approx(np.full_like(digits, 0.5))
    assert apply("contrast", digits, 60).max() == pytest.approx(0.5 + 0.4 * 0.5)


def test_an_occlusion_is_a_black_square_on_ink(digits):
    white = np.ones_like(digits)
    spot = np.zeros_like(digits)
    spot[:, 10, 15] = 0.3  # the only ink there is
    assert not apply("occlusion", spot, 1).any()
    covered = apply("occlusion", white, 5) == 0
    assert (covered.sum((1, 2)) <= 25).all()
    assert covered.sum((1, 2)).max() == 25
    assert (apply("occlusion", digits, 3).sum((1, 2)) < digits.sum((1, 2))).all()


def test_amounts_are_said_with_their_unit():
    assert CORRUPTIONS["rotation"].describe(30) == "30°"
    assert CORRUPTIONS["scale"].describe(-45.0) == "−45%"
