"""Your hand: drawings filed under their true digit, the class's test on them, and a network taught with them."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import formatting
from mnist_core.background import BackgroundTask
from mnist_core.errors import CollectionError, DigitLabError
from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.predictions import Outputs
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.drawing import Drawing
from mnist_core.handwriting.drawings_zip import LARGEST_ZIP
from mnist_core.storage.png import png_url
from ui.cached import drawings, models, run_records
from ui.draw import state, teaching
from ui.shared import names, numbers, progress, session

if TYPE_CHECKING:
    from ui.draw.sources import Input


_ROWS = 200
"""Drawings in the table at a time: the browser gets a picture of each."""


def file_under(given: Input, place: int) -> None:
    """Draw the row of digits with which the drawing is filed, once, under the one it was meant to be."""
    image = given.images[place]
    filed, key = state.filed(image), state.label_key()
    st.pills(
        "That was a …",
        range(10),
        default=filed.label if filed else None,
        wrap=True,
        key=state.key("filed", filed.id) if filed else key,
        on_change=_file,
        args=(given, place, key),
        disabled=filed is not None,
        help="Files this drawing under its true digit in the class's collection, from which a network can be taught.",
    )
    if filed:
        text, button = st.columns([3, 1], vertical_alignment="center")
        count = len(drawings.drawings()[0])
        text.caption(
            f"Filed under **{filed.label}**: {count} {'drawing' if count == 1 else 'drawings'} in the collection."
        )
        button.button("Undo", icon=":material/undo:", on_click=_take_back, args=(image, filed), help="Delete it again.")


def _file(given: Input, place: int, key: str) -> None:
    label = session.widget_value(key)
    if label is None:  # the digit of a filing that failed was clicked once more
        return
    if key != state.label_key():  # a click that the browser has sent twice (see `train.controls`)
        return
    strokes = given.strokes[place] if given.strokes else ()
    try:
        state.set_filed(given.images[place], collection().add(given.images[place], label, strokes))
    except CollectionError as error:
        session.set_problem(str(error))


def _take_back(image: NDArray[np.float32], drawing: Drawing) -> None:
    try:
        collection().remove(drawing)
        state.set_filed(image, None)
    except CollectionError as error:
        session.set_problem(str(error))


def show(model: models.ModelFile) -> None:
    """Show the collection, the model's test on it, and the networks that were taught with it."""
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    kept, damaged = drawings.drawings()
    if damaged:
        st.warning(
            names.in_markdown(
                f"{len(damaged)} drawing(s) in the collection are damaged and were passed over: {damaged[0]}."
            )
        )
    if not kept:
        st.info(
            "The collection is empty. Draw a digit and say which one it was: from twenty drawings on, a network can be "
            "taught your hand."
        )
    else:
        _measured(model, kept)
    _in_and_out(bool(kept))


def _measured(model: models.ModelFile, kept: list[Drawing]) -> None:
    """Show what the model reads in the drawings, and the networks that were taught with them."""
    try:
        outputs = drawings.drawings_read(model, kept)
        tested = models.card(model).metrics.get("test_accuracy")
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if isinstance(outputs, BackgroundTask):
            sentence = f"{names.in_markdown(model.called)} reads {len(kept):,} drawings"
            progress.follow(outputs, sentence, state.key("try-again"))
        else:
            _class_test(kept, outputs, tested)
            _learned_from(model)
            _table(kept, outputs)
    with right:
        teaching.show(model, kept)


def _class_test(kept: list[Drawing], outputs: Outputs, tested: float | None) -> None:
    """Say how the model reads the collection, beside its accuracy on MNIST's test set where that is known."""
    own = accuracy(outputs, np.array([drawing.label for drawing in kept], np.uint8))
    low, high = own.interval
    columns = st.columns(3)
    columns[0].metric(
        "The class's test", f"{own.share:.1%}", help="Share of the collection that the model reads right."
    )
    columns[1].metric("MNIST's test", formatting.accuracy(tested), help="On the 10,000 test images.")
    if tested is not None:
        gap = 100 * (tested - own.share)
        sign = "+" if gap >= 0.05 else ""
        points = f"{sign}{numbers.signed(gap, 1)} points"
        columns[2].metric("Handwriting gap", points, help="How much better it reads MNIST than you.")
    st.caption(
        f"It reads {own.correct} of {own.count} drawings right. With so few, its true share lies somewhere from "
        f"{low:.0%} to {high:.0%} (95% interval)."
    )


def _learned_from(model: models.ModelFile) -> None:
    """Say of a taught model that the class's test is no fair one, and how it reads the drawings kept aside."""
    run = models.fine_tuned_in(model)
    if not run:
        return
    try:
        learned = run.training_data().last_fine_tuning
        validations = run_records.reader(run).read().validations
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    if learned is None:  # the file of its drawings was deleted just now
        return
    fair = f", of which it read {validations[-1].accuracy:.1%} right when it was taught" if validations else ""
    st.caption(
        "**This network has learned from the collection**: from all but about a fifth of the drawings that were there "
        "when it was taught. So the class's test and the handwriting gap flatter it. A fair test are only the "
        f"{learned.describe_validation()}{fair}, and those made since."
    )


def _table(kept: list[Drawing], outputs: Outputs) -> None:
    """List the drawings, those read wrong first, a page at a time; ticked ones can be deleted, and brought back."""
    read = outputs.predicted
    order = sorted(range(len(kept)), key=lambda i: (read[i] == kept[i].label, -i))
    pages = -(-len(order) // _ROWS)
    page = st.pagination(pages, key=state.key("hand-pages", pages)) if pages > 1 else 1
    order = order[(page - 1) * _ROWS : page * _ROWS]
    table = st.dataframe(
        {
            "Drawing": [png_url(kept[i].image) for i in order],
            "Meant": [kept[i].label for i in order],
            "Read as": [int(read[i]) for i in order],
            "Sure (%)": [floor(1e4 * outputs.confidence[i]) / 100 for i in order],
            "From": ["strokes" if kept[i].strokes else "picture" for i in order],
        },
        hide_index=True,
        height=300,
        row_height=42,
        on_select="rerun",
        selection_mode="multi-row",
        key=state.key("hand", len(kept), kept[-1].id, page),
        column_config={
            "Drawing": st.column_config.ImageColumn(help="As the network sees it."),
            "Sure (%)": st.column_config.NumberColumn(
                format="%.2f", help="Probability of what it reads, rounded down."
            ),
        },
    )
    picked = [kept[order[row]] for row in table["selection"]["rows"]]
    with st.container(horizontal=True):
        st.button(
            f"Delete {len(picked)}" if picked else "Delete",
            icon=":material/delete:",
            disabled=not picked,
            on_click=_delete,
            args=(picked,),
            help="Delete the ticked drawings; it can be undone.",
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            key=state.key("hand-undo"),
            disabled=not state.deleted(),
            on_click=_bring_back,
            help="Bring back the drawings that were deleted last.",
        )


def _delete(picked: list[Drawing]) -> None:
    try:
        for drawing in picked:
            collection().remove(drawing)
        state.set_deleted(picked)
    except CollectionError as error:
        session.set_problem(str(error))


def _bring_back() -> None:
    try:
        for drawing in state.deleted():
            collection().put(drawing)
        state.set_deleted([])
    except CollectionError as error:
        session.set_problem(str(error))


def _in_and_out(anything: bool) -> None:
    with st.expander("Take the collection along"):
        st.download_button(
            "Export as zip",
            (lambda: collection().to_zip()) if anything else b"",
            "drawings.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
            disabled=not anything,
            help="Every drawing as a picture, with its strokes and its label.",
        )
        key = state.key("hand-import", state.imports())
        st.file_uploader(
            f"Import a zip of drawings, at most {LARGEST_ZIP // 2**20} MB",
            "zip",
            key=key,
            on_change=_import,
            args=(key,),
            max_upload_size=LARGEST_ZIP // 2**20,
            help="A collection that another installation of Digit Lab exported. What is there already is kept.",
        )


def _import(key: str) -> None:
    """Add what was put into the field; a callback, since it may be heard by a run of the whole page too."""
    if (file := session.widget_value(key)) is None:
        return
    try:
        count = collection().add_zip(file.getvalue())
    except DigitLabError as error:
        session.set_problem(str(error))
    else:
        st.toast(f"{count} drawings imported.")
    state.count_import()
