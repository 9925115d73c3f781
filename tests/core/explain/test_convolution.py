import pytest

from mnist_core.explain.activations import activations
from mnist_core.explain.convolution import pixel_sum
from tests.support.networks import CONFIGS, network


@pytest.mark.parametrize("name", [name for name, config in CONFIGS.items() if config.filters])
def test_the_arithmetic_adds_up_to_the_networks_own_numbers(name, mnist):
    model = network(name)
    passed = activations(model, mnist.test_images[0] / 255)
    for i, layer in enumerate(model.layers):
        if layer.kind != "convolution":
            continue
        received, made = passed[i].values, passed[i + 1].values
        bent = next(a for a in passed[i + 1 :] if a.name.startswith("act")).values
        filters, height, width = layer.output_shape
        for place in ((0, 0, 0), (filters - 1, height - 1, width - 1), (filters // 2, height // 2, width // 3)):
            found = pixel_sum(model, layer.name, received, *place)
            assert found.patch.shape == found.kernel.shape == (len(received), layer.kernel_size, layer.kernel_size)
            assert found.channel_sums.sum() + found.bias == pytest.approx(made[place], abs=1e-5)
            assert found.total == pytest.approx(made[place], abs=1e-5)
            if "norm" in passed[i + 2].name:
                assert found.normalised == pytest.approx(passed[i + 2].values[place], abs=1e-5)
            assert found.value == pytest.approx(bent[place], abs=1e-5)
