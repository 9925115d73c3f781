"""Session state of the Story page: which screen is shown, and what was done on some of them."""

from __future__ import annotations

import streamlit as st

from ui.shared import session

PAGE = "story"
"""As in the keys of its widgets."""
DRAWN = "Your drawing on the Story page"
"""Where a digit from its board is from, in words."""
SIDE, BRUSH = 220, 16
"""CSS pixels, of the board and its pen: the same on each screen that has it, so that it bears the same drawing."""

_SCREEN = "digit-lab.story.screen-shown"
_LOSSES = "digit-lab.story.losses"
_RATES = "digit-lab.story.rates-tried"
_CELLS = "digit-lab.story.cells-run"
_RUN = "digit-lab.story.notebook-run"


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key(PAGE, name, *parts)


def screen(count: int) -> int:
    """Return the number of the screen that is shown, from 1 to `count`: the URL's, else this visitor's."""
    asked = session.choice("screen", _SCREEN) or "1"
    return min(max(int(asked), 1), count) if asked.isdecimal() and len(asked) < 4 else 1


def set_screen(number: int) -> None:
    """Show another screen, here and in the URL."""
    session.set_choice("screen", _SCREEN, str(number), "1")


def steps_done() -> int:
    """Return how many steps the small model on the screen of training has done."""
    return int(st.session_state.get(_LOSSES, 0))


def set_steps_done(steps: int) -> None:
    """Note how many it has done."""
    st.session_state[_LOSSES] = steps


def rates_tried() -> list[float]:
    """Return the learning rates that this visitor has tried, in order."""
    return list(st.session_state.get(_RATES, []))


def set_rates_tried(rates: list[float]) -> None:
    """Note them."""
    st.session_state[_RATES] = rates


def cells_run() -> int:
    """Return how many cells of the notebook have been run, from the first on."""
    return int(st.session_state.get(_CELLS, 0))


def set_cells_run(count: int) -> None:
    """Note how many."""
    st.session_state[_CELLS] = count


def notebook_run() -> str | None:
    """Return the id of the run that the notebook's cell of training has started."""
    return st.session_state.get(_RUN)


def set_notebook_run(run: str | None) -> None:
    """Note it; None: the cell has not been run."""
    st.session_state[_RUN] = run
