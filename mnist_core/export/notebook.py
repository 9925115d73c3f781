"""The story's notebook: its cells, and the whole as a Jupyter file. Every cell uses this package alone.

The format is nbformat 4.5 (https://nbformat.readthedocs.io): JSON, so that no Jupyter is needed to write it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mnist_core.config import TrainConfig
from mnist_core.presets import preset


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a reader may choose in the notebook."""

    index: int = 10
    """Of the training image that is looked at."""
    train_size: int = 10_000
    """Training images that the network learns from; the article's notebook takes all 60,000."""
    epochs: int = 2

    def config(self) -> TrainConfig:
        """Return what the notebook trains: the article's network with fewer images or epochs, if so chosen."""
        return preset("notebook").replace(train_size=self.train_size, epochs=self.epochs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of code, with the text above it."""

    name: str
    text: str
    """Markdown."""
    code: str


def cells(choices: Choices) -> list[Cell]:
    """Return the notebook's cells in their order; each needs those before it."""
    return [
        Cell(
            name="Load",
            text="MNIST comes with the package: 28 × 28 grey values from 0 to 255 for each digit, and its label.",
            code="""\
from mnist_core.data.mnist import load_mnist

data = load_mnist()
print(f"{len(data.train_images):,} training images, {len(data.test_images):,} test images")""",
        ),
        Cell(
            name="Look at an image",
            text="One image by its index, ten times as large. Try others.",
            code=f"""\
from PIL import Image

index = {choices.index}
print("label:", data.train_labels[index])
Image.fromarray(data.train_images[index]).resize((280, 280), Image.Resampling.NEAREST)""",
        ),
        Cell(
            name="Network",
            text="Three times a convolution, a ReLU and a max pooling; then two dense layers. The preset has the "
            "article's settings; the table shows each layer with what it puts out and how many numbers it learns.",
            code="""\
from mnist_core.architecture import layers, parameter_count
from mnist_core.presets import preset

config = preset("notebook")
for layer in layers(config):
    print(f"{layer.name:8} {str(layer.output_shape):14} {layer.parameters:>7,}")
print(f"{parameter_count(config):,} parameters")""",
        ),
        Cell(
            name="Loss and optimizer",
            text="The loss is the cross-entropy, −ln of the probability of the right digit: an untrained network gives "
            "each digit about a tenth. Adam lowers it, a batch of 8 images at a time.",
            code=f"""\
from math import log

config = config.replace(train_size={choices.train_size:_}, epochs={choices.epochs})
print(f"loss before training: about {{-log(1 / 10):.2f}}")
print(f"{{config.optimizer}}, learning rate {{config.learning_rate}}, batches of {{config.batch_size}}")
print(f"{{config.steps_per_epoch * config.epochs:,}} steps")""",
        ),
        Cell(
            name="Train",
            text="Training is an iterator of events: each pass of this loop lets it go on until there is something to "
            "tell.",
            code="""\
from mnist_core.events import Epoch
from mnist_core.training.trainer import train

training = train(config, data)
for event in training:
    if isinstance(event, Epoch):
        print(f"epoch {event.epoch}: loss {event.train_loss:.4f}, training accuracy {event.train_accuracy:.2%}")
network = training.model.eval()""",
        ),
        Cell(
            name="Test accuracy",
            text="How does it do on images that it has never seen?",
            code="""\
from mnist_core.model.inference import evaluate

found = evaluate(network, data.test_images, data.test_labels)
print(f"test accuracy {found.accuracy:.2%}, loss {found.loss:.4f}")""",
        ),
        Cell(
            name="Predictions",
            text="The first eight test images: what the network reads, how sure it is, and the label.",
            code="""\
from mnist_core.model.inference import predict

for image, label in zip(data.test_images[:8], data.test_labels[:8]):
    read = predict(network, image / 255)
    print(f"read as {read.digit} ({read.confidence:.1%}), labelled {label}")""",
        ),
    ]


_BEFORE = """\
# Reading handwritten digits

This notebook follows the story of Digit Lab: load the data, look at an image, build a network, choose loss and
optimizer, train, measure on unseen images, predict. It needs Digit Lab's package: `pip install .` in its folder.
"""


def to_notebook(choices: Choices) -> str:
    """Return the notebook as the text of an .ipynb file."""
    written: list[dict[str, Any]] = [_markdown("before", _BEFORE)]
    for number, cell in enumerate(cells(choices), 1):
        written.append(_markdown(f"text-{number}", f"## {number}. {cell.name}\n\n{cell.text}"))
        code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
        written.append(code | {"id": f"code-{number}", "metadata": {}, "source": cell.code})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": written,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
