"""The projector's window: double type and no controls; what it shows is chosen on the teacher's page."""

from __future__ import annotations

import streamlit as st

from ui.cached import classes
from ui.classroom import invitation, plot, wall
from ui.live import class_views
from ui.shared import names, seat

_STYLE = """
<style>
html { font-size: 200%; }
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 1rem 1.5rem; max-width: none; }
.class-view .board .bar, .class-view .board .actions { display: none; }
</style>
"""


def show(now: classes.Now) -> None:
    """Draw what the projector shows."""
    st.html(_STYLE)
    settings = now.settings
    if settings.paused:
        st.title(f":material/pause_circle: {seat.PAUSED}", anchor=False)
        return
    if settings.message:
        st.title(f":material/campaign: {names.in_markdown(settings.message)}", anchor=False)
    match settings.shown:
        case "board":
            class_views.board()
        case "plot":
            plot.show(now, controls=False)
        case "wall":
            wall.show(now, controls=False)
        case _:
            invitation.show(now, large=True)
