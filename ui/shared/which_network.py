"""Which network reads on this page, and the way from there to the visitor's own newest one."""

from __future__ import annotations

import streamlit as st

from ui.cached import models, run_records
from ui.shared import names, session, visitor


def say(model: models.ModelFile, page: str) -> None:
    """Say that `model` reads, and offer the visitor's newest network where it is another one.

    Args:
        model: in hand.
        page: that is drawn; it is part of the button's key.
    """
    newest = newest_network()
    own = newest is not None and newest.name == model.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=_key(page, "line")):
        st.markdown(f"Read by **{names.in_markdown(model.title)}**{', your newest' if own else ''}", width="content")
        if newest and not own:
            st.button(
                "Use your newest",
                icon=":material/back_hand:",
                key=_key(page, "newest", newest.name),
                on_click=session.set_model,
                args=(newest.name,),
                help=f"Takes {names.in_markdown(newest.called)} in hand, the network that you trained last.",
            )


def newest_network() -> models.ModelFile | None:
    """Return the network that this visitor trained or taught last; None where there is none."""
    newest = run_records.newest_run(visitor.asker().owner)
    return models.model_of(newest) if newest and newest.snapshot.exists() else None


def _key(page: str, *parts: str) -> str:
    return session.widget_key(page, "which-network", *parts)
