import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_core.explore.statistics import INK, balance, statistics


@given(arrays(np.uint8, (12, 28, 28)), arrays(np.uint8, 12, elements=st.integers(0, 9)))
def test_counts_and_averages_are_those_of_numpy(images, labels):
    found = statistics(images, labels)
    assert found.counts.tolist() == [int((labels == digit).sum()) for digit in range(10)]
    assert found.grey.tolist() == [int((images == value).sum()) for value in range(256)]
    for digit in set(labels.tolist()):
        members = images[labels == digit] / 255
        np.testing.assert_allclose(found.means[digit], members.mean(0), atol=1e-6)
        np.testing.assert_allclose(found.deviations[digit], members.std(0), atol=1e-6)
        np.testing.assert_allclose(found.ink[digit], (members * 255 >= INK).mean(0), atol=1e-6)
    np.testing.assert_allclose(found.mean, images.mean(0) / 255, atol=1e-6)
    np.testing.assert_allclose(found.all_ink, (images >= INK).mean(0), atol=1e-6)


def test_a_digit_that_is_absent_has_zeros():
    found = statistics(np.full((3, 28, 28), 200, np.uint8), np.array([4, 4, 7], np.uint8))
    assert not found.means[0].any()
    assert not found.deviations.any()
    assert found.means[4].min() > 0.7


def test_the_published_counts_of_mnist(mnist):

    assert balance(mnist.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert balance(mnist.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
