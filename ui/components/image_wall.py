"""A wall of images to click on, with mouse, finger or keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.storage.png import png_url

_CSS = """
.wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(72px, 1fr)); gap: 6px; align-items: start;
        font-family: var(--st-font); color: var(--st-text-color); }
button { all: unset; cursor: pointer; text-align: center; font-size: .72rem; line-height: 1.25; border-radius: 6px;
         white-space: pre-line; }
button:hover, button:focus-visible, button[aria-pressed=true] { outline: 3px solid var(--st-primary-color); }
img { image-rendering: pixelated; display: block; width: 100%; aspect-ratio: 1; background: #000; border-radius: 6px; }
"""
_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
    const wall = parentElement.querySelector(".wall")
    const focused = [...wall.children].find((brick) => brick.matches(":focus"))?.dataset.id
    const bricks = data.images.map(({ id, url, caption, alt }) => {
        const button = document.createElement("button")
        const image = document.createElement("img")
        const text = document.createElement("span")
        Object.assign(image, { src: url, alt })
        text.textContent = caption
        button.append(image, text)
        button.setAttribute("aria-pressed", id === data.chosen)
        button.dataset.id = id
        button.onclick = () => setTriggerValue("clicked", id)
        return button
    })
    wall.replaceChildren(...bricks)
    bricks.find((brick) => brick.dataset.id === focused)?.focus({ preventScroll: true })
}
"""
_component = st.components.v2.component("digit_lab_wall", html='<div class="wall"></div>', css=_CSS, js=_JS)


@dataclass(frozen=True, slots=True)
class Brick:
    """One image of a wall."""

    id: int
    """What a click on it returns."""
    image: NDArray[np.uint8]
    """(28, 28) grey values."""
    caption: str
    alt: str
    """What it is, for those who cannot see it."""


def wall(bricks: Sequence[Brick], key: str, chosen: int | None = None) -> int | None:
    """Show images side by side, `chosen` framed; return the id of the one just clicked, once."""
    images = [{"id": b.id, "url": png_url(b.image), "caption": b.caption, "alt": b.alt} for b in bricks]
    clicked = _component(
        data={"images": images, "chosen": chosen}, key=key, height="content", on_clicked_change=lambda: None
    ).clicked
    return None if clicked is None else int(clicked)
