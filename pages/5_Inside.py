"""Inside: the digit in hand through the model in hand, layer by layer, and why it is read as it is."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import (
    inside_digit,
    inside_filters,
    inside_layers,
    inside_pixel,
    inside_softmax,
    inside_why,
    resources,
    shell,
    state,
)

shell.page("Inside", ":material/visibility:")
left, right = st.columns([5, 17], gap="medium")
left.title("Inside")
model = shell.model_or_stop()
try:
    held = inside_digit.digit()
    network = resources.network(model)
except DigitLabError as error:
    st.error(f"{error}.")
    st.stop()

passed, found = inside_digit.read(network, held.image)
logits = passed[-1].values

with right:
    section = st.segmented_control(
        "Look at",
        ["Layer by layer", inside_layers.PIXEL_SECTION, "Filters", "Why", "Softmax"],
        default=None if state.INSIDE_SECTION in st.session_state else "Layer by layer",
        required=True,
        key=state.INSIDE_SECTION,
        persist_state="session",
        wrap=True,
        help="Five ways of looking at how the network reads this digit.",
    )
    field = None
    if section == "Layer by layer":
        inside_layers.show(network.layers, passed)
    elif section == inside_layers.PIXEL_SECTION:
        field = inside_pixel.show(network, passed)
    elif section == "Filters":
        inside_filters.show(network, held.image, found)
    elif section == "Why":
        inside_why.show(model, network, held.image, found, logits)
    else:
        inside_softmax.show(logits)
with left:
    inside_digit.show(held, found, field)
    if model.name in {run.id for run in resources.jobs().active()}:
        st.caption("This network is still training: every click shows it as it is by then.")
