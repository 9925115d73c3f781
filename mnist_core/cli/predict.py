"""predict: read the digits in picture files."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network
from mnist_core.errors import DigitLabError


def add(commands: Any) -> None:
    """Declare the command."""
    predict = commands.add_parser(
        "predict",
        help="read digits from picture files",
        description="Print a line for each picture: its name, the number that stands in it, and the probability of "
        "each of its digits. A '?' stands for what does not look like a digit, with the reason instead.",
    )
    predict.add_argument("checkpoint", type=types.network, help=types.NETWORK)
    predict.add_argument(
        "pictures", type=types.path, nargs="+", metavar="picture", help="PNG, JPEG or other picture files"
    )
    predict.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    model, _ = load_network(arguments.checkpoint)
    from mnist_core.drawing.photo import read_picture
    from mnist_core.drawing.segmentation import digits_of_raster
    from mnist_core.model.inference import predict
    from mnist_core.rejection.detector import load_detector

    detector = load_detector()
    failed = False
    for path in arguments.pictures:
        try:
            ink = read_picture(path.read_bytes())
            images = [image for _, image in digits_of_raster(ink, detector.judge)]  # as on the Draw page
        except (DigitLabError, OSError) as error:  # one bad picture does not keep the others from being read
            said = error.strerror if isinstance(error, OSError) else str(error)
            print(f"error: {path}: {said}", file=sys.stderr)
            failed = True
            continue
        number, remarks = "", []
        for image in images:
            found, doubt = predict(model, image), detector.describe_refusal(image)
            number += "?" if doubt else str(found.digit)
            remarks.append(doubt or f"{found.confidence:.1%}")
        print(f"{path}\t{number}\t{'; '.join(remarks)}")
    return 2 if failed else 0
