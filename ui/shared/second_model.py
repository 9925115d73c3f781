"""The choice of a second model, to set beside the one in hand."""

from __future__ import annotations

import streamlit as st

from ui.cached import models
from ui.shared import names, seat, session


def second_model(first: models.ModelFile, key: str) -> models.ModelFile | None:
    """Let one choose among the other models; where there is none, say so and return None."""
    others = {model.name: model for model in seat.offered_models() if model.name != first.name}
    if not others:
        st.info("There is no second model yet: train one on the Train page.")
        return None
    chosen = session.widget_value(key)
    if chosen is not None and chosen not in others:
        st.warning("The network that was compared is not there any more, or in hand itself: here is another one.")
    name = st.selectbox(
        "Second model",
        list(others),
        format_func=lambda name: others[name].title,
        key=key,
        persist_state="session",
        width=360,
        help=f"The network that is compared with the model in hand, {names.in_markdown(first.called)}.",
    )
    return others[name]
