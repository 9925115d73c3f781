"""Inside: the digit in hand through the model in hand, layer by layer, and why it is read as it is."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import models
from ui.inside import board, digit_in_hand, filters, layer_by_layer, pixel_arithmetic, softmax_steps, state, why
from ui.shared import names, session, which_network
from ui.shared.warm_up import warm_up

SECTIONS = {
    "layers": "Layer by layer",
    "pixel": "One pixel’s arithmetic",
    "filters": "Filters",
    "why": "Why",
    "softmax": "Softmax",
}

shell.page("Inside")
left, right = st.columns([5, 17], gap="medium")
left.title("Inside")
model = shell.model_or_stop()
shown = left.container()
servers_digit = shown.container(key=board.SERVERS_DIGIT)
with left:
    digits = board.canvas()
try:
    content = models.fingerprint(model)
    held = digit_in_hand.digit()
    network = models.network(model)
except DigitLabError as error:
    st.error(names.in_markdown(error.sentence))
    st.stop()

passed, found = digit_in_hand.read(network, held.image)
logits = passed[-1].values

with right:
    asked = state.inside_section()
    section = asked if asked in SECTIONS else state.FIRST
    state.set_inside_section(section)
    session.show_in_widget(state.INSIDE_WIDGET, section)
    head = st.container(horizontal=True, vertical_alignment="bottom")
    head.segmented_control(
        "Look at",
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        required=True,
        key=state.INSIDE_WIDGET,
        on_change=lambda: state.set_inside_section(session.widget_value(state.INSIDE_WIDGET)),
        wrap=True,
        help="Five ways of looking at how the network reads this digit.",
        width="content",
    )
    with head:
        which_network.say(model, "inside")
    field = None
    if section == "layers":
        layer_by_layer.show(network.layers, passed)
    elif section == "pixel":
        field = pixel_arithmetic.show(network, passed)
    elif section == "filters":
        filters.show(network, held.image, found)
    elif section == "why":
        why.show(model, network, held.image, found, logits)
    else:
        softmax_steps.show(logits)
with servers_digit:
    digit_in_hand.show(held, found, field)
with shown:
    board.show_digit(model, content, digits, found)
with left:
    digit_in_hand.show_source(held)
    if models.is_training(model):
        st.caption("This network is still training: every click shows it as it is by then.")
warm_up("mnist_core.explain.attribution")  # captum and what it brings along, for "Why"
