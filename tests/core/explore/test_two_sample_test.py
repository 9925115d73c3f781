import numpy as np

from mnist_core.explore.two_sample_test import compare


def test_halves_of_one_set_cannot_be_told_apart_and_a_shifted_set_can(mnist):
    images = mnist.test_images[np.random.default_rng(0).permutation(3000)]
    halves = compare(images[:1000], images[1000:])
    assert halves.count == 2000
    low, high = halves.interval
    assert low < 0.5 < high
    assert low <= halves.share <= high
    assert compare(images[:1000], np.roll(images[1000:2000], 3, axis=2)).share > 0.9
