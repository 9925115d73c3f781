"""Draw: a digit from the board, a picture, the camera or MNIST, and what the network makes of it, stroke by stroke."""

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.draw import answers, board, break_it, collection, preparation, second_answer, sources, state, time_machine
from ui.shared import panels, session

shell.page("Draw")
model = shell.model_or_stop()


def read_what_is_drawn() -> sources.Input | None:
    """Draw the upper half of the page and return what is on the board."""
    canvas_column, answer_column, view_column = st.columns([10, 12, 9], gap="medium")
    with canvas_column:
        source = sources.choose()
        try:
            given = sources.take(source)
        except DigitLabError as error:
            session.drop_digit()
            if source == "Board":  # there are strokes, but too small or too far away
                answer_column.html(answers.no_digit_html(error.sentence))
            else:
                answer_column.info(error.sentence)
            return None
    held = session.digit()
    images = given.images if given else [held.image] if held else []
    if not images:
        answer_column.info(sources.INVITATIONS[source])
        return None
    try:
        read = [answers.read(model, image) for image in images]
    except DigitLabError as error:
        answer_column.error(error.sentence)
        return None
    if held and not given:
        answer_column.caption(sources.EMPTY[source])
    answer_column.html(answers.number_html(read) if len(read) > 1 else answers.answer_html(read[0]))
    place = 0
    with view_column:
        if given and len(read) > 1:
            if given.source == board.SOURCE:  # a picture has them already, on the left
                st.html(panels.boxes_html(given.pixels, given.boxes, 160))
            place = sources.choose_digit(images, [answer.said for answer in read])
        st.markdown("**What the network sees**")
        st.html(panels.pixels_html(images[place], 252, "the 28 by 28 image that the network sees"))
    if given:
        held = session.set_digit(images[place], given.source, given.label)
        if given.label is None:  # a class that learned from test images could not be tested on them
            with answer_column:
                collection.file_under(given, place)
    assert held is not None  # or there were no images
    view_column.caption(
        f"{held.source}, as 28 × 28 pixels. Its longest side is 20 pixels and its centre of mass in the middle, like "
        f"those of every digit of MNIST; {np.count_nonzero(held.image > 0.5)} of the 784 pixels are ink."
    )
    return given


def look_closer(given: sources.Input | None) -> None:
    """Draw the lower half: one of several views of the digit in hand."""
    section = st.segmented_control(
        "Look closer",
        ["Preparation", "Second model", "Time machine", "Break it", "Your hand"],
        default="Preparation",
        key=state.key("section"),
        persist_state="session",
        help="What else there is to see of this digit, and how to teach the network your own hand.",
    )
    held = session.digit()
    if section == "Your hand":
        collection.show(model)
    elif held is None:
        st.caption("This needs a digit: draw one first.")
    elif section == "Preparation":
        preparation.show(model, given)
    elif section == "Second model":
        second_answer.show(model, held.image)
    elif section == "Time machine":
        time_machine.show(model, held.image)
    elif section == "Break it":
        break_it.show(model, held)


@st.fragment
def draw_and_read() -> None:
    look_closer(read_what_is_drawn())


st.title("Draw a digit")
draw_and_read()
