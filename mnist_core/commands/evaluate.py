"""evaluate: measure a network on MNIST's test images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Declare the command."""
    evaluate = commands.add_parser(
        "evaluate", help="measure a network on MNIST's test images", description="Measure a network on MNIST."
    )
    evaluate.add_argument("checkpoint", type=Path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
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
    return 0
