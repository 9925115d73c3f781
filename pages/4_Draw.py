"""Draw: a canvas, what the network sees of it, and what it makes of that, after every stroke."""

import numpy as np
import streamlit as st

from mnist_core.drawing import from_strokes, recipes
from mnist_core.errors import CheckpointError, DrawingError
from mnist_core.strokes import from_canvas
from ui import board, break_it, panels, resources, shell, state

shell.page("Draw", ":material/draw:")
model = shell.model_or_stop()

RECIPES = {
    "resize": "the whole board, shrunk",
    "stretch": "cropped and stretched",
    "box": "cropped, 20 pixels, middle of the box",
    "mnist": "as MNIST was made, pen and all",
}


@st.fragment
def draw_and_read() -> None:
    canvas_column, answer_column, view_column = st.columns([10, 12, 9], gap="medium")
    with canvas_column:
        drawn, pixels = board.canvas()
    if strokes := from_canvas(drawn):
        try:
            state.set_digit(from_strokes(strokes), "Your drawing")
        except DrawingError as error:
            state.drop_digit()
            answer_column.info(str(error))
            return
    elif pixels is not None:
        state.drop_digit()  # every stroke was undone
    held = state.digit()
    if held is None:
        answer_column.info("Draw a digit from 0 to 9 on the black board, as large as you like.")
        return
    image, source = held.image, held.source
    with answer_column:
        try:
            network = resources.network(model)
        except CheckpointError as error:
            st.error(str(error))
            return
        from mnist_core.predict import predict

        found = predict(network, image)
        second = found.ranking[1]
        st.html(
            '<div style="display:flex;align-items:center;gap:1.2rem">'
            f'<div id="answer" style="font-size:5.5rem;font-weight:700;line-height:1" data-answer="{found.digit}">'
            f"{found.digit}</div><div><b>{found.confidence:.1%}</b> sure<br>"
            f'<span style="opacity:.7">second guess: {second} ({found.probabilities[second]:.1%})</span></div></div>'
            + panels.bars_html(found)
        )
    with view_column:
        st.markdown("**What the network sees**")
        st.html(panels.pixels_html(image, 252, "the 28 by 28 image that the network sees"))
        st.caption(
            f"{source}, as 28 × 28 pixels. Its longest side is 20 pixels and its centre of mass in the middle, like "
            f"those of every digit of MNIST; {np.count_nonzero(image > 0.5)} of the 784 pixels are ink."
        )
    if strokes and pixels is not None:
        images = recipes(pixels) | {"mnist": image}
        st.html(panels.recipes_html([(RECIPES[name], one, predict(network, one)) for name, one in images.items()]))
    break_it.show(model, held)


st.title("Draw a digit")
draw_and_read()
