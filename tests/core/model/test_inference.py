import numpy as np
import pytest
import torch
from torch import nn

from mnist_core.config import TrainConfig
from mnist_core.model.inference import Prediction, evaluate, for_reading, predict, predict_logits
from mnist_core.model.network import build_model


class Brightest(nn.Module):
    """Answers with the row, 0 to 9, whose pixels are the brightest; knows whether it is in evaluation mode."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(10.0))

    def forward(self, images):
        assert not self.training
        return self.weight * images[:, 0, :10, :].mean(2)


def bright_in(rows):
    images = np.zeros((len(rows), 28, 28), np.uint8)
    for image, row in zip(images, rows, strict=True):
        image[row] = 255
    return images


def test_evaluation_counts_and_averages():
    labels = np.arange(1200) % 10
    images = bright_in(labels)
    labels[:12] = (labels[:12] + 1) % 10
    model = Brightest().train()
    result = evaluate(model, images, labels.astype(np.uint8))
    assert result.accuracy == 1188 / 1200
    right = -10 + np.log(np.exp(10) + 9)
    assert result.loss == pytest.approx((1188 * right + 12 * (right + 10)) / 1200, rel=1e-4)
    assert model.training


def test_logits_keep_the_images_order():
    rows = [3, 1, 4, 1, 5, 9, 2, 6] * 100
    assert predict_logits(Brightest(), bright_in(rows)).argmax(1).tolist() == rows


def test_a_prediction_ranks_its_digits():
    found = predict(Brightest().eval(), bright_in([7])[0].astype(np.float32) / 255)
    assert found.digit == 7
    assert found.confidence == pytest.approx(np.exp(10) / (np.exp(10) + 9))
    assert sum(found.probabilities) == pytest.approx(1)
    assert Prediction((0.1, 0.2, 0.7)).ranking == [2, 1, 0]


@pytest.mark.parametrize("image", [np.zeros((27, 28)), np.full((28, 28), 2.0), np.full((28, 28), np.nan)])
def test_what_is_no_image_is_refused(image):
    with pytest.raises(ValueError, match="expected \\(28, 28\\)"):
        predict(Brightest().eval(), image.astype(np.float32))


@pytest.mark.parametrize("pooling", ["max", "stride"])
def test_the_copy_for_reading_says_the_same_without_normalisation_layers(pooling):
    torch.manual_seed(0)
    config = TrainConfig(filters=(4, 6), kernel_sizes=(5, 3), dense=(8,), batch_norm=True, dropout=0.5, pooling=pooling)
    model = build_model(config)
    for layer in model:
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.5, 2)
            nn.init.normal_(layer.weight)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    images = np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8)
    reading = for_reading(model)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in reading)
    np.testing.assert_allclose(predict_logits(reading, images), predict_logits(model, images), atol=1e-5)
    assert model.training
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_several_threads_read_with_one_copy_and_none_drops_out_what_another_reads(mnist):
    """A thread that is done puts the model's mode back: dropout would begin in the middle of another one's images."""
    torch.manual_seed(0)
    reading = for_reading(build_model(TrainConfig(filters=(4,), kernel_sizes=(3,), dense=(8,), dropout=0.5)))
    modes = []
    for layer in reading:
        layer.register_forward_hook(lambda layer, *_: modes.append(layer.training))
    predict_logits(reading, mnist.test_images[:10])
    assert set(modes) == {False}
    assert not any(layer.training for layer in reading.modules())
