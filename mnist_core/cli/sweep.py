"""sweep: search for good hyperparameters by many short trainings, and record each as a run."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from mnist_core.asker import COMMAND_LINE
from mnist_core.cli import argument_types as types
from mnist_core.cli import config_options
from mnist_core.cluster.setting import make_launcher
from mnist_core.errors import ConfigError, SweepError
from mnist_core.jobs.scheduler import Jobs
from mnist_core.presets import PRESETS, preset
from mnist_core.sweeps import check, sentences
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.networks import disk_of
from mnist_core.sweeps.points import Count, Point, ranked
from mnist_core.sweeps.settings import MOST_LEVELS, MOST_NETWORKS, MOST_RUNS, MOST_SEEDS, SweepSettings
from mnist_core.sweeps.space import parse
from mnist_core.sweeps.study import IMPORTANCE_NEEDS, Study
from mnist_core.sweeps.sweep import Sweep, create_sweep, find_sweep
from mnist_core.sweeps.sweeps import resume, stop

_LOOK_EVERY = 0.2
"""Seconds."""
_OBJECTIVES = {"accuracy": "accuracy", "time": "accuracy for time", "drawings": "drawings"}
_SEARCH = {"runs": 40, "minutes": 0.0, "seeds": 1, "objective": "accuracy", "way": "tpe", "levels": 5, "networks": 5}
"""The options that describe a search, with their defaults."""


def add(commands: Any) -> None:
    """Declare the command."""
    sweep = commands.add_parser(
        "sweep",
        help="search for good hyperparameters and record each try as a run",
        description=config_options.describe_presets(
            "Search for good hyperparameters: train many networks with varied settings, and record each as a run. The "
            "other options change single settings of the preset for all of them."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sweep.add_argument("--preset", choices=list(PRESETS), metavar="NAME", help="one of the above (default: fast)")
    sweep.add_argument(
        "--vary",
        action="append",
        metavar="FIELD=RANGE",
        help="a field with its range, learning_rate=0.001..1:log, or its values, batch_size=32,128 and "
        "filters=8-16,16-32; once for each field",
    )
    sweep.add_argument("--resume", type=types.name, metavar="SWEEP", help="go on with, or join, a sweep")
    sweep.add_argument(
        "--check",
        type=types.whole_number(check.FEWEST, check.MOST),
        metavar="N",
        help="at the end, measure the best point and the preset again with N new seeds (3 to 10)",
    )
    sweep.add_argument(
        "--folder", type=types.path, help="where runs are recorded (default: DIGIT_LAB_RUNS, else runs/)"
    )
    types.add_cluster(sweep)
    _add_search(sweep.add_argument_group("search"))
    config_options.add(sweep)
    sweep.set_defaults(command=run)


def _add_search(group: Any) -> None:
    numbers = {
        "runs": (0, MOST_RUNS, "trainings at most; 0: as many as --minutes allow"),
        "seeds": (1, MOST_SEEDS, "runs of each point, with other seeds"),
        "levels": (2, MOST_LEVELS, "of a grid: values of each range"),
        "networks": (0, MOST_NETWORKS, "the networks of so many of the best points are kept"),
    }
    for name, (low, high, text) in numbers.items():
        text += f" ({low} to {high:,}; default: {_SEARCH[name]})"
        group.add_argument(f"--{name}", type=types.whole_number(low, high), metavar="N", help=text)
    group.add_argument("--minutes", type=float, metavar="M", help="minutes of training, all runs together")
    group.add_argument(
        "--objective",
        choices=list(_OBJECTIVES),
        help="what is best: validation accuracy, the same for the training time, accuracy on the collected drawings",
    )
    group.add_argument("--way", choices=["grid", "random", "tpe"], help="how points are proposed (default: tpe)")
    group.add_argument("--no-pruning", action="store_true", help="let hopeless runs go on to their ends")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    from mnist_core.handwriting.collection import collection

    def drawings() -> list[Any]:
        return collection().drawings()[0]

    sweep = _resumed(arguments) if arguments.resume else _begun(arguments, drawings)
    jobs = Jobs(sweep.runs_folder, make_launcher(arguments.cluster))
    try:
        resume(sweep, jobs, asker=COMMAND_LINE)
        _follow(sweep, Driver(sweep, jobs, drawings), jobs)
        study, settings = Study(sweep), sweep.settings()
        points = study.points()
        images = len(sweep.drawings()) or settings.base.validation_size
        print(sweep.end())
        for place, point in enumerate(ranked(points)[:5], start=1):
            print(f"{place}. {_describe_point(point, settings)}  {' '.join(point.runs)}")
        print(
            sentences.describe_importance(study.importance(), Count.of(points).measured, IMPORTANCE_NEEDS),
            sentences.describe_luck(points, settings, images),
            sentences.describe_disk(disk_of(points, sweep.runs_folder), settings, Count.of(points).runs),
            sep="\n",
        )
        if arguments.check and ranked(points):
            check.begin_check(sweep, jobs, arguments.check, asker=COMMAND_LINE)
            while (found := check.read_check(sweep, drawings())) and found.under_way:
                time.sleep(_LOOK_EVERY)
            print(found.describe() if found else "")
    except KeyboardInterrupt:
        stop(sweep, jobs, asker=COMMAND_LINE)
        print(
            f"interrupted: the sweep is kept; go on with python -m mnist_core sweep --resume {sweep.id}",
            file=sys.stderr,
        )
        raise
    finally:
        jobs.close()
    return 0


def _begun(arguments: argparse.Namespace, drawings: Any) -> Sweep:
    if not arguments.vary:
        raise ConfigError("a sweep varies at least one field: --vary learning_rate=0.001..1:log, say")
    given = {name: value for name in _SEARCH if (value := getattr(arguments, name)) is not None}
    search: dict[str, Any] = _SEARCH | given
    name = arguments.preset or "fast"
    settings = SweepSettings(
        **search | {"objective": _OBJECTIVES[search["objective"]]},
        name=name,
        base=preset(name).replace(**config_options.changes(arguments)),
        space=tuple(parse(text) for text in arguments.vary),
        pruning=not arguments.no_pruning,
    )
    ids = [drawing.id for drawing in drawings()] if settings.objective == "drawings" else []
    sweep = create_sweep(settings, arguments.folder, drawings=ids, asker=COMMAND_LINE)
    print(f"sweep: {os.path.relpath(sweep.path)}")
    return sweep


def _resumed(arguments: argparse.Namespace) -> Sweep:
    """Return the sweep to go on with."""
    given = [name for name in _SEARCH if getattr(arguments, name) is not None]
    given += [*config_options.changes(arguments), *(["vary"] * bool(arguments.vary))]
    if arguments.preset or arguments.no_pruning or given:
        raise SweepError("--resume goes on with the sweep's own settings: add --check and --folder alone")
    return find_sweep(Path(arguments.resume).name, arguments.folder)


def _follow(sweep: Sweep, driver: Driver, jobs: Jobs) -> None:
    """Carry a sweep on until it has ended, and print each point that ends."""
    settings, shown, told = sweep.settings(), set[int](), ""
    while True:
        if (problem := driver.advance(asker=COMMAND_LINE) or jobs.problem) and problem != told:
            print(f"waiting: {problem}", file=sys.stderr, flush=True)
        told = problem
        for point in driver.points():
            if point.state != "running" and point.number not in shown:
                shown.add(point.number)
                print(f"point {point.number + 1}: {_describe_point(point, settings)}", flush=True)
        if (status := sweep.status()) == "stopped":
            raise SweepError(f"the sweep {sweep.id} was stopped by somebody else: go on with --resume {sweep.id}")
        if status == "ended":
            return
        time.sleep(_LOOK_EVERY)


def _describe_point(point: Point, settings: SweepSettings) -> str:
    values = sentences.describe_values(point.values)
    if point.state == "measured":
        return f"{sentences.describe_measured(point, settings)}  {values}"
    return f"{point.state}  {values}: {point.note}"
