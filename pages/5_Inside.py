"""Inside: the digit in hand through the model in hand, layer by layer, and why it is read as it is."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import resources, shell, state_inside
from ui.inside import arithmetic, filters, in_hand, layer_maps, softmax_steps, why
from ui.warm_up import warm_up

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
try:
    held = in_hand.digit()
    network = resources.network(model)
except DigitLabError as error:
    st.error(error.sentence)
    st.stop()

passed, found = in_hand.read(network, held.image)
logits = passed[-1].values

with right:
    asked = state_inside.inside_section()
    section = asked if asked in SECTIONS else state_inside.FIRST
    state_inside.set_inside_section(section)
    st.session_state[state_inside.INSIDE_WIDGET] = section
    st.segmented_control(
        "Look at",
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        required=True,
        key=state_inside.INSIDE_WIDGET,
        on_change=lambda: state_inside.set_inside_section(st.session_state[state_inside.INSIDE_WIDGET]),
        wrap=True,
        help="Five ways of looking at how the network reads this digit.",
    )
    field = None
    if section == "layers":
        layer_maps.show(network.layers, passed)
    elif section == "pixel":
        field = arithmetic.show(network, passed)
    elif section == "filters":
        filters.show(network, held.image, found)
    elif section == "why":
        why.show(model, network, held.image, found, logits)
    else:
        softmax_steps.show(logits)
with left:
    in_hand.show(held, found, field)
    if model.name in {run.id for run in resources.jobs().active()}:
        st.caption("This network is still training: every click shows it as it is by then.")
warm_up("mnist_core.attribution")  # captum and what it brings along, for "Why"
