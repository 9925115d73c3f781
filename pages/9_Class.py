"""Class: begin one, join it, see every seat, lead, collect drawings, and end it with everything or nothing left."""

import streamlit as st

from ui import shell
from ui.cached import classes
from ui.classroom import (
    acting,
    begin,
    collecting,
    ending,
    invitation,
    joining,
    leading,
    plot,
    projector,
    state,
    wall,
)
from ui.live import class_stage, class_views
from ui.shared import names, seat, session, visitor

shell.page(seat.CLASS_PAGE)
now = classes.now()
asker = visitor.asker()
if asker.seat:
    if now is None:
        st.title("Class")
        st.info("No class is open. The teacher begins one; this page then shows the way in.")
        class_views.follow(class_stage.stage(asker, now))
        st.stop()
    joining.show(now)
    st.stop()

class_views.follow(class_stage.stage(asker, now))
told = st.container()
if problem := session.take_problem():
    told.error(names.in_markdown(f"Not possible: {problem}."))
if done := state.take_done():
    told.success(names.in_markdown(done))
if now is None:
    begin.show()
    st.stop()
if state.on_projector():
    projector.show(now)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    st.title(f"Class {now.classroom.code}", width="content")
    st.markdown(f"**{len(now.seats)}** in it", width="content")
    if now.settings.paused:
        st.button(
            "Go on",
            icon=":material/play_arrow:",
            type="primary",
            key=state.key("go-on", state.turn()),
            on_click=acting.do,
            args=(acting.pause, now.classroom, False),
            help="Everybody goes on where they were, and so do the trainings.",
        )
    else:
        st.button(
            "Pause everybody",
            icon=":material/pause:",
            key=state.key("pause", state.turn()),
            on_click=acting.do,
            args=(acting.pause, now.classroom, True),
            help="Every page shows a calm sentence, and trainings hold. Nothing is lost.",
        )
    st.link_button(
        "Projector", "Class?view=projector", icon=":material/present_to_all:", help="Opens the projector's window."
    )
    st.caption("it shows", width="content")
    shown = state.key("shown", state.turn())
    st.segmented_control(
        "On the projector",
        ["join", "board", "plot", "wall"],
        default=now.settings.shown,
        required=True,
        key=shown,
        on_change=acting.take,
        args=(now, "shown", shown),
        format_func=str.capitalize,
        label_visibility="collapsed",
        help="What the projector's window shows.",
    )

section = st.segmented_control(
    "Part", state.SECTIONS, default=state.section(), required=True, label_visibility="collapsed", key=state.key("part")
)
state.set_section(section)
if section == "Invite":
    invitation.show(now, large=False)
elif section == "Board":
    class_views.board(on_pinned=acting.setter(now, "pinned"), on_hidden=acting.setter(now, "names_hidden"))
elif section == "Plot":
    plot.show(now, controls=True)
elif section == "Wall":
    wall.show(now, controls=True)
elif section == "Lead":
    leading.show(now, [label for _, label, _ in shell.PAGES if label != seat.CLASS_PAGE])
elif section == "Collect":
    collecting.show(now)
elif section == "End":
    ending.show(now)
