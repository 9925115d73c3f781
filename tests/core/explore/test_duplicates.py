import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.explore import duplicates
from mnist_core.explore.duplicates import equal_images, nearest_pairs


def test_injected_copies_are_found(mnist):
    images = mnist.test_images[:50].copy()
    images[40], images[41], images[7] = images[3], images[3], images[20]
    assert equal_images(images) == [[3, 40, 41], [7, 20]]
    pairs, apart = nearest_pairs(images, 5)
    assert {tuple(pair) for pair in pairs[:4].tolist()} == {(3, 40), (3, 41), (40, 41), (7, 20)}
    assert apart[:4].tolist() == [0] * 4
    assert apart[4] > 1


def test_an_almost_equal_image_is_the_nearest(mnist):
    images = mnist.test_images[:30].copy()
    images[29] = images[4]
    images[29, 0, 0] = 51
    pairs, apart = nearest_pairs(images, 1)
    assert pairs.tolist() == [[4, 29]]
    assert apart[0] == pytest.approx(0.2)


@given(st.integers(2, 40), st.integers(1, 9), st.integers(0, 99))
def test_the_nearest_pairs_are_those_of_all_pairs(count, wanted, seed):
    images = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    first, second = np.triu_indices(count, k=1)
    every = np.sort(np.sqrt(((images[first] / 255 - images[second] / 255) ** 2).sum((1, 2))))
    before, duplicates._CHUNK = duplicates._CHUNK, 7
    try:
        pairs, apart = nearest_pairs(images, wanted)
    finally:
        duplicates._CHUNK = before
    np.testing.assert_allclose(apart, every[:wanted], rtol=1e-6)
    assert (pairs[:, 0] < pairs[:, 1]).all()


def test_mnist_has_no_equal_images(mnist):
    assert equal_images(np.concatenate([mnist.train_images, mnist.test_images])) == []
