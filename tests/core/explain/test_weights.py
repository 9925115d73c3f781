import numpy as np
import pytest
import torch

from mnist_core.explain.weights import BINS, as_grey, first_filters, weight_histograms
from mnist_core.model.network import build_model


def test_an_untrained_network_is_as_it_started(tiny):
    for histogram in weight_histograms(build_model(tiny)):
        assert histogram.now == histogram.start
        assert histogram.change == 0
        assert sum(histogram.now) == pytest.approx(1)
        assert len(histogram.edges) == BINS + 1


def test_a_changed_layer_shows_in_its_histogram_alone(tiny):
    model = build_model(tiny)
    with torch.no_grad():
        model.output.weight.mul_(2)
    convolution, output = weight_histograms(model)
    assert (convolution.layer, output.layer) == ("conv1", "output")
    assert convolution.change == 0
    assert output.change == pytest.approx(1)
    assert output.now != output.start
    assert output.edges[-1] == pytest.approx(model.output.weight.max().item())
    # Twice as wide: the start lies in the middle half.
    assert sum(output.start[: BINS // 4]) == 0
    assert sum(output.now[: BINS // 4]) > 0.1


def test_the_filters_of_the_first_layer_are_its_kernels_or_whole_images(tiny):
    model = build_model(tiny)
    assert np.array_equal(first_filters(model), model.conv1.weight.detach()[:, 0].numpy())
    linear = build_model(tiny.replace(filters=(), kernel_sizes=()))
    assert first_filters(linear).shape == (10, 28, 28)
    assert first_filters(linear)[3, 0, 5] == linear.output.weight[3, 5]


def test_zero_is_mid_grey_and_the_largest_weight_white_or_black():
    grey = as_grey(np.array([[[-2.0, 0.0], [1.0, 2.0]]], np.float32))
    assert grey.tolist() == [[[0.0, 0.5], [0.75, 1.0]]]
    assert as_grey(np.zeros((1, 2, 2), np.float32)).tolist() == [[[0.5, 0.5], [0.5, 0.5]]]


def test_a_taught_network_is_compared_with_the_network_that_it_started_from(tiny):
    start, model = build_model(tiny), build_model(tiny)
    with torch.no_grad():
        start.output.weight.mul_(3)
        model.output.weight.mul_(3)
    assert [histogram.change for histogram in weight_histograms(model, start)] == [0, 0]
    assert weight_histograms(model)[1].change == pytest.approx(2)
