"""What a class does to the pages of those who sit in it: who has to join, pause, follow, and what they are told.

The teacher's pages stay as they are, and so do everybody's while no class is open.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.asker import Asker
from mnist_core.classroom import addresses
from mnist_core.classroom.doing import Doing, record_doing, record_reading
from mnist_core.classroom.predictions import record_prediction
from mnist_core.classroom.tasks import Task, count, drawings_of
from mnist_core.errors import ClassError
from mnist_core.lessons.lesson import Lesson, Outcome
from mnist_core.storage.png import to_grey
from ui.cached import classes, drawings, models
from ui.live import class_stage, class_turns, class_views
from ui.shared import lessons, names, seat_state, session, visitor

CLASS_PAGE = "Class"
"""The label of the page on which a class is begun and joined."""
PAUSED = "Pens down for a moment: the class is paused. Nothing is lost, and it goes on from here."
REMOVED = "The teacher has taken this seat out of the class, and can let it in again. What you made is kept."


def lead(page: str, files: dict[str, str]) -> None:
    """Do to a page what the teacher of the open class has set; the first thing on every page.

    Who has not joined is sent to join; a paused class, a removed seat and a page that is put away end the page with a
    sentence; who is brought somewhere goes there.

    Args:
        page: the label of the page that is drawn.
        files: the file of each page, by its label.
    """
    now, asker = classes.now(), visitor.asker()
    if now is None or not asker.seat:
        return
    seat = now.seat(asker)
    class_turns.TURNS.begin(asker.seat)
    redirect = _redirect(page, now, files) if seat and not now.settings.paused else None
    class_views.follow(
        class_stage.stage(asker, now),
        window=redirect.window if redirect else "",
        brought=redirect.brought if redirect else "",
    )
    if seat is None:
        if asker.seat in now.removed:
            _end(REMOVED, ":material/chair:")
        if page != CLASS_PAGE:
            st.switch_page(files[CLASS_PAGE])
        return
    try:
        addresses.record_reached(now.classroom, seat_state.called_by(), asker=asker)
    except ClassError as error:
        st.error(names.in_markdown(error.sentence))
    if now.settings.paused:
        _end(PAUSED, ":material/pause_circle:")
    if redirect and redirect.due:
        name, query = _destination(now)
        st.switch_page(files[name], query_params=query)
    if page in now.settings.hidden_pages:
        _end("Your teacher has put this page away for now.", ":material/visibility_off:")
    with st.container():  # always there, so that a sentence in it moves nothing that redraws itself below
        if now.settings.message:
            st.info(f"**{names.in_markdown(now.settings.message)}**", icon=":material/campaign:")
        if now.task and (told := describe_task(now, asker)):
            st.info(told, icon=":material/draw:")


def shown_pages(pages: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, str]]:
    """Return the pages, each with its file, label and icon, that the teacher has not put away."""
    now = classes.now()
    if now is None or not visitor.asker().seat:
        return list(pages)
    if now.seat(visitor.asker()) is None or now.settings.paused:
        return []
    return [page for page in pages if page[1] not in now.settings.hidden_pages]


def name_tag() -> None:
    """Say in the sidebar as whom the visitor sits in the class."""
    now = classes.now()
    if now and (seat := now.seat(visitor.asker())):
        st.caption(f":material/badge: You are **{seat.name}**.")


def describe_task(now: classes.Now, asker: Asker) -> str:
    """Return what the seat is asked to draw, and how much of it has come; Markdown."""
    if now.task is None:
        return ""
    handed = _handed_in(now, now.task, asker)
    if handed >= now.task.each:
        return f"All of yours have come: {now.task.describe()}. Thank you."
    return (
        f"**Everybody draws {now.task.describe()}** on the page Draw, and says each time that it was "
        f"a {now.task.digit}. So far: {handed} of {now.task.each}."
    )


def describe_filed(digit: int) -> str:
    """Return how much of what is asked for has come, after a drawing was filed under `digit`; empty without a task."""
    now, asker = classes.now(), visitor.asker()
    if now is None or now.task is None or now.task.digit != digit or not asker.seat:
        return ""
    return f" Of yours, {min(_handed_in(now, now.task, asker), now.task.each)} of {now.task.each} have come."


def longest_run() -> int:
    """Return after how many seconds of training the visitor's runs end; 0 where the class sets no limit."""
    now = classes.now()
    return now.settings.longest_run if now and visitor.asker().seat else 0


def locked() -> str:
    """Return the settings of a link to which the teacher has locked the form of Train; empty where it is free."""
    now = classes.now()
    return now.settings.locked if now and visitor.asker().seat else ""


def sees(owner: str) -> bool:
    """Return whether the visitor may look at what `owner` made."""
    now = classes.now()
    return now is None or now.sees(visitor.asker(), owner)


def offered_models() -> list[models.ModelFile]:
    """Return the models that the visitor chooses from: the shipped ones, its own, and of the class those that it sees.

    Others can be taken in hand where they are seen, on the page Runs.
    """
    now, asker = classes.now(), visitor.asker()

    def offers(owner: str) -> bool:
        in_class = now is not None and (not owner or owner in now.seats) and now.sees(asker, owner)
        return owner == asker.owner or in_class

    return models.models(offers)


def sits_in_class() -> bool:
    """Return whether the visitor is a seat of the open class."""
    now = classes.now()
    return now is not None and now.seat(visitor.asker()) is not None


def note_doing(page: str, lesson: Lesson | None, found: Outcome | None) -> None:
    """Show on the board which page the seat looks at, and the lesson that is under way with its step, if one is."""
    now, asker = classes.now(), visitor.asker()
    if now is None or now.seat(asker) is None:
        return
    step = lessons.describe_progress(lesson, found) if lesson and found else ""
    try:
        record_doing(now.classroom, Doing(page, lesson.title if lesson else "", step), asker=asker)
    except ClassError as error:
        st.error(names.in_markdown(error.sentence))


def note_reading(image: NDArray[np.float32], read: int | None, confidence: float) -> None:
    """Show on the board what was read in the seat's drawing, (28, 28) in [0, 1]; None where it is no digit."""
    now, asker = classes.now(), visitor.asker()
    if now is None or now.seat(asker) is None or not seat_state.is_new_reading(image, read):
        return
    try:
        record_reading(now.classroom, to_grey(image), read, confidence, asker=asker)
    except ClassError as error:
        session.set_problem(error)


def note_prediction(run: str, accuracy: float | None) -> None:
    """Show on the board what the seat expects of its run."""
    now, asker = classes.now(), visitor.asker()
    if now and now.seat(asker) and accuracy is not None:
        record_prediction(now.classroom, run, accuracy, asker=asker)


def _handed_in(now: classes.Now, task: Task, asker: Asker) -> int:
    return count(task, drawings_of(now.classroom, drawings.drawings()[0])).get(asker.seat, 0)


def _destination(now: classes.Now) -> tuple[str, dict[str, str]]:
    """Return the label of the page where everybody is brought, and its address's query as far as it can be set.

    As long as nobody was brought anywhere, it is the first page: who has just joined goes there.
    """
    name, _, query = now.settings.brought_to.partition("?")
    return name or "Home", {one: value for one, value in parse_qsl(query) if not one.lower().startswith("embed")}


def _redirect(page: str, now: classes.Now, files: dict[str, str]) -> seat_state.Redirect:
    """Return how the visitor's window, on that page, stands to where everybody is brought."""
    name, query = _destination(now)
    there = name not in files or (name == page and all(st.query_params.get(one) == query[one] for one in query))
    return seat_state.redirect(now.classroom.code, now.settings.brought, on_page=name == page, there=there)


def _end(sentence: str, icon: str) -> None:
    """End the page with a calm sentence."""
    st.html('<div style="height:18vh"></div>')
    st.title(f"{icon} {sentence}", anchor=False)
    st.stop()
