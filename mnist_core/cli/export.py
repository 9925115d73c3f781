"""export: a run or a checkpoint as files that live without this project."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network, read_network_card
from mnist_core.errors import ConfigError
from mnist_core.export.curves_csv import to_csv
from mnist_core.export.script import script_of, script_of_checkpoint
from mnist_core.history import History
from mnist_core.runs.run import Run
from mnist_core.runs.store import find_run
from mnist_core.storage.atomic import write_atomically


def add(commands: Any) -> None:
    """Declare the command."""
    export = commands.add_parser(
        "export",
        help="write a network as ONNX, its curves as CSV, its recipe as a script",
        description="Write a run or a checkpoint as files that live without this project: one, two or all three "
        "of the options, none by default.",
    )
    export.add_argument(
        "source", type=types.name, metavar="RUN_OR_CHECKPOINT", help=f"a run's id or folder, {types.NETWORK}"
    )
    export.add_argument("--onnx", type=types.output, metavar="FILE", help="the network, for onnxruntime and others")
    export.add_argument("--csv", type=types.output, metavar="FILE", help="the curves, for a spreadsheet")
    export.add_argument(
        "--script", type=types.output, metavar="FILE", help="a script that trains it anew, of under 100 lines"
    )
    export.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    if not (arguments.onnx or arguments.csv or arguments.script):
        raise ConfigError("export needs at least one of --onnx FILE, --csv FILE and --script FILE")
    found, history, network = _source(arguments.source)
    if arguments.script:
        text = script_of(found, history) if found else script_of_checkpoint(read_network_card(network), network.stem)
        write_atomically(arguments.script, text)
        print(f"script: {arguments.script}")
    if arguments.csv:
        write_atomically(arguments.csv, to_csv(history))
        print(f"curves: {arguments.csv}")
    if arguments.onnx:
        from mnist_core.export.onnx import to_onnx

        write_atomically(arguments.onnx, to_onnx(*load_network(network)))
        print(f"network: {arguments.onnx}")
    return 0


def _source(source: str) -> tuple[Run | None, History, Path]:
    """Return the run, if it is one, its history and its network's file; a checkpoint's history has its epochs only."""
    path = types.network(source)
    if path.suffix == ".safetensors":
        return None, History.of(read_network_card(path).epochs), path
    found = Run(path) if (path / "config.json").is_file() else find_run(source)
    return found, found.history(), found.snapshot
