"""hard-images: record which test images a network reads right with the least certainty."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.cli import argument_types as types
from mnist_core.evaluation.hard_images import FILE
from mnist_core.paths import CHECKPOINTS


def add(commands: Any) -> None:
    """Declare the command."""
    hard = commands.add_parser(
        "hard-images",
        help="record which test images are hard to read",
        description="Record the twelve test images, at most two a digit, that a network reads right with the least "
        "certainty. The Train page offers them to be watched.",
    )
    hard.add_argument(
        "--checkpoint",
        type=types.network,
        default=CHECKPOINTS / "notebook.safetensors",
        metavar="FILE",
        help=types.NETWORK,
    )
    hard.add_argument("--output", type=types.output, default=FILE, metavar="FILE", help="a .json file to write")
    hard.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    from mnist_core.cli.network import load_network
    from mnist_core.data.mnist import load_mnist
    from mnist_core.evaluation.hard_images import hardest, to_json
    from mnist_core.model.inference import predict_logits
    from mnist_core.model.softmax import softmax
    from mnist_core.storage.atomic import sha256, write_atomically

    network, _ = load_network(arguments.checkpoint)
    data = load_mnist()
    images = hardest(softmax(predict_logits(network, data.test_images).numpy()), data.test_labels)
    write_atomically(arguments.output, to_json(images, arguments.checkpoint.name, sha256(arguments.checkpoint)))
    for one in images:
        print(f"test image {one.index:5}, labelled {one.label}: {one.probability:.2%} sure of it")
    return 0
