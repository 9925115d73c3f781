import pytest
import torch
from hypothesis import given, settings

from mnist_core.architecture import layers, parameter_count
from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError
from mnist_core.model.network import build_model, to_input
from mnist_core.presets import preset
from tests.support.configurations import architectures


@settings(deadline=None, max_examples=60)
@given(architectures())
def test_the_table_is_the_model_that_is_built(fields):
    try:
        config = TrainConfig(**fields)
    except ConfigError:
        return
    model = build_model(config).eval()
    value = torch.zeros(2, 1, 28, 28)
    for layer, (name, module) in zip(layers(config), model.named_children(), strict=True):
        assert layer.name == name
        assert tuple(value.shape[1:]) == layer.input_shape
        value = module(value)
        assert tuple(value.shape[1:]) == layer.output_shape
        assert sum(p.numel() for p in module.parameters()) == layer.parameters
    assert value.shape == (2, 10)


def test_the_notebook_network_has_the_shapes_the_article_writes():
    shapes = [layer.output_shape for layer in layers(preset("notebook")) if layer.kind in ("convolution", "max pool")]
    assert shapes == [(32, 24, 24), (32, 12, 12), (32, 8, 8), (32, 4, 4), (64, 2, 2), (64, 1, 1)]
    # 32·25+32, 32·32·25+32, 64·32·9+64, 64·64+64, 10·64+10
    assert parameter_count(preset("notebook")) == 832 + 25_632 + 18_496 + 4_160 + 650
    # each filter weight once for each place of its output
    assert layers(preset("notebook"))[0].multiply_adds == 32 * 25 * 24 * 24


def test_a_linear_layer_and_a_plain_perceptron_are_networks_too():
    linear = TrainConfig(filters=(), kernel_sizes=(), dense=())
    assert parameter_count(linear) == 784 * 10 + 10
    assert parameter_count(linear.replace(dense=(32,))) == 784 * 32 + 32 + 32 * 10 + 10


def test_an_impossible_architecture_is_refused_with_its_layer():
    with pytest.raises(
        ConfigError, match=r"convolution 3 \(stage 3\) needs a feature map of at least 5 × 5, but gets 4 × 4"
    ):
        TrainConfig(filters=(8, 8, 8), kernel_sizes=(5, 5, 5))
    with pytest.raises(ConfigError, match="pooling after stage 4 would shrink a 1 × 1"):
        TrainConfig(filters=(8, 8, 8, 8), kernel_sizes=(5, 5, 3, 1))


def test_initial_weights_depend_on_the_seed_alone():
    torch.manual_seed(1)
    one = build_model(TrainConfig(seed=3))
    torch.manual_seed(2)
    before = torch.random.get_rng_state()
    other = build_model(TrainConfig(seed=3, learning_rate=0.5))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    different = build_model(TrainConfig(seed=4))
    assert not torch.equal(next(one.parameters()), next(different.parameters()))


def test_grey_values_become_zero_to_one(mnist):
    images = mnist.test_images[:3]
    value = to_input(images.copy())
    assert value.shape == (3, 1, 28, 28)
    assert value.dtype == torch.float32
    assert (value.min(), value.max()) == (0, 1)
    assert value[0, 0, 14, 14] == pytest.approx(images[0, 14, 14] / 255)
