"""What is worked out by hand: sums with few products that can be told from 0, and not two of them alike."""

import numpy as np
import pytest

from mnist_core.lessons.exercises import CONVOLUTION_IMAGES, DECIMALS, convolution_places
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.png import to_brightness


@pytest.fixture(scope="module")
def network():
    return load_checkpoint(CHECKPOINTS / "best.safetensors")[0]


@pytest.mark.parametrize("turn", range(len(CONVOLUTION_IMAGES) + 8))
def test_a_sum_has_three_or_four_products_and_comes_out_with_rounded_numbers(network, mnist, turn):
    image = to_brightness(mnist.test_images[CONVOLUTION_IMAGES[turn % len(CONVOLUTION_IMAGES)]])
    places = convolution_places(network, image, turn)
    for made in places:
        assert 3 <= np.count_nonzero(made.patch) <= 4
        assert abs(made.total) >= 0.2
        by_hand = (np.round(made.patch, DECIMALS) * np.round(made.kernel, DECIMALS)).sum() + round(made.bias, DECIMALS)
        assert by_hand == pytest.approx(made.total, abs=0.009)
    assert places[0].total != places[1].total


def test_an_image_without_ink_has_no_such_place(network):
    with pytest.raises(ValueError, match="two places at the edge of its ink"):
        convolution_places(network, np.zeros((28, 28), np.float32), 0)
