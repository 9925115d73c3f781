"""The runs that hold while the class is paused, and go on with it; a run that its owner has paused stays paused.

Whether it is paused is a setting, which `carry_out` brings about as often as it is called: so a run that starts in a
pause holds too, as does one of a seat that joins in it. held.json says which runs hold, and is written before any run
is asked: whoever is killed in between can do it again. No torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.seats import all_seats
from mnist_core.classroom.settings import read_settings
from mnist_core.errors import RunError
from mnist_core.runs.run import Run

_FILE = "held.json"


def carry_out(classroom: Classroom, active: Iterable[Run], go_on: Callable[[str], None], *, asker: Asker) -> None:
    """Let the seats' trainings hold if the class is paused, and go on if it is not.

    Runs that wait in the queue stay there, however many places are free: those that the teacher starts meanwhile train.

    Args:
        classroom: the class.
        active: the runs that are under way.
        go_on: lets the run of an id go on, if there is still one, and if it still holds.
        asker: the teacher, or a server that acts on the class's settings.

    Raises:
        NotYoursError: who asks is not the teacher.
        ClassError: the class has gone or cannot be written.
        RunError: some run's directory cannot be written; all others were asked.
    """
    classroom.require_teacher(asker)
    if not read_settings(classroom).paused and not held(classroom):  # as mostly: no lock is taken, nothing is written
        return
    with classroom.changing():
        before = held(classroom)
        if read_settings(classroom).paused:
            members = {seat.id for seat in all_seats(classroom)}
            holding = {run.id: run for run in active if run.owner() in members and run.control.command() == "run"}
            if not holding:
                return
            _write(classroom, {*before, *holding})
            failed = _each(holding, lambda name: holding[name].control.request("pause", asker=asker))
        else:
            # Those that wait first: one that is resumed begins at once, and would overtake them while they still hold.
            waiting = {run.id for run in active if run.queue_number() is not None}
            failed = _each(sorted(before, key=lambda name: name not in waiting), go_on)
            _write(classroom, failed)
    for error in failed.values():
        raise error


def held(classroom: Classroom) -> list[str]:
    """Return the ids of the runs that hold because the class is paused."""
    runs = records.read(classroom.path / _FILE).get("runs", [])
    return [name for name in runs if isinstance(name, str)] if isinstance(runs, list) else []


def _each(names: Iterable[str], act: Callable[[str], None]) -> dict[str, RunError]:
    """Do something to each run; return what could not be done, by the runs' ids."""
    failed = {}
    for name in names:
        try:
            act(name)
        except RunError as error:
            failed[name] = error
    return failed


def _write(classroom: Classroom, names: Iterable[str]) -> None:
    records.write(classroom.path / _FILE, {"runs": sorted(names)})
