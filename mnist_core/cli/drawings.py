"""drawings: measure a network on digits that people drew."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network


def add(commands: Any) -> None:
    """Declare the command."""
    drawings = commands.add_parser(
        "drawings",
        help="measure a network on digits that people drew",
        description="Replay the pen digits of a UNIPEN file through the code that reads the canvas, and count.",
    )
    drawings.add_argument("file", type=types.path, help="UNIPEN text, as of the UCI pen digits (pendigits-orig)")
    drawings.add_argument("--checkpoint", type=types.network, metavar="FILE", required=True, help=types.NETWORK)
    drawings.add_argument(
        "--brush",
        type=types.width,
        nargs="+",
        metavar="PIXELS",
        default=[12.0, 20.0, 30.0],
        help="widths to draw with on a canvas of 280 pixels (1 to 100; default: 12 20 30)",
    )
    drawings.add_argument("--writers", metavar="FIRST-LAST", help="measure on these writers alone (default: all)")
    drawings.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    from mnist_core.handwriting.pen_digits import read_drawings
    from mnist_core.handwriting.unipen import by_writers, read_unipen
    from mnist_core.rejection.detector import load_detector

    model, _ = load_network(arguments.checkpoint)
    digits = by_writers(read_unipen(arguments.file), arguments.writers)
    detector = load_detector()
    print(f"{len(digits):,} digits by {len({digit.writer for digit in digits})} writers")
    print("brush   accuracy   95 % interval        refused     split   doubted")
    for brush in arguments.brush:
        reading = read_drawings(model, digits, brush, detector)
        low, high = reading.accuracy.interval
        measured = f"{reading.accuracy.share:8.2%}   {low:.2%} to {high:.2%}"
        counts = f"{reading.refused:7,d}   {reading.split:7,d}   {reading.doubted:7,d}"
        print(f"{brush:5g}   {measured}   {counts}", flush=True)
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
    return 0
