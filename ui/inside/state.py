"""Session state of the Inside page: what is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.shared import session

_INSIDE = "digit-lab.inside-section"

PAGE = "inside"
"""As in the keys of its widgets."""

FIRST = "layers"
"""The section that is shown first."""

INSIDE_LAYER = "digit-lab.inside.layer"
"""Key of the layer that the Inside page shows."""

INSIDE_WIDGET = "digit-lab.inside.choose-section"
"""Key of the switch between the Inside page's sections."""


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key(PAGE, name, *parts)


def inside_section() -> str | None:
    """Return the section of the Inside page as text, as it came (`session.choice`)."""
    return session.choice("section", _INSIDE)


def set_inside_section(name: str) -> None:
    """Show another section of the Inside page, here and in the URL."""
    session.set_choice("section", _INSIDE, name, FIRST)


@dataclass(frozen=True, slots=True)
class Pixel:
    """One pixel of one of a layer's feature maps, on the Inside page; None: the strongest."""

    map: int | None = None
    row: int | None = None
    column: int | None = None


def pixel(layer: str) -> Pixel:
    """Return the pixel that was chosen in a layer's feature maps."""
    return st.session_state.get(f"digit-lab.pixel.{layer}", Pixel())


def set_pixel(layer: str, chosen: Pixel) -> None:
    """Choose a pixel of a layer's feature maps."""
    st.session_state[f"digit-lab.pixel.{layer}"] = chosen


DRAWN = "Your drawing on this page"
"""Where a digit from the small board is from, in words."""
