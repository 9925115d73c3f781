import copy
from typing import get_args

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mnist_core.errors import AttributionError
from mnist_core.explain.attribution import STRIDE, WINDOW, Method, attribute
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS
from tests.support.networks import CONFIGS, network


@pytest.fixture
def image(mnist):
    return mnist.test_images[0].astype("float32") / 255


@pytest.mark.parametrize("name", ["fast", "average pooling", "no pooling", "three in a row", "perceptron", "underfit"])
@pytest.mark.parametrize("method", get_args(Method))
def test_every_method_answers_for_every_network_or_says_why_not(name, method, image):
    model = network(name)
    if method == "grad-cam" and not CONFIGS[name].filters:
        with pytest.raises(AttributionError, match="no convolution"):
            attribute(model, image, 3, method)
        return
    say = attribute(model, image, 3, method)
    assert (say.shape, say.dtype) == ((28, 28), np.float32)
    assert np.isfinite(say).all()
    assert say.any()
    assert not np.array_equal(say, attribute(model, image, 4, method))


def test_a_linear_network_is_explained_by_its_weights(image):
    model = network("underfit")
    weights = model.output.weight[3].detach().numpy().reshape(28, 28)
    assert attribute(model, image, 3, "gradient") == pytest.approx(weights)
    assert attribute(model, image, 3, "integrated gradients") == pytest.approx(weights * image, abs=1e-6)
    hidden, windows = np.zeros((28, 28)), np.zeros((28, 28))
    for top in range(0, 29 - WINDOW, STRIDE):
        for left in range(0, 29 - WINDOW, STRIDE):
            square = np.s_[top : top + WINDOW, left : left + WINDOW]
            hidden[square] += (weights * image)[square].sum()
            windows[square] += 1
    assert attribute(model, image, 3, "occlusion") == pytest.approx(hidden / windows, abs=1e-5)


@pytest.mark.parametrize("name", ["best", "notebook"])
def test_integrated_gradients_add_up_to_the_difference_of_the_logits(name, image):
    model, _ = load_checkpoint(CHECKPOINTS / f"{name}.safetensors")
    with torch.inference_mode():
        logit, of_black = model(torch.from_numpy(np.stack([image, 0 * image]))[:, None])[:, 7]
    share = attribute(model, image, 7, "integrated gradients").sum()
    assert share == pytest.approx(float(logit - of_black), rel=0.03)


def test_grad_cam_is_the_papers_formula(image):
    model = network("average pooling")
    end = 1 + next(i for i, layer in enumerate(model.layers) if layer.name == "act2")
    maps = model[:end](torch.from_numpy(image)[None, None]).detach().requires_grad_()
    (slope,) = torch.autograd.grad(model[end:](maps)[0, 5], maps)
    coarse = (slope.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1, keepdim=True)
    expected = F.interpolate(coarse, (28, 28), mode="bilinear")[0, 0].detach().numpy()
    assert attribute(model, image, 5, "grad-cam") == pytest.approx(expected, abs=1e-6)


def test_the_shared_network_is_left_as_it_was(image):
    model = network("notebook")
    before = copy.deepcopy(model.state_dict())
    for method in get_args(Method):
        attribute(model, image, 7, method)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(p.requires_grad and p.grad is None for p in model.parameters())
    assert not any(m._forward_hooks or m._backward_hooks or m._forward_pre_hooks for m in model.modules())
