"""The ONNX file computes what the network computes, by another program: onnxruntime."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from mnist_core.config import TrainConfig
from mnist_core.export.onnx import OPSET, to_onnx
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.network import build_model, to_input
from mnist_core.paths import CHECKPOINTS, PROJECT

SMALL = TrainConfig(filters=(4, 6), kernel_sizes=(5, 3), dense=(12,))
ARCHITECTURES = {
    "relu, max pooling": SMALL,
    "batch norm, same padding, dropout": SMALL.replace(
        batch_norm=True, padding="same", dropout=0.5, convolutions_per_stage=2, activation="leaky_relu"
    ),
    "strides": SMALL.replace(pooling="stride", activation="tanh"),
    "average pooling": SMALL.replace(pooling="average", padding="same", activation="gelu"),
    "no pooling, no dense layer": SMALL.replace(pooling="none", dense=(), activation="sigmoid"),
    "no convolution": SMALL.replace(filters=(), kernel_sizes=()),
}


def card_of(config):
    return ModelCard(config=config, metrics={"test_accuracy": 0.5})


def assert_same(content, model, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    assert [(i.name, i.type, i.shape) for i in session.get_inputs()] == [
        ("images", "tensor(float)", ["batch", 1, 28, 28])
    ]
    assert [(o.name, o.shape) for o in session.get_outputs()] == [("logits", ["batch", 10])]
    for count in (1, 7, len(images)):
        inputs = to_input(images[:count])
        with torch.inference_mode():
            expected = model(inputs).numpy()
        received = session.run(["logits"], {"images": inputs.numpy()})[0]
        assert np.abs(received - expected).max() < 1e-4


@pytest.fixture
def images(mnist):
    return np.array(mnist.test_images[:50])


def with_statistics(model):
    """Give batch normalisation something to fold: as freshly built, it changes nothing."""
    random = torch.Generator().manual_seed(0)
    for name, value in [*model.named_buffers(), *model.named_parameters()]:
        if value.is_floating_point() and "norm" in name:
            value.data = torch.rand(value.shape, generator=random) + 0.5
    return model.eval()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_kind_of_layer_is_exported(name, images, capfd):
    model = with_statistics(build_model(ARCHITECTURES[name]))
    content = to_onnx(model, card_of(model.config))
    assert_same(content, model, images)
    assert capfd.readouterr() == ("", "")


def test_the_shipped_network_reads_the_same_and_the_file_says_what_it_is(images):
    model, card = load_checkpoint(CHECKPOINTS / "best.safetensors")
    content = to_onnx(model, card)
    assert_same(content, model, images)
    found = onnx.load_from_string(content)
    assert [(o.domain, o.version) for o in found.opset_import] == [("", OPSET)]
    told = {entry.key: entry.value for entry in found.metadata_props}
    assert TrainConfig.from_dict(json.loads(told["config"])) == card.config
    assert json.loads(told["metrics"]) == card.metrics
    assert len(content) < 1.1 * (CHECKPOINTS / "best.safetensors").stat().st_size
    assert str(PROJECT).encode() not in content


def test_exporting_leaves_the_network_as_it_was():
    model = build_model(SMALL.replace(dropout=0.5)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    to_onnx(model, card_of(model.config))
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
