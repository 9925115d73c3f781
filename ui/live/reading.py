"""The live reading of a board, as two components: what the network reads, and the image that it sees.

A browser reads the board by itself, at every frame in which the pen moves; live.js says how. Where it cannot, what the
page draws beside these components stays in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

# A component's own code has no address that an import could be relative to.
_JS = """
const NO_MODULE = "The bars cannot follow the pen, since their code could not be loaded. "
    + "The server reads each stroke when the pen is lifted."

export default function ({ data, parentElement }) {
    const root = parentElement
    const here = new AbortController()
    import(new URL("live/js/live.js", document.baseURI)).then(
        ({ show, hide }) => {
            if (here.signal.aborted) return
            show(root, data)
            here.signal.addEventListener("abort", () => hide(root))
        },
        (error) => {
            console.error(error)
            if (data.view !== "answer" && data.view !== "inside") return
            root.querySelector(".live").textContent = NO_MODULE
            root.closest(".stElementContainer").toggleAttribute("data-placed", true)
        },
    )
    return () => here.abort()
}
"""
# Where nothing is shown, no gap is left either; the views of runs (`views`) always show something. While the server is
# busy, Streamlit dims what its script has not drawn anew yet: not this, which is up to date. The look is that of the
# page around it.
_CSS = """
.stElementContainer[class*="-live-"]:not([class*="digit-lab-live-"], [data-placed]) { display: none }
.stElementContainer[data-placed] { opacity: 1 !important }
"""
_component = st.components.v2.component(
    "digit_lab_live_reading",
    html='<div class="live"></div>',
    css=_CSS,
    js=_JS,
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class ServersAnswer:
    """What the server makes of one digit on the board."""

    probabilities: tuple[float, ...]
    """Ten."""
    doubted: bool
    """Whether it says that this does not look like a digit."""


@dataclass(frozen=True, slots=True)
class ServersBoard:
    """A board as the server knows it: what a browser needs to read the board by itself."""

    brush: int
    """Width in canvas pixels."""
    drawing: Sequence[dict[str, Any]]
    """The fabric.js objects on the board, as the server knows them."""
    network: str
    """Address of the network in hand (`networks.address`)."""
    detector: str
    """Address of the network that tells digits from other drawings."""
    answers: Sequence[ServersAnswer] | None
    """Of each digit, in reading order; None where the server has none to compare with."""
    whole: bool
    """Whether all strokes are one digit, however they lie."""


def show_answer(
    key: str, board: str, servers: ServersBoard, hides: str, invitation: str, colours: Sequence[str]
) -> None:
    """Show what the network reads on a board.

    Args:
        key: of this component; "-live-" is part of it.
        board: key of the canvas.
        servers: the same for all views of the board.
        hides: key of the container with the server's answer, which is out of sight while this one is shown.
        invitation: what is said where every stroke has been undone and the server does not know yet.
        colours: of the ten digits.
    """
    data = {
        "view": "answer",
        "board": _css(board),
        "servers": asdict(servers),
        "hides": _css(hides),
        "invitation": invitation,
        "colours": list(colours),
    }
    _component(key=key, data=data, height="content")


def show_image(key: str, board: str, hides: str, place: int) -> None:
    """Show the image that the network sees of the digit at `place` on a board. Call it beside `show_answer`.

    Args:
        key: of this component; "-live-" is part of it.
        board: key of the canvas.
        hides: key of the container with the server's image, which is out of sight while this one is shown.
        place: of the digit in hand, in reading order.
    """
    data = {"view": "image", "board": _css(board), "hides": _css(hides), "place": place}
    _component(key=key, data=data, height="content")


def show_inside(key: str, board: str, servers: ServersBoard, hides: str, colours: Sequence[str]) -> None:
    """Show image, digit and bars of a board while the browser is ahead of the server.

    Args:
        key: of this component; "-live-" is part of it.
        board: key of the canvas.
        servers: the same for all views of the board.
        hides: key of the container with the server's view, which is out of sight while this one is shown.
        colours: of the ten digits.
    """
    data = {
        "view": "inside",
        "board": _css(board),
        "servers": asdict(servers),
        "hides": _css(hides),
        "colours": list(colours),
    }
    _component(key=key, data=data, height="content")


def show_maps(key: str, board: str, chart: str, limit: float) -> None:
    """Have a chart of the first layer's maps follow the pen. Call it beside `show_inside`.

    Args:
        key: of this component; "-live-" is part of it.
        board: key of the canvas.
        chart: key of the chart, made by `mnist_core.figures.explain.maps_figure`.
        limit: the number at both ends of its colour scale.
    """
    data = {"view": "maps", "board": _css(board), "chart": _css(chart), "limit": limit}
    _component(key=key, data=data, height="content")


def _css(key: str) -> str:
    """Return a key as the page's CSS classes have it."""
    return key.replace(".", "-")
