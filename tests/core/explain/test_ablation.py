import copy

import numpy as np
import pytest
import torch

from mnist_core.explain.ablation import can_switch_off, read_without, read_without_each
from mnist_core.model.inference import predict
from tests.support.networks import CONFIGS, network


@pytest.fixture
def image(mnist):
    return mnist.test_images[0].astype("float32") / 255


HIDDEN = [name for name in CONFIGS if name != "underfit"]


@pytest.mark.parametrize("name", HIDDEN)
def test_with_nothing_off_the_reading_is_the_usual_one(name, image):
    model = network(name)
    assert can_switch_off(model)
    assert read_without(model, image, []).probabilities == pytest.approx(predict(model, image).probabilities)


@pytest.mark.parametrize("name", ["notebook", "perceptron", "strides"])
def test_each_alone_is_what_it_is_one_by_one(name, image):
    model = network(name)
    each = read_without_each(model, image)
    assert each.shape == ((*model.config.filters, *model.config.dense)[0], 10)
    for i in (0, len(each) - 1):
        assert each[i] == pytest.approx(read_without(model, image, [i]).probabilities, abs=1e-6)
    assert np.ptp(each, axis=0).max() > 1e-4


@pytest.mark.parametrize("name", ["notebook", "perceptron"])
def test_off_is_the_network_with_that_filters_weights_at_zero(name, image):
    model = network(name)
    changed = copy.deepcopy(model)
    first = next(m for m in changed if hasattr(m, "weight"))
    with torch.no_grad():  # ReLU of zero is zero
        first.weight[[1, 4]] = 0
        first.bias[[1, 4]] = 0
    assert read_without(model, image, {1, 4}).probabilities == pytest.approx(predict(changed, image).probabilities)


def test_the_shared_network_is_left_as_it_was(image):
    model = network("best")
    before = copy.deepcopy(model.state_dict())
    read_without(model, image, [0, 1])
    read_without_each(model, image)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_where_nothing_follows_the_first_layer_nothing_can_be_switched_off():
    assert not can_switch_off(network("underfit"))
    assert can_switch_off(network("notebook"))
