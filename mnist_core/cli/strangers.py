"""strangers: make the network that tells digits from other drawings, and measure it."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.cli import argument_types as types


def add(commands: Any) -> None:
    """Declare the command."""
    strangers = commands.add_parser(
        "strangers",
        help="teach a small network what is no digit",
        description="Train the network that says 'this does not look like a digit', on MNIST and on made-up drawings, "
        "with one thread, and print how it does on kinds of drawings that it has never seen.",
    )
    strangers.add_argument(
        "--output", type=types.output, required=True, metavar="FILE", help="a .safetensors file to write"
    )
    strangers.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    import numpy as np
    import torch

    from mnist_core.data.mnist import load_mnist, split
    from mnist_core.rejection import outliers
    from mnist_core.rejection.detector import calibrate, save_detector
    from mnist_core.rejection.training import CONFIG, NONE, draw_outliers, examples, learn

    torch.set_num_threads(1)  # the weights depend on it
    data = load_mnist()
    images, labels = examples(data)
    print(f"{(labels != NONE).sum():,} digits, {(labels == NONE).sum():,} strangers", flush=True)
    for progress in learn(images, labels):
        print(f"epoch {progress.epoch} of {CONFIG.epochs}: loss {progress.loss:.4f}", flush=True)
    digits = data.train_images[split(CONFIG)[1]]
    each = len(digits) // len(outliers.LEARNED)
    others = draw_outliers(dict.fromkeys(outliers.LEARNED, each), np.random.default_rng(2))
    detector = calibrate(progress.network, digits, others)
    save_detector(arguments.output, detector)
    print(f"refused of MNIST's validation images {detector.false_refusals:.2%}")
    print(f"refused of MNIST's test images       {detector.refuses(data.test_images).mean():.2%}")
    unseen = {
        name: detector.refuses(outliers.draw_doodles(kind, 200, np.random.default_rng(1))).mean()
        for name, kind in outliers.UNSEEN.items()
    }
    print(f"refused of kinds never learned from  {np.mean(list(unseen.values())):.1%}, 200 drawings each:")
    for name, share in unseen.items():
        print(f"  {name:10}{share:6.1%}")
    return 0
