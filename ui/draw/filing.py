"""The row of digits with which a drawing is filed in the class's collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import DigitLabError
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.drawing import Drawing
from ui.cached import drawings
from ui.draw import state
from ui.shared import seat, session, visitor

if TYPE_CHECKING:
    from ui.draw.sources import Input


def file_under(given: Input, place: int) -> None:
    """Draw the row of digits with which the drawing is filed, once, under the one it was meant to be."""
    image = given.images[place]
    filed, key = state.filed(image), state.label_key()
    st.pills(
        "That was a …",
        range(10),
        default=filed.label if filed else None,
        wrap=True,
        key=state.key("filed", filed.id) if filed else key,
        on_change=_file,
        args=(given, place, key),
        disabled=filed is not None,
        help="Files this drawing under its true digit in the class's collection, from which a network can be taught.",
    )
    if filed:
        text, button = st.columns([3, 1], vertical_alignment="center")
        count = len(drawings.drawings()[0])
        text.caption(
            f"Filed under **{filed.label}**: {count} {'drawing' if count == 1 else 'drawings'} in the collection."
            f"{seat.describe_filed(filed.label)}"
        )
        button.button("Undo", icon=":material/undo:", on_click=_take_back, args=(image, filed), help="Delete it again.")


def _file(given: Input, place: int, key: str) -> None:
    label = session.widget_value(key)
    if label is None:  # the digit of a filing that failed was clicked once more
        return
    if key != state.label_key():  # a click that the browser has sent twice (see `train.controls`)
        return
    strokes = given.strokes[place] if given.strokes else ()
    try:
        filed = collection().add(given.images[place], label, strokes, asker=visitor.asker())
        state.set_filed(given.images[place], filed)
    except DigitLabError as error:
        session.set_problem(error)


def _take_back(image: NDArray[np.float32], drawing: Drawing) -> None:
    try:
        collection().remove([drawing], asker=visitor.asker())
        state.set_filed(image, None)
    except DigitLabError as error:
        session.set_problem(error)
