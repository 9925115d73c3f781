"""The command line, `python -m mnist_core COMMAND`: a module of `commands` each. Bad input exits with code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from mnist_core.commands import drawings, evaluate, export, predict, strangers, teach, train
from mnist_core.errors import DigitLabError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0, or 2 when the input or the run failed."""
    arguments = _parser().parse_args(argv)
    try:
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except DigitLabError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; --help has the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message} ({self.prog} --help lists what is possible)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m mnist_core", description="Train, measure and use small networks that read handwritten digits."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    for command in (train, evaluate, predict, drawings, teach, strangers, export):
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
