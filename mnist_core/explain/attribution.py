"""Why this digit: how much each pixel of the image speaks for a digit's logit, by four methods of captum.

Positive speaks for the digit, negative against it. Logits, not probabilities: those are flat where a network is sure.
"""

from __future__ import annotations

import copy
from typing import Literal

import numpy as np
from captum.attr import IntegratedGradients, LayerAttribution, LayerGradCam, Occlusion, Saliency
from numpy.typing import NDArray

from mnist_core.errors import AttributionError
from mnist_core.model.inference import for_reading
from mnist_core.model.network import DigitNet, single_input

Method = Literal["gradient", "integrated gradients", "grad-cam", "occlusion"]

_STEPS = 128
"""Points on the way from black to the image: with the network `best`, the shares of eight test images then added
up to within 3 % (64 points: 7 %, 256: 2 %)."""
WINDOW, STRIDE = 4, 2
"""Side of the occluding square and its steps, in pixels."""


def attribute(model: DigitNet, image: NDArray[np.float32], digit: int, method: Method) -> NDArray[np.float32]:
    """Return each pixel's say, (28, 28) signed, in an image (28, 28) float in [0, 1] being read as `digit`.

    - gradient: how the logit changes when the pixel does (Simonyan et al. 2013), with its sign.
    - integrated gradients: the share of the logit that the pixel brings, against a black image (Sundararajan et al.
      2017); the shares add up to the difference of the two logits.
    - grad-cam: where the last feature maps speak for the digit (Selvaraju et al. 2017), enlarged to the image, and
      with negative places too.
    - occlusion: how far the logit falls when a black square of 4 × 4 pixels hides the place (Zeiler and Fergus 2014).

    Raises:
        AttributionError: Grad-CAM of a network without convolutions.
    """
    # A copy: captum hangs hooks into the modules it looks at, and the network is shared.
    network = for_reading(model).requires_grad_(False)
    value = single_input(network, image)
    value.requires_grad_()
    match method:
        case "gradient":
            found = Saliency(network).attribute(value, target=digit, abs=False)
        case "integrated gradients":
            found = IntegratedGradients(network).attribute(value, target=digit, n_steps=_STEPS, internal_batch_size=32)
        case "grad-cam":
            whole = copy.deepcopy(model).eval().requires_grad_(False)  # with the layers that `model.layers` counts
            coarse = LayerGradCam(whole, whole[_last_maps(whole)]).attribute(value, target=digit)
            found = LayerAttribution.interpolate(coarse, (28, 28), "bilinear")
        case "occlusion":
            found = Occlusion(network).attribute(
                value, (1, WINDOW, WINDOW), strides=(1, STRIDE, STRIDE), target=digit, perturbations_per_eval=64
            )
    return found[0, 0].detach().cpu().numpy().astype(np.float32)


def _last_maps(model: DigitNet) -> int:
    """Return the index of the activation after the last convolution."""
    found = [i for i, layer in enumerate(model.layers) if layer.kind == "activation" and len(layer.output_shape) == 3]
    if not found:
        raise AttributionError(
            "Grad-CAM looks at the feature maps of the last convolution, and this network has no convolution: "
            "choose another method or another model"
        )
    return found[-1]
