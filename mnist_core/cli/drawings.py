"""drawings: measure a network on digits that people drew, and on habits and devices that are made up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network

if TYPE_CHECKING:
    from torch import nn

    from mnist_core.handwriting.pen_digits import Reading
    from mnist_core.handwriting.unipen import PenDigit
    from mnist_core.rejection.detector import Detector

_HEAD = "accuracy   95 % interval        refused     split   doubted"


def add(commands: Any) -> None:
    """Declare the command."""
    drawings = commands.add_parser(
        "drawings",
        help="measure a network on digits that people drew",
        description="Replay the pen digits of a UNIPEN file through the code that reads the canvas, and count: by "
        "brush, by device, and in numbers of several digits. Then count digits drawn from nothing, by habit: all there "
        "is without a file.",
    )
    drawings.add_argument(
        "file", nargs="?", type=types.path, help="UNIPEN text, as of the UCI pen digits (pendigits-orig)"
    )
    drawings.add_argument("--checkpoint", type=types.network, metavar="FILE", required=True, help=types.NETWORK)
    drawings.add_argument(
        "--brush",
        type=types.width,
        nargs="+",
        metavar="PIXELS",
        default=[12.0, 20.0, 30.0],
        help="widths to draw with on a canvas of 280 pixels (1 to 100; default: 12 20 30)",
    )
    drawings.add_argument(
        "--writers",
        metavar="WRITERS",
        help="these writers alone: FIRST-LAST, or tune or report, which are half of them each (default: all)",
    )
    drawings.add_argument(
        "--each",
        type=types.whole_number(0, 10_000),
        default=200,
        metavar="N",
        help="drawings of each habit, numbers of each length, and a fifth of the digits that are drawn again on each "
        "device; 0 leaves these tables out (0 to 10,000; default: %(default)s)",
    )
    drawings.add_argument(
        "--seed",
        type=types.whole_number(0, 2**31 - 1),
        default=0,
        metavar="N",
        help="chooses what is made up (0 to 2,147,483,647; default: %(default)s)",
    )
    drawings.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    from mnist_core.handwriting.drawing_tables import read_habits
    from mnist_core.handwriting.unipen import by_writers, read_unipen
    from mnist_core.rejection.detector import load_detector

    model, _ = load_network(arguments.checkpoint)
    detector = load_detector()
    if arguments.file is not None:
        digits = by_writers(read_unipen(arguments.file), arguments.writers)
        print(f"{len(digits):,} digits by {len({digit.writer for digit in digits})} writers")
        _by_brush(model, digits, detector, arguments.brush)
        if arguments.each:
            _by_device_and_number(model, digits, detector, arguments.each, arguments.seed)
    if arguments.each:
        print(f"\n{'habit':24}   {_HEAD}")
        for name, reading in read_habits(model, detector, arguments.each, arguments.seed):
            print(f"{name:24}   {_row(reading)}", flush=True)
    return 0


def _by_brush(model: nn.Module, digits: list[PenDigit], detector: Detector, brushes: list[float]) -> None:
    from mnist_core.handwriting.pen_digits import read_drawings

    print(f"brush   {_HEAD}")
    for brush in brushes:
        reading = read_drawings(model, digits, brush, detector)
        print(f"{brush:5g}   {_row(reading)}", flush=True)
    print("refused: too small to be a digit; split: taken for several digits; both are counted as read wrong")
    print(
        "doubted: the Draw page says that it does not look like a digit, as it does of "
        f"{detector.false_refusals:.1%} of MNIST's own; counted as it was read"
    )
    withheld = reading.refused + reading.doubted
    print(
        f"at the last brush the page would refuse {withheld / reading.count:.2%} of them, "
        f"{reading.doubted_right:,} though they were read right"
    )
    print("most frequent mistakes at the last brush (drawn, read, times):")
    for drawn, read, times in reading.confusions():
        print(f"  {drawn}  {read}  {times:,}")


def _by_device_and_number(model: nn.Module, digits: list[PenDigit], detector: Detector, each: int, seed: int) -> None:
    import numpy as np

    from mnist_core.handwriting.drawing_tables import keep_together, read_devices, read_numbers

    order = np.random.default_rng(seed).permutation(len(digits))[: 5 * each]
    print(f"\n{'device':24}   {_HEAD}")
    for name, reading in read_devices(model, [digits[i] for i in order], detector, seed):
        print(f"{name:24}   {_row(reading)}", flush=True)
    print("\nstrokes of a digit    digits   in one piece")
    for strokes, whole in keep_together(digits, detector):
        print(f"{strokes:17}   {whole.count:7,d}   {whole.share:12.2%}", flush=True)
    print("\ndigits of a number   numbers   taken apart right   read right")
    for row in read_numbers(model, digits, detector, each, seed):
        print(
            f"{row.length:18}   {row.parted.count:7,d}   {row.parted.share:17.1%}   {row.read.share:10.1%}", flush=True
        )


def _row(reading: Reading) -> str:
    low, high = reading.accuracy.interval
    measured = f"{reading.accuracy.share:8.2%}   {f'{low:.2%} to {high:.2%}':18}"
    return f"{measured} {reading.refused:7,d}   {reading.split:7,d}   {reading.doubted:7,d}"
