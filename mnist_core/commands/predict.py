"""predict: read digits from picture files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from mnist_core.errors import DigitLabError


def add(commands: Any) -> None:
    """Declare the command."""
    predict = commands.add_parser(
        "predict", help="read digits from picture files", description="Print the digit in each picture and how sure."
    )
    predict.add_argument("checkpoint", type=Path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
    predict.add_argument("pictures", type=Path, nargs="+", metavar="picture", help="PNG, JPEG or other picture files")
    predict.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.pictures import from_picture
    from mnist_core.predict import predict

    model, _ = load_checkpoint(arguments.checkpoint)
    failed = False
    for path in arguments.pictures:
        try:
            found = predict(model, from_picture(path))
        except DigitLabError as error:  # one bad picture does not keep the others from being read
            print(f"error: {path}: {' '.join(str(error).split())}", file=sys.stderr)
            failed = True
            continue
        print(f"{path}\t{found.digit}\t{found.confidence:.1%}")
    return 2 if failed else 0
