"""grouping: fit and count the errors of the weights that join strokes to digits."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.cli import argument_types as types


def add(commands: Any) -> None:
    """Declare the command."""
    grouping = commands.add_parser(
        "grouping",
        help="fit the weights that join strokes to digits",
        description="Fit the weights of mnist_core/drawing/regrouping.py to the digits of a UNIPEN file, to numbers "
        "composed of them, and to habits, with the network that tells digits from other drawings. Print the weights "
        "in use and those fitted, and the errors of both.",
    )
    grouping.add_argument("file", type=types.path, help="UNIPEN text, as of the UCI pen digits (pendigits-orig)")
    grouping.add_argument(
        "--writers", default="tune", help="as for drawings (default: tune, the half that nothing is reported on)"
    )
    grouping.add_argument(
        "--each",
        type=types.whole_number(1, 10_000),
        default=100,
        metavar="N",
        help="numbers of each length, and drawings of each habit (1 to 10,000; default: %(default)s)",
    )
    grouping.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    import numpy as np

    from mnist_core.drawing.regrouping import NEIGHBOURS, PARTS
    from mnist_core.handwriting.grouping_fit import boards, count_errors, find_pairs, fit
    from mnist_core.handwriting.unipen import by_writers, read_unipen
    from mnist_core.rejection.detector import load_detector

    digits = by_writers(read_unipen(arguments.file), arguments.writers)
    drawn = boards(digits, arguments.each, np.random.default_rng(0))
    neighbours, halves = find_pairs(drawn, load_detector().judge)
    for name, pairs, used in (("NEIGHBOURS", neighbours, NEIGHBOURS), ("PARTS", halves, PARTS)):
        fitted = fit(pairs)
        one, two = int(pairs.one_digit.sum()), int((~pairs.one_digit).sum())
        print(f"{name}: {one:,} pairs are one digit, {two:,} are two")
        for told, weights in (("in use", used), ("fitted", fitted)):
            parted, joined = count_errors(pairs, weights)
            numbers = ", ".join(f"{field}={value:.2f}" for field, value in weights._asdict().items())
            print(f"  {told}: {numbers}: parts {parted:,} digits, joins {joined:,} pairs")
    return 0
