"""The board of lesson 1: each time the pen is lifted the network reads the drawing, and the reading is kept.

All strokes on it are one digit, however they lie: one that closes the top of a 4 could else be taken for a digit of its
own.
"""

from __future__ import annotations

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import from_canvas
from mnist_core.errors import DigitLabError, DrawingError
from mnist_core.figures.colours import DIGITS
from mnist_core.lessons.facts import Reading
from mnist_core.lessons.lesson import Lesson
from mnist_core.storage.png import png_url
from ui.cached import models
from ui.components import board_arrows
from ui.lessons import state
from ui.live import reading
from ui.shared import answers, lessons, live_board, names, session

SIDE, BRUSH = 260, 18
"""CSS pixels."""
_SERVERS = state.key("servers-answer")
"""Key of the container with the server's answer; out of sight while the browser follows the pen."""
_INVITATION = "Draw a 4 with an open top."


def show(lesson: Lesson) -> None:
    """Draw the board and what the network in hand reads on it."""
    model = models.find_model(session.model())
    if model is None:
        st.info("There is no model in hand: choose one in the sidebar.")
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        result = st_canvas(
            stroke_width=BRUSH,
            stroke_color="#ffffff",
            background_color="#000000",
            width=SIDE,
            height=SIDE,
            key=state.board_key(),
        )
        state.keep_board(result.json_data)
        board_arrows.show_arrows(state.board_key())
        st.button("Clear", icon=":material/backspace:", key=state.key("clear-board"), on_click=state.new_drawing)
    servers_answer = right.container(key=_SERVERS)
    try:
        content = models.fingerprint(model)
        with servers_answer:
            answer = _read(lesson, model)
        with right:
            theirs = [(answer.found, answer.doubt is not None)] if answer else []
            servers = live_board.servers_board(model, content, BRUSH, state.board_objects(), theirs, whole=True)
            reading.show_answer(state.key("live-answer"), state.board_key(), servers, _SERVERS, _INVITATION, DIGITS)
    except DigitLabError as error:
        right.error(names.in_markdown(error.sentence))


def flipped() -> list[str]:
    """Return the last two drawings that were read differently, as data URLs; fewer where there are fewer."""
    return [url for url, rejected in state.images_read() if not rejected][-2:]


def _read(lesson: Lesson, model: models.ModelFile) -> answers.Answer | None:
    """Show what the server reads on the board, and keep the reading; None where there is too little ink."""
    if not state.board_objects():
        st.info(_INVITATION)
        return None
    try:
        image = from_strokes(from_canvas({"objects": state.board_objects()}))
    except DrawingError as error:
        st.caption(names.in_markdown(error.sentence))
        return None
    answer = answers.read(model, image)
    st.html(answers.answer_html(answer))
    read = Reading(
        drawing=state.drawing(),
        digit=answer.found.digit,
        certainty=answer.found.confidence,
        rejected=answer.doubt is not None,
    )
    if state.keep_image_read(png_url(image), read.rejected):
        lessons.note(lesson, read)
        st.rerun()  # the check may be fulfilled by now
    return answer
