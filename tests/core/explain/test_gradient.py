import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mnist_core.explain.gradient import loss_after_step, output_weight
from mnist_core.lessons.backpropagation import WITHIN
from mnist_core.lessons.exercises import CONVOLUTION_IMAGES, DECIMALS, DOUBTFUL_IMAGES, convolution_places
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.network import to_input
from mnist_core.paths import CHECKPOINTS


@pytest.fixture(scope="module")
def notebook():
    return load_checkpoint(CHECKPOINTS / "notebook.safetensors")[0]


@pytest.mark.parametrize("digit", [3, 8])
def test_the_gradient_of_an_output_weight_is_the_outputs_error_times_the_activation(notebook, mnist, digit):
    image = mnist.test_images[DOUBTFUL_IMAGES[0]].astype("float32") / 255
    label = int(mnist.test_labels[DOUBTFUL_IMAGES[0]])
    found = output_weight(notebook, image, label, digit)
    assert found.gradient == pytest.approx((found.probability - found.target) * found.activation, rel=1e-4)
    whole = to_input(mnist.test_images[DOUBTFUL_IMAGES[0]][None])
    for weight in notebook.parameters():
        weight.requires_grad_(True)
    loss = F.cross_entropy(notebook(whole), torch.tensor([label]))
    (gradient,) = torch.autograd.grad(loss, [notebook[-1].weight])
    assert found.gradient == pytest.approx(float(gradient[digit, found.unit]), rel=1e-4)
    assert found.loss == pytest.approx(float(loss.detach()), rel=1e-4)


@pytest.mark.parametrize("index", DOUBTFUL_IMAGES)
def test_of_the_lessons_images_the_network_is_in_doubt_and_a_step_lowers_the_loss(notebook, mnist, index):
    image, label = mnist.test_images[index].astype("float32") / 255, int(mnist.test_labels[index])
    found = output_weight(notebook, image, label, label)
    assert 0.02 < found.probability < 0.8
    assert abs(found.gradient) > 0.1
    # What is shown has three decimals: worked out from them, the gradient is within the lesson's tolerance.
    shown = (round(found.probability, 3) - found.target) * round(found.activation, 3)
    assert abs(shown - found.gradient) < WITHIN / 2 * abs(found.gradient)
    before = {name: value.clone() for name, value in notebook.state_dict().items()}
    assert loss_after_step(notebook, image, label, 0.01) < found.loss
    assert all(torch.equal(value, before[name]) for name, value in notebook.state_dict().items())


@pytest.mark.parametrize("turn", range(len(CONVOLUTION_IMAGES)))
def test_the_lessons_sums_can_be_worked_out_from_what_is_shown(mnist, turn):
    model = load_checkpoint(CHECKPOINTS / "best.safetensors")[0]
    image = mnist.test_images[CONVOLUTION_IMAGES[turn]].astype("float32") / 255
    for made in convolution_places(model, image, turn):
        assert 3 <= np.count_nonzero(made.patch) <= 4
        shown = (made.patch.round(DECIMALS) * made.kernel.round(DECIMALS)).sum() + round(made.bias, DECIMALS)
        assert abs(shown - made.total) < 0.005
        assert abs(made.products.round(DECIMALS).sum() + round(made.bias, DECIMALS) - made.total) < 0.005


def test_a_network_without_a_dense_layer_at_its_end_is_refused(mnist):
    with pytest.raises(ValueError, match="whose last layer is dense"):
        output_weight(torch.nn.Sequential(torch.nn.Flatten()), mnist.test_images[0] / 255, 1, 1)
