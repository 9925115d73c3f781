"""Explore, one image: as pixels and as numbers, by its index, with the arrow keys."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.mnist import Mnist
from mnist_core.explore.statistics import INK
from mnist_core.formatting import with_article
from mnist_core.untrusted_text import SHORT, clean
from ui.explore import picture, state
from ui.shared import names, panels

_CELL = 17
"""CSS pixels; 28 rows of it fit below the controls on a projector of 768."""


def show(data: Mnist) -> None:
    """Draw the section."""
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        part = picture.choose_part()
    images, _ = picture.of_part(data, part)
    asked = state.explored("index")
    index, exists = picture.nearest_index(asked, len(images))
    state.show("index", index)
    controls.number_input(
        "Index",
        0,
        len(images) - 1,
        width=170,
        key=state.key("index"),
        on_change=lambda: state.set_explored(index=state.value("index")),
        help="Every image has a number, counted from 0.",
    )
    state.set_explored(index=index)
    one = picture.picture(data, part, index)
    with controls:
        _step("Previous", ":material/arrow_back:", index - 1, len(images), "Left", "The image before; or press ←.")
        _step("Next", ":material/arrow_forward:", index + 1, len(images), "Right", "The image after; or press →.")
        if st.button(
            "Take it in hand",
            icon=":material/back_hand:",
            help="Makes it the digit in hand: the Draw page shows what the network makes of it.",
        ):
            picture.take(one)
            st.switch_page("pages/6_Draw.py")
    if not exists:
        wanted = names.in_markdown(clean(asked, SHORT))
        st.warning(
            f"There is no {part} image “{wanted}”: they are counted from 0 to {len(images) - 1:,}. This is {index:,}."
        )
    left, right = st.columns(2)
    side = 28 * _CELL
    left.html(panels.pixels_html(one.image, side, f"{part} image {index}, {with_article(one.label)}"))
    right.html(_numbers_html(one.image))
    ink = one.image >= INK
    rows, columns = np.flatnonzero(one.image.any(1)), np.flatnonzero(one.image.any(0))
    st.markdown(
        f"Index **{index:,}** · label **{one.label}** · size **28 × 28**, grey values 0 (black) to 255 (white). "
        f"{np.count_nonzero(ink)} of its 784 pixels are ink ({INK} or brighter), {np.count_nonzero(one.image == 0)} "
        f"are black; it is {np.ptp(rows) + 1} rows high and {np.ptp(columns) + 1} columns wide."
    )


def _step(label: str, icon: str, index: int, count: int, shortcut: str, text: str) -> None:
    st.button(
        label,
        icon=icon,
        disabled=not 0 <= index < count,
        on_click=state.set_explored,
        kwargs={"index": index},
        shortcut=shortcut,
        help=text,
        key=state.key(label),
    )


def _numbers_html(image: NDArray[np.uint8]) -> str:
    """Return the grey values as a table of 28 × 28 cells, each in its own grey."""
    cells = "".join(
        f'<i style="background:rgb({v},{v},{v});color:{"#000" if v > 116 else "#fff" if v else "#777"}">{v}</i>'
        for v in image.ravel().tolist()
    )
    return (
        "<style>.numbers i{font:normal 9px/1 ui-monospace,monospace;letter-spacing:-.5px;display:grid;"
        "place-items:center}</style>"
        '<div style="overflow-x:auto"><div class="numbers" role="img" aria-label="the grey values of the image" '
        f'style="display:grid;grid-template-columns:repeat(28,{_CELL}px);grid-auto-rows:{_CELL}px;'
        f'width:{28 * _CELL}px;border-radius:6px;overflow:hidden">{cells}</div></div>'
    )
