"""The board's arrows for undo and redo, in sight under it.

streamlit-drawable-canvas shows its row of buttons only under a pointer that hovers. A finger does not hover: it never
sees the arrows, and begins a stroke on the unseen button that wipes the board. So the row is laid under the board,
where nobody draws, always visible, and keeps only its arrows: there is a Clear of our own, and strokes are not moved.
"""

from __future__ import annotations

import streamlit as st

_JS = """
const STYLE = new CSSStyleSheet()
STYLE.replaceSync(`
    .dc-root { padding-bottom: 2.6rem }
    .dc-root > .dc-toolbar { opacity: 1 !important; inset: auto auto 0 0 !important; padding: 0; transition: none }
    .dc-toolbar-card { padding: 0; box-shadow: none; background: none; gap: .5rem }
    .dc-toolbar-separator, .dc-icon-button:not([title="Undo"], [title="Redo"]) { display: none }
    .dc-icon-button { padding: .6rem; border: 1px solid var(--st-border-color) }
    .dc-icon-button svg { width: 1.1rem; height: 1.1rem }
`)

export default function ({ data }) {
    let frame
    const dress = () => {
        const inside = document.querySelectorAll(`.st-key-${data} *`)
        const board = [...inside].map(one => one.shadowRoot).find(root => root?.querySelector(".dc-toolbar"))
        if (board) board.adoptedStyleSheets = [STYLE]
        else frame = requestAnimationFrame(dress)  // it is not there yet
    }
    dress()
    return () => cancelAnimationFrame(frame)
}
"""
_component = st.components.v2.component("digit_lab_board_arrows", html="<span></span>", js=_JS)


def show_arrows(canvas_key: str) -> None:
    """Lay the arrows under the board with that key. Call it after the board."""
    _component(key="board-arrows", data=canvas_key.replace(".", "-"), height=0)
