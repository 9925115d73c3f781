"""Networks of every kind that can be trained, small and untrained, for tests of what looks inside them."""

import torch
from torch import nn

from mnist_core.config import TrainConfig
from mnist_core.model.network import build_model
from mnist_core.presets import PRESETS, preset

_SMALL = TrainConfig(filters=(3, 4), kernel_sizes=(5, 3), dense=(6,))
CONFIGS = {name: preset(name) for name in PRESETS} | {
    "perceptron": TrainConfig(filters=(), kernel_sizes=(), dense=(12, 7), dropout=0.3),
    "average pooling": _SMALL.replace(pooling="average", activation="tanh"),
    "strides": _SMALL.replace(pooling="stride", activation="gelu", batch_norm=True),
    "no pooling": _SMALL.replace(pooling="none", activation="sigmoid", dense=()),
    "three in a row": _SMALL.replace(convolutions_per_stage=3, padding="same", batch_norm=True, dropout=0.2),
    "nine by nine": _SMALL.replace(kernel_sizes=(9, 1), activation="leaky_relu"),
    "odd sides": _SMALL.replace(filters=(2, 2, 2), kernel_sizes=(3, 3, 3), pooling="max", padding="same"),
}


def network(name):
    """Build one, as if it had been trained: its batch normalisation has seen something."""
    model = build_model(CONFIGS[name]).eval()
    generator = torch.Generator().manual_seed(0)
    for module in model:
        if isinstance(module, nn.BatchNorm2d):
            for numbers, low in ((module.running_mean, -1), (module.running_var, 0.5), (module.weight, 0.5)):
                numbers.data.uniform_(low, 1.5, generator=generator)
            module.bias.data.uniform_(0, 1, generator=generator)  # below zero, ReLU would silence them all
    return model
