"""The best point of a sweep measured again, against the settings that it started from: with new seeds. No torch.

The best of many is partly the luckiest of many. With seeds that no point of the sweep had, that luck is gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from mnist_core.asker import Asker
from mnist_core.errors import DigitLabError, SweepError
from mnist_core.evaluation.intervals import mean_interval
from mnist_core.formatting import accuracy as written_accuracy
from mnist_core.handwriting.drawing import Drawing
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.runs.store import discard
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most
from mnist_core.sweeps.objective import accuracy_of
from mnist_core.sweeps.points import ranked
from mnist_core.sweeps.study import Study
from mnist_core.sweeps.sweep import Sweep

FEWEST, MOST = 3, 10
"""New seeds: fewer than three give no useful interval, more than ten take a class's time."""
_FILE = "check.json"


@dataclass(frozen=True, slots=True)
class Check:
    """The best point and the default, each with the same new seeds, as far as they are measured."""

    point: int
    """The number of the best point, from 0."""
    best: Sequence[float | None]
    """What each of its runs reads right; None for one that has not ended, or has no result."""
    default: Sequence[float | None]
    under_way: bool
    """Whether some of the runs have yet to end."""
    before: float | None
    """What the point read right in the search."""

    def describe(self) -> str:
        """Return what the check has shown, as sentences."""
        pairs = [(a, b) for a, b in zip(self.best, self.default, strict=True) if a is not None and b is not None]
        count = len(self.best)
        if self.under_way:
            return f"The best point and the default are measured with {count} new seeds: {len(pairs)} of them are done."
        if len(pairs) < 2:
            return "Too few of the new runs have ended with a result: measure the best point again."
        best, default = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
        change, half = mean_interval([a - b for a, b in pairs])
        said = [
            f"With {len(pairs)} new seeds the best point reads {written_accuracy(best)} and the default "
            f"{written_accuracy(default)}: a difference of {100 * change:+.2f} percentage points, 95 % interval "
            f"{100 * (change - half):+.2f} to {100 * (change + half):+.2f}."
        ]
        if change - half > 0:
            said.append("The best point is better than the default.")
        elif change + half < 0:
            said.append("The default is better: the search was led astray by luck.")
        else:
            said.append("The interval includes 0: nothing shows that the best point is better than the default.")
        if self.before is not None:
            lost = self.before - best
            said.append(
                f"In the search it read {written_accuracy(self.before)}"
                + (f": {100 * lost:.2f} percentage points of that were luck." if lost > 0 else ", and no less now.")
            )
        return " ".join(said)


def begin_check(sweep: Sweep, jobs: Jobs, count: int = 5, *, asker: Asker) -> None:
    """Begin the runs that measure the best point and the default anew; those of an earlier check stay runs like others.

    Args:
        sweep: one that runs no more, with a measured point.
        jobs: what trains them.
        count: new seeds, FEWEST to MOST.
        asker: who asks.

    Raises:
        NotYoursError: the sweep is not the asker's.
        SweepError: the sweep is running, nothing is measured, or its directory cannot be written.
        RunError, QuotaError: a run cannot be begun; then none is.
        ValueError: `count` is not within FEWEST..MOST.
    """
    sweep.require(asker)
    if not FEWEST <= count <= MOST:
        raise ValueError(f"expected {FEWEST} to {MOST} new seeds, received {count}")
    with sweep.changing():
        if sweep.status() == "running":
            raise SweepError("the sweep is still running: its best point can be measured again when it has ended")
        best = ranked(Study(sweep).points())
        if not best:
            raise SweepError("no point of the sweep is measured: there is no best one to measure again")
        if (known := _read(sweep)) and any(_is_active(sweep, run) for run in (*known["best"], *known["default"])):
            raise SweepError("its best point is being measured again already: wait for the end")
        settings = sweep.settings()
        made: dict[str, list[str]] = {"best": [], "default": []}
        begun: list[Run] = []
        try:
            for seed in range(settings.seeds, settings.seeds + count):  # which no point has had
                for name, values in (("best", best[0].values), ("default", {})):
                    config = settings.config_of(values, seed=seed)
                    begun.append(jobs.start(config, settings.name, asker=asker, group=sweep.id))
                    made[name].append(begun[-1].id)
            record = {"point": best[0].number, "before": best[0].accuracy, **made}
            write_atomically(sweep.path / _FILE, json.dumps(record))
        except (DigitLabError, OSError) as error:
            _give_up(begun, jobs, asker)
            if isinstance(error, OSError):
                raise SweepError(f"nothing can be recorded of the sweep {sweep.id}: {error.strerror}") from error
            raise


def _give_up(begun: Sequence[Run], jobs: Jobs, asker: Asker) -> None:
    """Take back runs that were begun: all of them or none. One that trains already is stopped and stays."""
    for run in begun:
        jobs.stop(run, asker=asker)
        if not run.is_alive():
            discard(run, asker=asker)


def read_check(sweep: Sweep, drawings: Sequence[Drawing] = ()) -> Check | None:
    """Return how the best point's second measurement stands; None where there is none.

    Args:
        sweep: which.
        drawings: the class's, for the objective "drawings".
    """
    record = _read(sweep)
    if record is None:
        return None
    settings, wanted = sweep.settings(), set(sweep.drawings())
    there = [drawing for drawing in drawings if drawing.id in wanted]
    found: dict[str, list[float | None]] = {"best": [], "default": []}
    for name, accuracies in found.items():
        for run_id in record[name]:
            run = Run(sweep.runs_folder / run_id)
            history = run.history()
            try:
                ended = run.status(history) == "finished"
                accuracies.append(accuracy_of(run, history, settings, there) if ended else None)
            except DigitLabError:
                accuracies.append(None)
    under_way = any(_is_active(sweep, run) for run in (*record["best"], *record["default"]))
    return Check(record["point"], found["best"], found["default"], under_way, record["before"])


def _is_active(sweep: Sweep, run_id: str) -> bool:
    run = Run(sweep.runs_folder / run_id)
    return run.path.is_dir() and run.status(run.history()) in ACTIVE


def _read(sweep: Sweep) -> dict[str, Any] | None:
    try:
        record = json.loads(read_at_most(sweep.path / _FILE))
        ids = {name: [str(run) for run in record[name]] for name in ("best", "default")}
        before = record["before"]
        return {"point": int(record["point"]), "before": None if before is None else float(before), **ids}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
