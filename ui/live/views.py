"""Components that follow runs by themselves: headline, charts, texts, and lists of what is under way.

follow.js and its modules ask the routes in `run_events`; a script runs when a run's stage changes, or at a click.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.colours import DIGITS, TEST, TRAINING, VALIDATION
from mnist_core.storage.png import png_url

VALIDATION_HELP = "On images kept back from training; of a network that is taught, on the drawings kept aside."
TEST_HELP = "On the 10,000 test images, opened when the run ends, and again after each epoch more."
"""What two of the accuracies in a headline are, as headline.js has it, too."""

# A component's own code has no address that an import could be relative to.
_JS = """
const CANNOT = "This page cannot follow the run by itself: reload it to see how the run stands."

export default function ({ data, parentElement, setTriggerValue }) {
    const here = new AbortController()
    import(new URL("live/js/follow.js", document.baseURI)).then(
        ({ show, hide }) => {
            if (here.signal.aborted) return
            show(parentElement, data, setTriggerValue)
            here.signal.addEventListener("abort", () => hide(parentElement))
        },
        (error) => {
            console.error(error)
            if (data.view === "headline") setTriggerValue("failed", true)
            if (data.view === "progress") parentElement.querySelector(".live").textContent = CANNOT
        },
    )
    return () => here.abort()
}
"""
_component = st.components.v2.component(
    "digit_lab_live_view", html='<div class="live"></div>', js=_JS, isolate_styles=False
)


def _key(*parts: str) -> str:
    """Return the key of one of these components: there is one of a kind on a page, or one for each run."""
    return ".".join(("digit-lab", "live", *parts))


def headline(run: str, stage: str, *, on_failed: Callable[[], None]) -> None:
    """Show how a run stands. Its stage's change runs the script, or the fragment in which this is called.

    Args:
        run: its id.
        stage: in which it is now (`run_summary.stage`).
        on_failed: called where the browser cannot follow: none of these components then shows anything.
    """
    _component(
        key=_key("headline"),
        data={"view": "headline", "run": run, "stage": stage},
        height="content",
        on_changed_change=lambda: None,
        on_failed_change=on_failed,
    )


def progress(run: str, stage: str) -> None:
    """Show how far a run is, in a line and a bar. Its stage's change runs the script, or the fragment."""
    _component(
        key=_key("progress", run),
        data={"view": "progress", "run": run, "stage": stage},
        height="content",
        on_changed_change=lambda: None,
    )


def chart(
    run: str,
    which: Literal["loss", "accuracy"],
    *,
    height: int,
    smoothing: float,
    logarithmic: bool = False,
    guess: float | None = None,
    more: str = "",
) -> None:
    """Show one of a run's charts, `height` CSS pixels high, with the sentence that says what to see in it.

    Args:
        run: its id; "" for an empty chart.
        which: of the two.
        height: CSS pixels, of the chart alone.
        smoothing: of the training curve, as `figures.training.smooth` has it.
        logarithmic: of the loss: each step of the axis is ten times the one below.
        guess: the test accuracy that the visitor expects, 0 to 1.
        more: what is said after the sentence.
    """
    look = {
        "chart": which,
        "height": height,
        "colours": {"training": TRAINING, "validation": VALIDATION, "test": TEST},
        "smoothing": smoothing,
        "logarithmic": logarithmic,
        "guess": guess,
        "more": more,
    }
    _component(key=_key(which), data={"view": "chart", "run": run, "look": look}, height="content")


def text(run: str, which: Literal["rate", "verdict"], width: Literal["stretch", "content"] = "stretch") -> None:
    """Show one of the texts of a run's summary."""
    _component(
        key=_key(which),
        data={"view": "text", "run": run, "text": which},
        height="content",
        width=width,
    )


def film_strip(
    run: str,
    drawing: str,
    image: NDArray[np.uint8],
    *,
    label: int | None,
    now: Sequence[float] | None = None,
) -> None:
    """Show one drawing while a run learns to read it: its ten bars over time, and as they are now.

    Args:
        run: its id.
        drawing: the key under which the run watches it (`runs.watched`).
        image: (28, 28).
        label: the digit that it is, where that is known.
        now: ten probabilities, for where the run has not looked at it.
    """
    shown = {
        "key": drawing,
        "image": png_url(image),
        "label": label,
        "colours": list(DIGITS),
        "now": None if now is None else list(now),
    }
    _component(key=_key("film"), data={"view": "film", "run": run, "drawing": shown}, height="content")


def hard_images(run: str, images: Sequence[tuple[str, NDArray[np.uint8], int]]) -> None:
    """Show which of some watched images a run reads right by now: each with its key, itself and its label."""
    shown = [{"key": key, "image": png_url(image), "label": label} for key, image, label in images]
    _component(key=_key("hard"), data={"view": "hard", "run": run, "images": shown}, height="content")


def running(place: str, *, most: int, bars: bool = False, none: str = "") -> str | None:
    """Show which runs are under way, at most `most`; return the id of the one whose “Watch it” was just clicked.

    Args:
        place: where on the pages it is.
        most: how many.
        bars: a bar for each with a way to it, or quiet lines.
        none: what is said where nothing is under way.
    """
    chosen: Any = _component(
        key=_key(place),
        data={"view": "running", "run": "", "list": {"bars": bars, "most": most, "none": none}},
        height="content",
        on_watch_change=lambda: None,
    ).watch
    return None if chosen is None else str(chosen)
