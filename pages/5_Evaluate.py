"""Evaluate: how good the model in hand is, what it gets wrong, and how far its certainty can be trusted."""

import streamlit as st

from mnist_core.errors import DigitLabError
from ui import shell
from ui.cached import measurements, models
from ui.evaluate import (
    confidence,
    confusion,
    headline,
    mistakes,
    own_drawings,
    per_digit,
    report,
    robustness,
    state,
    two_models,
    waiting,
)
from ui.shared import names, which_network
from ui.shared.kept_choice import kept_choice
from ui.shared.warm_up import warm_up

shell.page("Evaluate")
warm_up("sklearn.metrics", "scipy.stats")  # for the digits, and for which of two models is better
head = st.container(horizontal=True, vertical_alignment="center", gap="medium")
head.title("How good is it?", width="content")
model = shell.model_or_stop()
with head:
    which_network.say(model, "evaluate")
waiting.await_training(model)

try:
    card, fingerprint = models.card(model), models.fingerprint(model)
    measuring = measurements.measurement(model)
    size = model.path.stat().st_size
except DigitLabError as error:
    st.error(names.in_markdown(error.sentence))
    st.stop()

outputs = waiting.await_test(measuring)
headline.headline(card, size, measuring, outputs)
measured = measuring.look().result

with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    view = kept_choice(
        "What to look at",
        ["Confusion", "Per digit", "Mistakes", "Confidence", "Robustness", "Two models"],
        "Confusion",
        key=state.key("view"),
        help="Only what is open is computed.",
        labelled=False,
        wrap=True,
    )
    report.offer(model, card, fingerprint, measuring)
content = fingerprint[:12]  # enough to tell two models' widgets apart
match view:
    case "Confusion":
        confusion.show(outputs, content)
    case "Per digit":
        per_digit.show(measured)
    case "Mistakes":
        mistakes.show(outputs, content)
    case "Confidence":
        confidence.confidence(measured, outputs, card.trained_on)
    case "Robustness":
        own_drawings.show(model, outputs)
        robustness.show(model)
    case "Two models":
        two_models.duel(model, outputs, content)
