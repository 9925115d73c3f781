"""The board: every seat of a class with what it does and what it made last. A pure function of the files. No torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mnist_core.classroom import seat_names
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.doing import Doing, Reading, doing, reading
from mnist_core.classroom.predictions import predictions
from mnist_core.classroom.seats import Seat
from mnist_core.classroom.settings import Settings
from mnist_core.history import History
from mnist_core.runs.run import Run

SPARKS = 48
"""Points of a sparkline, at most: a tile is not much wider in pixels."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A seat's latest run, as far as it is."""

    id: str
    status: str
    progress: float
    """Share that is done, 0 to 1."""
    sparks: tuple[float, ...]
    """Accuracies on the way, 0 to 1: on validation images where there are some, else on training images."""
    accuracy: float | None
    """On test images, once it has finished; else on validation, else on training images; None before any."""
    measured_on: str
    """Which images that were: "test", "validation", "training"; empty before any."""
    expected: float | None
    """The test accuracy that the seat expected; None where it did not say."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One seat on the board."""

    seat: str
    place: int
    """How many joined before it."""
    name: str
    """As it is shown: a mathematician's while names are hidden."""
    doing: Doing
    run: LastRun | None
    reading: Reading | None


def shown_names(members: Sequence[Seat], settings: Settings) -> dict[str, str]:
    """Return the name under which each seat is shown, by its id; `members` are in the order in which they joined."""
    return {
        seat.id: seat_names.hidden(place) if settings.names_hidden else seat.name for place, seat in enumerate(members)
    }


def board(
    classroom: Classroom,
    members: Sequence[Seat],
    settings: Settings,
    runs: Iterable[tuple[str, Run]],
    history: Callable[[Run], History],
) -> list[Tile]:
    """Return a tile for each seat in the class, in the order in which they joined.

    Args:
        classroom: the class.
        members: its seats, in the order in which they joined.
        settings: its settings.
        runs: all runs, each with the seat that it belongs to, the newest first.
        history: returns a run's events so far.
    """
    names, latest = shown_names(members, settings), latest_runs(members, runs)
    return [
        Tile(
            seat=seat.id,
            place=place,
            name=names[seat.id],
            doing=doing(classroom, seat.id),
            run=_last_run(classroom, seat.id, latest[seat.id], history) if seat.id in latest else None,
            reading=reading(classroom, seat.id),
        )
        for place, seat in enumerate(members)
    ]


def latest_runs(members: Sequence[Seat], runs: Iterable[tuple[str, Run]]) -> Mapping[str, Run]:
    """Return the newest run of each seat that has one, by the seat's id; `runs` are as `board` takes them."""
    found: dict[str, Run] = {}
    joined = {seat.id for seat in members}
    for owner, run in runs:
        if len(found) == len(joined):
            break
        if owner in joined and owner not in found:
            found[owner] = run
    return found


def sparks(history: History) -> tuple[float, ...]:
    """Return a run's accuracies on the way, thinned to what a sparkline shows."""
    reports: Sequence[float] = [one.accuracy for one in history.validations]
    if len(reports) < 2:
        reports = [one.accuracy for one in history.steps]
    if len(reports) > SPARKS:
        reports = [reports[round(i * (len(reports) - 1) / (SPARKS - 1))] for i in range(SPARKS)]
    return tuple(round(one, 4) for one in reports)


def _last_run(classroom: Classroom, seat: str, run: Run, history_of: Callable[[Run], History]) -> LastRun:
    history = history_of(run)
    measured: list[tuple[str, float | None]] = [
        ("test", history.test_accuracy),
        ("validation", history.validation_accuracy),
        ("training", history.steps[-1].accuracy if history.steps else None),
    ]
    on, accuracy = next(((name, share) for name, share in measured if share is not None), ("", None))
    return LastRun(
        id=run.id,
        status=run.status(history),
        progress=history.progress,
        sparks=sparks(history),
        accuracy=accuracy,
        measured_on=on,
        expected=predictions(classroom, seat).get(run.id),
    )
