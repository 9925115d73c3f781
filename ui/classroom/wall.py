"""The class's drawings as a wall by digit, the network's mistakes among them."""

from __future__ import annotations

from html import escape

import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.classroom.tasks import drawings_of
from mnist_core.errors import DigitLabError
from mnist_core.handwriting.drawing import Drawing
from mnist_core.storage.png import png_url
from ui.cached import classes, drawings, models
from ui.classroom import state, trials
from ui.shared import names, progress, session, visitor

_EVERY = 2.0
"""Seconds from one drawing to the next."""
_MOST = 40
"""Drawings of a digit, the latest."""
_STYLE = """
<style>
.class-wall { display: grid; grid-template-columns: 2.2rem 1fr; gap: .4rem .6rem; align-items: start; }
.class-wall > b { font-size: 1.5rem; line-height: 3rem; text-align: right; }
.class-wall > div { display: flex; flex-wrap: wrap; gap: .3rem; min-height: 3rem; }
.class-wall figure { margin: 0; text-align: center; font-size: .7rem; line-height: 1.1; }
.class-wall img { width: 2.6rem; height: 2.6rem; image-rendering: pixelated; background: #000; border-radius: 4px;
  display: block; border: 3px solid transparent; box-sizing: border-box; }
.class-wall .wrong img { border-color: #d62728; }
.class-wall .wrong { font-weight: 700; color: #d62728; }
</style>
"""


def show(now: classes.Now, *, controls: bool) -> None:
    """Draw the wall, anew every two seconds."""
    st.fragment(_draw, run_every=_EVERY)(controls)
    if not controls:
        trials.results(now)


def _draw(controls: bool) -> None:
    now = classes.now()
    if now is None:
        return
    made = drawings_of(now.classroom, drawings.drawings()[0])
    made = [drawing for drawing in made if now.sees(visitor.asker(), drawing.owner)]
    if not made:
        st.info("The class has filed no drawing yet: whoever says on the page Draw which digit it was files one.")
        return
    model = models.find_model(session.model())
    read: dict[str, int] = {}
    if model:
        try:
            outputs = drawings.drawings_read(model, made)
        except DigitLabError as error:
            st.error(names.in_markdown(error.sentence))
        else:
            if isinstance(outputs, BackgroundTask):
                progress.follow(outputs, "Reading the drawings", state.key("wall-again"))
                return
            read = {one.id: int(digit) for one, digit in zip(made, outputs.predicted, strict=True)}
    st.html(_STYLE + _wall_html(made, read))
    wrong = sum(read.get(one.id, one.label) != one.label for one in made)
    called = names.in_markdown(model.called) if model else ""
    drawn = f"{len(made)} drawing{'' if len(made) == 1 else 's'}"
    st.caption(f"{drawn}; {called} reads {wrong} of them as another digit, framed with what it reads.")


def _wall_html(made: list[Drawing], read: dict[str, int]) -> str:
    rows = []
    for digit in range(10):
        bricks = "".join(_brick_html(one, read.get(one.id, digit)) for one in latest(made, digit))
        rows.append(f"<b>{digit}</b><div>{bricks}</div>")
    return f'<div class="class-wall">{"".join(rows)}</div>'


def latest(made: list[Drawing], digit: int) -> list[Drawing]:
    """Return the drawings of a digit that the wall has room for, the last one first."""
    return [one for one in reversed(made) if one.label == digit][:_MOST]


def _brick_html(drawing: Drawing, read: int) -> str:
    wrong = read != drawing.label
    alt = f"a {drawing.label}" + (f", read as {read}" if wrong else "")
    caption = f"<figcaption>{read}</figcaption>" if wrong else ""
    return (
        f'<figure{" class=wrong" if wrong else ""}><img src="{png_url(drawing.image)}" alt="{escape(alt)}">'
        f"{caption}</figure>"
    )
