"""train: train a network on MNIST and record the run."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from pathlib import Path
from typing import Any, get_origin

from mnist_core.cli import argument_types as types
from mnist_core.cli.progress import kept
from mnist_core.config import FieldInfo, field_info
from mnist_core.errors import RunError
from mnist_core.presets import PRESETS, preset
from mnist_core.runs.run import RESUMABLE, Run, Status
from mnist_core.runs.store import create_run, find_run


def add(commands: Any) -> None:
    """Declare the command."""
    train = commands.add_parser(
        "train",
        help="train a network on MNIST and record the run",
        description=_description(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train.add_argument(
        "--preset", choices=list(PRESETS), metavar="NAME", help="one of the above to start from (default: fast)"
    )
    train.add_argument(
        "--resume",
        type=types.name,
        metavar="RUN",
        help="go on with an interrupted or stopped run; with --epochs N, train it, or a finished one, N epochs more "
        "(default: begin a new run)",
    )
    types.add_run_options(train)
    group: Any = train
    for info in field_info():
        if info.name in _GROUPS:
            group = train.add_argument_group(_GROUPS[info.name])
        _add_option(group, info)
    train.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    names = [info.name for info in field_info()]
    changes = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    name = arguments.preset or "fast"
    if arguments.resume is not None:
        run = _go_on(arguments, changes)
    else:
        run = create_run(preset(name).replace(**changes), name, arguments.runs)
    with kept(run):
        # torch takes seconds to import: bad settings are refused before.
        from mnist_core.cli.progress import carry_out

        return carry_out(run, arguments.output, arguments.threads)


def _go_on(arguments: argparse.Namespace, changes: dict[str, Any]) -> Run:
    """Return the run to resume, ready to be carried out."""
    path = Path(arguments.resume)
    run = find_run(path.name, arguments.runs or (path.parent if path.name != arguments.resume else None))
    others = [f"--{name.replace('_', '-')}" for name in changes if name != "epochs"]
    if arguments.preset or others:
        said = ", ".join(["--preset"] * bool(arguments.preset) + others)
        raise RunError(f"--resume goes on with the run's own settings: leave out {said}")
    if "epochs" in changes:
        run.extend(changes["epochs"])
    elif (status := run.status(run.history())) not in RESUMABLE:
        raise RunError(f"the run {run.id} is {status}: {_INSTEAD[status]}")
    run.control.request("run")
    return run


_INSTEAD: dict[Status, str] = {
    "running": "another process trains it; wait for its end, or stop it on the Train page and then resume it",
    "paused": "another process holds it; press Resume on the Train page, or stop it there and then resume it here",
    "queued": "the app trains it when its turn comes; stop it on the Train page to resume it here",
    "finished": "add --epochs N to train N more epochs",
}
"""What to do with a run that cannot be resumed, by its state."""
_GROUPS = {"filters": "architecture", "optimizer": "optimisation", "train_size": "data"}
"""The first field of each group of options, and what `--help` calls the group."""


def _add_option(group: Any, info: FieldInfo) -> None:
    """Add the option of one field of TrainConfig."""
    flag = f"--{info.name.replace('_', '-')}"
    span = f"{_shown(info.low)} to {_shown(info.high)}; " if info.low is not None and info.high is not None else ""
    help_ = f"{info.help.rstrip('.')} ({span}default: the preset's)".replace("%", "%%")
    if info.type is bool:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=help_)
    elif info.choices:
        group.add_argument(flag, choices=info.choices, help=help_)
    elif get_origin(info.type) is tuple:
        group.add_argument(flag, type=int, nargs="*", metavar="N", help=help_)
    else:
        group.add_argument(flag, type=info.type, metavar="N", help=help_)


def _shown(limit: float) -> str:
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:,g}"


def _description() -> str:
    """Return what the command does, and the presets, one a line."""
    width = shutil.get_terminal_size().columns - 2  # as argparse itself has it
    names = max(len(name) for name in PRESETS) + 2
    lines = [
        textwrap.fill(
            f"{f'{name}:':{names}}{chosen.text}", width, initial_indent="  ", subsequent_indent=" " * (names + 2)
        )
        for name, chosen in PRESETS.items()
    ]
    said = "Train a network on MNIST and record the run. Options change single settings of the preset."
    return "\n".join([textwrap.fill(said, width), "", "presets:", *lines])
