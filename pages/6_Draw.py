"""Draw: a digit from the board, a picture, the camera or MNIST, and what the network makes of it, stroke by stroke."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import models
from ui.draw import (
    board,
    break_it,
    collection,
    filing,
    live_answer,
    preparation,
    second_answer,
    sources,
    state,
    time_machine,
)
from ui.shared import answers, lesson_strip, names, panels, seat, session, which_network

shell.page("Draw")
model = shell.model_or_stop()


def read_what_is_drawn() -> sources.Input | None:
    """Draw the upper half of the page and return what is on the board."""
    canvas_column, answer_column, view_column = st.columns([10, 12, 9], gap="medium")
    given, problem = None, ""
    with canvas_column:
        source = sources.choose()
        try:
            given = sources.take(source)
        except DigitLabError as error:
            session.drop_digit()
            problem = error.sentence
    held = session.digit()
    images = given.images if given else [held.image] if held else []
    read: list[answers.Answer] = []
    content = ""
    servers_answer = answer_column.container(key=live_answer.SERVERS_ANSWER)
    with servers_answer:
        try:
            content = models.fingerprint(model)
            read = [answers.read(model, image) for image in images]
        except DigitLabError as error:
            st.error(names.in_markdown(error.sentence))
        else:
            if problem and source == "Board":  # there are strokes, but too small or too far away
                st.html(answers.no_digit_html(escape(problem)))
            elif problem or not read:
                st.info(names.in_markdown(problem) if problem else sources.INVITATIONS[source])
            else:
                if not given:
                    st.caption(sources.EMPTY[source])
                st.html(answers.number_html(read) if len(read) > 1 else answers.answer_html(read[0]))
    chosen, servers_image = view_column.container(), view_column.container(key=live_answer.SERVERS_IMAGE)
    place = 0
    if given and len(read) > 1:
        with chosen:
            if given.source == board.SOURCE:  # a picture has them already, on the left
                st.html(panels.boxes_html(given.pixels, given.boxes, 160))
            place = sources.choose_digit(images, [answer.said for answer in read])
    if read:
        with servers_image:
            st.markdown("**What the network sees**")
            st.html(panels.pixels_html(images[place], 252, "the 28 by 28 image that the network sees"))
    if source == "Board":
        with answer_column:
            live_answer.show_answer(model, content, read if given else [], sources.INVITATIONS[source])
        with view_column:
            live_answer.show_image(place)
    if not read:
        return None
    seat.note_reading(
        images[place], None if read[place].doubt else read[place].found.digit, read[place].found.confidence
    )
    if given:
        held = session.set_digit(images[place], given.source, given.label)
        if given.label is None:  # a class that learned from test images could not be tested on them
            with answer_column:
                filing.file_under(given, place)
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
    lesson_strip.refresh()


with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    st.title("Draw a digit", width="content")
    which_network.say(model, "draw")
draw_and_read()
