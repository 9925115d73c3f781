"""The command line, `python -m mnist_core COMMAND` or, installed, `digit-lab COMMAND`: a module of `cli` each.

Bad input exits with code 2.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0, 2 when the input or the run failed, or 128 and a signal's number."""
    try:
        return _run(argv)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. What it did not read would fail once more as the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        print(f"error: {error.strerror or error}{place}", file=sys.stderr)
        return 2


def _run(argv: Sequence[str] | None) -> int:
    # Imported here, where Ctrl-C is met.
    from mnist_core.errors import DigitLabError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr's: the name of a file need not be text
    arguments = make_parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        code = command(arguments)
    except DigitLabError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    sys.stdout.flush()
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; --help has the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message} ({self.prog} --help lists what is possible)\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        sys.stdout.flush()  # the help: here a closed pipe is met
        super().exit(status, message)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; what it has read of one has its function as `command`."""
    from mnist_core.cli import (
        drawings,
        evaluate,
        everyone,
        export,
        grouping,
        hard_images,
        machine,
        predict,
        strangers,
        sweep,
        teach,
        train,
    )

    parser = _Parser(
        prog="digit-lab" if Path(sys.argv[0]).stem == "digit-lab" else "python -m mnist_core",
        description="Train, measure and use small networks that read handwritten digits.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    for command in (
        train,
        sweep,
        evaluate,
        predict,
        drawings,
        teach,
        everyone,
        strangers,
        grouping,
        export,
        machine,
        hard_images,
    ):
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
