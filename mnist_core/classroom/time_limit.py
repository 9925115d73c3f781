"""The longest run of a class: every training of a seat ends after so many seconds, however it was begun.

The limit is a setting, which `carry_out` brings about as often as it is called: so it holds for runs of a sweep, of a
lesson and for repetitions, and a change of it for runs that are under way already. No torch.
"""

from __future__ import annotations

from collections.abc import Iterable

from mnist_core.asker import Asker
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.settings import read_settings
from mnist_core.errors import RunError
from mnist_core.runs.run import Run


def carry_out(classroom: Classroom, active: Iterable[Run], *, asker: Asker) -> None:
    """Tell the trainings of seats after how many seconds they end.

    Args:
        classroom: the class.
        active: the runs that are under way.
        asker: the teacher, or a server that acts on the class's settings.

    Raises:
        NotYoursError: who asks is not the teacher.
        RunError: some run's directory cannot be written; all others were told.
    """
    classroom.require_teacher(asker)
    longest = read_settings(classroom).longest_run
    failed: RunError | None = None
    for run in active:
        if run.control.longest() != longest and run.owner():
            try:
                run.control.request_longest(longest, asker=asker)
            except RunError as error:
                failed = error
    if failed:
        raise failed
