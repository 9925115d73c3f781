import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from mnist_core.architecture import layers
from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError
from mnist_core.explain.receptive_field import Field, receptive_field
from mnist_core.model.network import build_model
from mnist_core.presets import preset
from tests.support.configurations import architectures


def linearised(config):
    """The network with positive weights, averages for maxima and nothing bent: no gradient is zero by chance."""
    model = build_model(config).eval()
    for name, module in list(model.named_children()):
        if isinstance(module, nn.MaxPool2d):
            setattr(model, name, nn.AvgPool2d(2))
        elif name.startswith("act"):
            setattr(model, name, nn.Identity())
        elif isinstance(module, nn.Conv2d):
            module.weight.data.abs_().add_(0.1)
    return model


def where_the_gradient_is(config, index, row, column):
    image = torch.full((1, 1, 28, 28), 0.5, requires_grad=True)
    linearised(config)[: index + 1](image)[0, 0, row, column].backward()
    rows, columns = image.grad[0, 0].nonzero().unbind(1)
    return Field(rows.min(), rows.max(), columns.min(), columns.max())


@given(architectures(), st.data())
def test_the_field_is_where_the_gradient_is(fields, data):
    try:
        config = TrainConfig(**fields)
    except ConfigError:
        assume(False)
    table = layers(config)
    seen = [i for i, layer in enumerate(table) if len(layer.output_shape) == 3]
    assume(seen)
    index = data.draw(st.sampled_from(seen))
    _, height, width = table[index].output_shape
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    found = receptive_field(table, table[index].name, row, column)
    assert found == where_the_gradient_is(config, index, row, column)


def test_rows_that_a_pooling_leaves_over_are_seen_by_nobody_after_it():
    """28, 14, 7, 3: the last pooling drops a row and a column, and the padding beyond it is no image."""
    config = TrainConfig(filters=(1,) * 4, kernel_sizes=(1, 1, 1, 3), padding="same")
    table = layers(config)
    index = next(i for i, layer in enumerate(table) if layer.name == "conv4")
    for row, column in ((2, 2), (1, 2), (0, 0)):
        assert receptive_field(table, "conv4", row, column) == where_the_gradient_is(config, index, row, column)


def test_known_fields_of_the_notebook_network():
    table = layers(preset("notebook"))
    assert receptive_field(table, "conv1", 3, 7) == Field(3, 7, 7, 11)
    assert receptive_field(table, "pool1", 0, 0) == Field(0, 5, 0, 5)
    field = receptive_field(table, "conv2", 7, 7)  # 5 of the 6-wide windows above, two pixels apart: 6 + 4·2
    assert (field.height, field.width, field.bottom) == (14, 14, 27)


@pytest.mark.parametrize(("name", "row"), [("dense1", 0), ("flatten", 0), ("conv1", 24), ("conv1", -1)])
def test_what_is_no_pixel_has_no_field(name, row):
    with pytest.raises(ValueError, match="expected a pixel of a feature map"):
        receptive_field(layers(preset("notebook")), name, row, 0)
