"""Types of arguments: each refuses, in a sentence and before anything is begun, what a command cannot work with."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

from mnist_core.paths import CHECKPOINTS

NETWORK = "a .safetensors file, or the name of a shipped network: best, everyone, notebook"
"""What `network` reads, for the help."""

MACHINE = os.cpu_count() or 1
"""The machine's processor cores; of more threads than that, torch may crash."""


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return the type of a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ArgumentTypeError(f"expected a whole number from {low:,} to {high:,}, received {text!r}")
        return value

    return parse


def width(text: str) -> float:
    """Read the width of a drawn line, 1 to 100 pixels of a canvas of 280."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 100:  # not a number is refused, too
        raise ArgumentTypeError(f"expected a width from 1 to 100 pixels, received {text!r}")
    return value


threads = whole_number(1, MACHINE)
"""The type of a number of threads to compute with."""


def name(text: str) -> str:
    """Read a name that may not be empty."""
    if not text:
        raise ArgumentTypeError("expected a name, received an empty one")
    return text


def path(text: str) -> Path:
    """Read the path of a file or folder. An empty one would be the folder in which the command was started."""
    return Path(name(text))


def network(text: str) -> Path:
    """Read the path of a network's file, or the name of a shipped network."""
    shipped = CHECKPOINTS / f"{text}.safetensors"
    return shipped if name(text) == shipped.stem and shipped.is_file() and not Path(text).exists() else path(text)


def output(text: str) -> Path:
    """Read the path of a file to write, and see that it can be written, before minutes of work and not after them."""
    file = path(text)
    if file.is_dir():
        raise ArgumentTypeError(f"expected a file to write, but {file} is a folder")
    if file.exists() and not file.is_file():  # a device: it would be replaced
        raise ArgumentTypeError(f"expected a file to write, but {file} is no file")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise ArgumentTypeError(f"cannot write {file}: its folder does not exist or is not writable")
    return file


def report(text: str) -> Path:
    """Read the path of a page to write, FILE.html, beside which FILE.json is written, too."""
    file = path(text)
    if file.suffix not in (".html", ".htm"):
        raise ArgumentTypeError(f"expected a report's name that ends in .html, received {file}")
    output(str(file.with_suffix(".json")))
    return output(text)


def add_cluster(parser: ArgumentParser) -> None:
    """Declare --cluster."""
    parser.add_argument(
        "--cluster",
        type=cluster,
        metavar="ADDRESS",
        help="have a Dask cluster train, whose scheduler is at tcp://HOST:8786, say (default: DIGIT_LAB_CLUSTER, else "
        "this machine trains)",
    )


def cluster(text: str) -> str:
    """Read the address of a scheduler."""
    protocol, _, place = text.partition("://")
    if not protocol or not place:
        raise ArgumentTypeError(
            f"expected the address of a Dask scheduler, such as tcp://scheduler:8786, received {text!r}"
        )
    return text


def add_run_options(parser: ArgumentParser) -> None:
    """Declare what every command that carries out a run takes: --runs, --threads and --output."""
    parser.add_argument(
        "--runs", type=path, metavar="FOLDER", help="where runs are recorded (default: DIGIT_LAB_RUNS, else runs/)"
    )
    parser.add_argument(
        "--threads",
        type=threads,
        metavar="N",
        help=f"threads to compute with (1 to {MACHINE}; default: as many as were measured to be fastest here, see the "
        "command machine)",
    )
    parser.add_argument(
        "--output",
        type=output,
        metavar="FILE",
        help="also write the network to this file (default: in the folder of its run alone)",
    )
