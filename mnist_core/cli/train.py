"""train: train a network on MNIST and record the run."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from mnist_core.asker import COMMAND_LINE
from mnist_core.cli import argument_types as types
from mnist_core.cli import config_options
from mnist_core.cli.interruption import kept
from mnist_core.cluster.setting import CLUSTER
from mnist_core.errors import ConfigError, RunError
from mnist_core.openmp import let_spin
from mnist_core.presets import PRESETS, preset
from mnist_core.runs.run import RESUMABLE, Run, Status
from mnist_core.runs.store import create_run, find_run


def add(commands: Any) -> None:
    """Declare the command."""
    train = commands.add_parser(
        "train",
        help="train a network on MNIST and record the run",
        description=config_options.describe_presets(
            "Train a network on MNIST and record the run. Options change single settings of the preset."
        ),
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
    types.add_cluster(train)
    config_options.add(train)
    train.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    changes = config_options.changes(arguments)
    cluster = arguments.cluster or os.environ.get(CLUSTER, "")
    if cluster and arguments.threads:
        raise ConfigError("--threads is for trainings on this machine: on a cluster each worker has its share")
    name = arguments.preset or "fast"
    if arguments.resume is not None:
        run = _go_on(arguments, changes)
    else:
        run = create_run(preset(name).replace(**changes), name, arguments.runs, asker=COMMAND_LINE)
    if cluster:
        from mnist_core.cli.on_cluster import carry_out as carry_out_on_cluster

        return carry_out_on_cluster(run, arguments.output, cluster)
    let_spin()
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
        run.extend(changes["epochs"], asker=COMMAND_LINE)
    elif (status := run.status(run.history())) not in RESUMABLE:
        raise RunError(f"the run {run.id} is {status}: {_INSTEAD[status]}")
    run.control.request("run", asker=COMMAND_LINE)
    return run


_INSTEAD: dict[Status, str] = {
    "running": "another process trains it; wait for its end, or stop it on the Train page and then resume it",
    "paused": "another process holds it; press Resume on the Train page, or stop it there and then resume it here",
    "queued": "the app trains it when its turn comes; stop it on the Train page to resume it here",
    "finished": "add --epochs N to train N more epochs",
}
"""What to do with a run that cannot be resumed, by its state."""
