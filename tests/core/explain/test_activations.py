import pytest
import torch

from mnist_core.explain.activations import activations
from mnist_core.model.network import to_input
from tests.support.networks import CONFIGS, network


@pytest.mark.parametrize("name", CONFIGS)
def test_every_layer_of_every_network_is_seen_in_order(name, mnist):
    model = network(name)
    image = mnist.test_images[0].astype("float32") / 255
    first, *rest = activations(model, image)
    assert (first.name, first.shape) == ("image", (1, 28, 28))
    assert (first.values[0] == image).all()
    assert [(a.name, a.shape) for a in rest] == [(layer.name, layer.output_shape) for layer in model.layers]
    torch.testing.assert_close(torch.from_numpy(rest[-1].values), model(to_input(mnist.test_images[:1].copy()))[0])


def test_the_notebook_network_passes_the_shapes_the_article_writes(mnist):
    model = network("notebook")
    kept = {layer.name for layer in model.layers if layer.kind in ("convolution", "max pool", "dense")} | {"image"}
    shapes = [a.shape for a in activations(model, mnist.test_images[0] / 255) if a.name in kept]
    assert shapes == [
        *[(1, 28, 28), (32, 24, 24), (32, 12, 12), (32, 8, 8), (32, 4, 4), (64, 2, 2), (64, 1, 1)],
        *[(64,), (10,)],
    ]


def test_looking_leaves_the_activations_as_they_were(mnist):
    """An activation that works in place would overwrite the convolution's own numbers."""
    seen = {a.name: a.values for a in activations(network("notebook"), mnist.test_images[0] / 255)}
    assert (seen["conv1"] < 0).any()
    assert (seen["act1"] == seen["conv1"].clip(0)).all()
