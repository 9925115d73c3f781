import numpy as np
import pytest

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.breaking_point import changed, limits, probabilities, steps
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import predict
from mnist_core.paths import CHECKPOINTS


@pytest.fixture
def seven(mnist):
    return mnist.test_images[0].astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("corruption", CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_the_steps_go_from_end_to_end_through_zero(corruption):
    low, high, step = corruption.reach
    amounts = steps(corruption)
    assert (amounts[0], amounts[-1]) == (low, high)
    assert 0 in amounts
    assert np.diff(amounts) == pytest.approx(np.full(len(amounts) - 1, step))


def test_each_image_is_the_one_image_changed(seven):
    rotation = CORRUPTIONS["rotation"]
    images = changed(seven, rotation, [-90, 0, 90])
    assert images.shape == (3, 28, 28)
    assert np.array_equal(images[1], seven)
    assert images[2] == pytest.approx(np.rot90(seven, -1), abs=1e-5)


def test_probabilities_are_the_networks_own(seven):
    model, _ = load_checkpoint(CHECKPOINTS / "notebook.safetensors")
    blur = CORRUPTIONS["blur"]
    table = probabilities(model, seven, blur, [0, 2])
    assert table.sum(1) == pytest.approx([1, 1])
    assert table[0] == pytest.approx(predict(model, seven).probabilities, abs=1e-5)
    assert table[1] == pytest.approx(predict(model, changed(seven, blur, [2])[0]).probabilities, abs=0.02)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([7, 7, 7, 7, 7], []),
        ([7, 7, 7, 1, 7], [1]),  # the first loss counts, even where it is read right again beyond
        ([1, 7, 7, 7, 1], [-2, 2]),
        ([1, 1, 7, 7, 7], [-1]),
        ([7, 7, 1, 7, 7], [0]),
    ],
)
def test_the_limits_are_the_first_losses_on_either_side(readings, expected):
    assert limits([-2, -1, 0, 1, 2], readings, 7) == expected
