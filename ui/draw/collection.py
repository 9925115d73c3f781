"""Your hand: drawings filed under their true digit, the class's test on them, and a network taught with them."""

from __future__ import annotations

from math import floor

import numpy as np
import streamlit as st

from mnist_core import formatting
from mnist_core.asker import TEACHER
from mnist_core.background import BackgroundTask
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.predictions import Outputs
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.deletion import Deletion
from mnist_core.handwriting.drawing import Drawing
from mnist_core.handwriting.drawings_zip import LARGEST_ZIP
from mnist_core.storage.png import png_url
from ui.cached import drawings, models, run_records
from ui.draw import state, teaching
from ui.shared import class_drawings, names, progress, quota_offer, session, visitor

_ROWS = 200
"""Drawings in the table at a time: the browser gets a picture of each."""


def show(model: models.ModelFile) -> None:
    """Show the collection, the model's test on it, and the networks that were taught with it."""
    if problem := session.take_problem():
        st.error(names.in_markdown(f"Not possible: {problem}."))
    quota_offer.offer("hand")
    kept = class_drawings.readable()
    if not kept:
        st.info(
            "The collection is empty. Draw a digit and say which one it was: from twenty drawings on, a network can be "
            "taught your hand."
        )
        _undo()
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
        points = f"{sign}{formatting.signed(gap, 1)} points"
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
    read, asker = outputs.predicted, visitor.asker()
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
        }
        # Who may delete all needs no column that says which.
        | ({} if asker == TEACHER else {"Yours": [asker.owns(kept[i].owner) for i in order]}),
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
    ticked = [kept[order[row]] for row in table["selection"]["rows"]]
    picked = [drawing for drawing in ticked if asker.owns(drawing.owner)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Delete {len(picked)}" if picked else "Delete",
            icon=":material/delete:",
            disabled=not picked,
            on_click=_delete,
            args=(picked,),
            help="Delete the ticked drawings; it can be undone.",
        )
        _undo()
        if len(picked) < len(ticked):
            st.caption(f"{len(ticked) - len(picked)} of the ticked drawings are others': only they can delete them.")


def _undo() -> None:
    """Offer to bring back what this visitor deleted last, also after a reload."""
    last = collection().last_deletion(asker=visitor.asker())
    st.button(
        "Undo",
        icon=":material/undo:",
        key=state.key("hand-undo", last.when if last else ""),
        disabled=last is None,
        on_click=_bring_back,
        args=(last,),
        help=f"Bring back the {len(last.drawings) if last else ''} drawings that you deleted last.",
    )


def _delete(picked: list[Drawing]) -> None:
    try:
        collection().remove(picked, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _bring_back(last: Deletion) -> None:
    try:
        collection().bring_back(last, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


def _empty_trash() -> None:
    try:
        collection().empty_trash(asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


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
        last = collection().last_deletion(asker=visitor.asker())
        st.button(
            "Empty the trash",
            icon=":material/delete_forever:",
            key=state.key("hand-empty", last.when if last else ""),
            disabled=last is None,
            on_click=_empty_trash,
            help="Remove for good the drawings that you deleted, as the teacher all deleted ones: it frees the disk.",
        )


def _import(key: str) -> None:
    """Add what was put into the field; a callback, since it may be heard by a run of the whole page too."""
    if (file := session.widget_value(key)) is None:
        return
    try:
        count = collection().add_zip(file.getvalue(), asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
    else:
        st.toast(f"{count} drawings imported.")
    state.count_import()
