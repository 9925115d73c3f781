"""evaluate: measure a network on MNIST's test images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from mnist_core.data import Mnist


def add(commands: Any) -> None:
    """Declare the command."""
    evaluate = commands.add_parser(
        "evaluate", help="measure a network on MNIST's test images", description="Measure a network on MNIST."
    )
    evaluate.add_argument("checkpoint", type=Path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
    evaluate.add_argument(
        "--robustness", action="store_true", help="measure changed images too: rotated, blurred, with noise, ..."
    )
    evaluate.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.data import load_mnist
    from mnist_core.evaluate import evaluate

    model, card = load_checkpoint(arguments.checkpoint)
    data = load_mnist()
    result = evaluate(model, data.test_images, data.test_labels)
    low, high = result.interval
    print(f"parameters: {sum(p.numel() for p in model.parameters()):,}")
    print(f"epochs: {card.metrics.get('epoch', 0):g}")
    print(f"test loss: {result.loss:.4f}")
    print(f"test accuracy: {result.accuracy:.2%} ({result.correct:,} of {result.count:,})")
    print(f"95 % interval: {low:.2%} to {high:.2%}")
    if arguments.robustness:
        _print_robustness(model, data)
    return 0


def _print_robustness(model: nn.Module, data: Mnist) -> None:
    from mnist_core.corruptions import CORRUPTIONS
    from mnist_core.robustness import curve, robustness, sample

    chosen = sample(data.test_labels)
    points = list(robustness(model, data.test_images[chosen], data.test_labels[chosen]))
    print(f"\nread right of {len(chosen):,} changed test images, by the amount of the change:")
    for name, corruption in CORRUPTIONS.items():
        row = curve(points, name)
        print(f"{name} ({corruption.unit})")
        print("  amount  " + "".join(f"{point.amount:8g}" for point in row))
        print("  accuracy" + "".join(f"{point.accuracy:8.1%}" for point in row))
