"""What a page shows of a class without a run of its script: the board; and whether the page must be drawn anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.live import state

# A component's own code has no address that an import could be relative to.
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
    const here = new AbortController()
    import(new URL("live/js/class_view.js", document.baseURI)).then(
        ({ show, hide }) => {
            if (here.signal.aborted) return
            show(parentElement, data, setTriggerValue)
            here.signal.addEventListener("abort", () => hide(parentElement))
        },
        (error) => console.error(error),
    )
    return () => here.abort()
}
"""
_component = st.components.v2.component(
    "digit_lab_class_view", html='<div class="class-view"></div>', js=_JS, isolate_styles=False
)


def _key(view: str) -> str:
    """Return the key of one of these components: there is one of a kind on a page."""
    return ".".join(("digit-lab", "class-view", view))


def follow(stage: str, window: str = "", brought: str = "") -> None:
    """Have the page's script run when the class's stage for who looks is no more `stage` (`class_stage.stage`).

    Args:
        stage: for which the page is drawn.
        window: a name of the window, for the server alone.
        brought: where it has just been brought, if the browser is to say that it shows this page
            (`class_arrivals.note`).
    """
    data = {"view": "stage", "stage": stage, "window": window, "brought": brought, "leads": False}
    _component(key=_key("stage"), data=data, height=0, on_changed_change=lambda: None)


def board(
    *, on_pinned: Callable[[list[str]], None] | None = None, on_hidden: Callable[[bool], None] | None = None
) -> None:
    """Show the board of the class that is open. With callbacks, seats are pinned and names hidden on it.

    They are called before the page's script runs: another run of it, which any change of the class may begin, can end
    one before it has come to what was clicked.

    Args:
        on_pinned: called with the ids of the seats that have just been pinned, all of them in their order.
        on_hidden: called with whether names have just been hidden, or shown.
    """
    key = _key("board")

    def pinned() -> None:
        if on_pinned:
            on_pinned([str(seat) for seat in state.told(key, "pinned")])

    def hidden() -> None:
        if on_hidden:
            on_hidden(bool(state.told(key, "hidden")))

    _component(
        key=key,
        data={"view": "board", "stage": "", "window": "", "brought": "", "leads": on_pinned is not None},
        height="content",
        on_pinned_change=pinned,
        on_hidden_change=hidden,
    )
