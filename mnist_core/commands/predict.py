"""predict: read the digits in picture files."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mnist_core.commands import argument_types as types
from mnist_core.commands.network import load_network
from mnist_core.errors import DigitLabError, DrawingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def add(commands: Any) -> None:
    """Declare the command."""
    predict = commands.add_parser(
        "predict",
        help="read digits from picture files",
        description="Print a line for each picture: its name, the number that stands in it, and the probability of "
        "each of its digits. A '?' stands for what does not look like a digit, with the reason instead.",
    )
    predict.add_argument("checkpoint", type=types.path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
    predict.add_argument(
        "pictures", type=types.path, nargs="+", metavar="picture", help="PNG, JPEG or other picture files"
    )
    predict.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    model, _ = load_network(arguments.checkpoint)
    from mnist_core.predict import predict
    from mnist_core.refusal import load_detector

    detector = load_detector()
    failed = False
    for path in arguments.pictures:
        try:
            images = _digits(path.read_bytes())
        except (DigitLabError, OSError) as error:  # one bad picture does not keep the others from being read
            said = error.strerror if isinstance(error, OSError) else str(error)
            print(f"error: {path}: {said}", file=sys.stderr)
            failed = True
            continue
        number, remarks = "", []
        for image in images:
            found, doubt = predict(model, image), detector.reason(image)
            number += "?" if doubt else str(found.digit)
            remarks.append(doubt or f"{found.confidence:.1%}")
        print(f"{path}\t{number}\t{'; '.join(remarks)}")
    return 2 if failed else 0


def _digits(picture: bytes) -> list[NDArray[np.float32]]:
    """Return each digit in a picture file, (28, 28), from left to right, found as on the Draw page.

    Raises:
        DrawingError: no picture, or no digit in it.
    """
    from mnist_core.drawing import from_ink
    from mnist_core.pictures import read_picture
    from mnist_core.segments import split_raster

    images: list[NDArray[np.float32]] = []
    problem: DrawingError | None = None
    for piece in split_raster(read_picture(picture)):
        try:
            images.append(from_ink(piece.ink))
        except DrawingError as error:  # a blot beside a digit
            problem = error
    if problem and not images:
        raise problem
    return images
