"""What the teacher does to a class, from a button: done once, and told in a sentence if it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mnist_core.asker import Asker
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.settings import change_settings
from mnist_core.errors import DigitLabError
from ui.cached import classes, run_records
from ui.classroom import state
from ui.shared import session, visitor


def do(act: Callable[..., Any], *given: Any, **named: Any) -> None:
    """Call a function of the core with who asks, as a callback; its error is shown by the page."""
    try:
        act(*given, asker=visitor.asker(), **named)
    except DigitLabError as error:
        session.set_problem(error)
    state.count_turn()
    classes.forget()


def pause(classroom: Classroom, paused: bool, *, asker: Asker) -> None:
    """Let everybody pause, their trainings too, or go on; raises what `holding.carry_out` raises."""
    change_settings(classroom, asker=asker, paused=paused)
    run_records.hold_or_go_on(classroom, run_records.jobs())


def change(now: classes.Now, **changes: Any) -> None:
    """Change settings of the class."""
    do(change_settings, now.classroom, **changes)


def setter(now: classes.Now, name: str) -> Callable[[Any], None]:
    """Return a callback that sets one of the class's settings to what it is called with."""

    def set_to(value: Any) -> None:
        change(now, **{name: tuple(value) if isinstance(value, list) else value})

    return set_to


def take(now: classes.Now, name: str, key: str) -> None:
    """Set what the widget with that key shows, as a callback of it."""
    setter(now, name)(session.widget_value(key))
