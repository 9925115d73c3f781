"""What a run reads while it learns: the digit in hand, and images that are hard."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import CheckpointError, DigitLabError, RunError
from mnist_core.evaluation.hard_images import recorded
from mnist_core.runs.run import ACTIVE, Run, Status
from mnist_core.runs.watched import key_of
from mnist_core.storage.png import to_grey
from ui.cached import dataset, models
from ui.live import views
from ui.shared import names, panels, session, visitor
from ui.train import state

if TYPE_CHECKING:
    from mnist_core.model.inference import Prediction


def watch_digit_in_hand(run: Run) -> None:
    """Have a run read the digit in hand from its next report on, if there is one.

    Raises:
        RunError: the run watches too many, or its directory cannot be written.
    """
    if held := session.digit():
        run.watched.add([to_grey(held.image)], asker=visitor.asker())


def digit_in_hand(run: Run, status: Status, *, by_server: bool) -> None:
    """Show how the network reads the digit in hand as it learns: watch it learn your own 7."""
    held = session.digit()
    if held is None:
        return
    image = to_grey(held.image)
    mine, watched = visitor.asker().owns(run.owner()), run.watched.keys()
    by_server = by_server or not (mine or key_of(image) in watched)  # another's run watches nothing for us
    try:
        if mine and status in ACTIVE:
            watch_digit_in_hand(run)
        found = _found(run, held.image) if by_server or status not in ACTIVE else None
    except (CheckpointError, RunError) as error:
        st.caption(names.in_markdown(error.sentence))
        return
    if not by_server:
        st.markdown("**The digit in hand**, at each look while it learns, and as it is read now")
        views.film_strip(run.id, key_of(image), image, label=held.label, now=found.probabilities if found else None)
    elif found is not None:
        picture, bars = st.columns([1, 4], vertical_alignment="center")
        picture.html(panels.pixels_html(held.image, 112, "the digit in hand"))
        picture.caption(f"The digit in hand, read as **{found.digit}** by this network as it is now.")
        bars.html(panels.bars_html(found))


def hard_images(run: Run, status: Status) -> None:
    """Offer twelve hard test images to be watched, and show which the network reads right by now."""
    try:
        images = _hard_images()
    except DigitLabError as error:
        st.caption(names.in_markdown(error.sentence))
        return
    if set(images) <= run.watched.keys():
        st.markdown("**Twelve hard test images**, which the network does not learn from")
        views.hard_images(run.id, [(key, image, label) for key, (image, label) in images.items()])
    elif status in ACTIVE and visitor.asker().owns(run.owner()):
        st.button(
            "Watch twelve hard images",
            icon=":material/visibility:",
            key=state.key("watch-hard", run.id),
            help="Twelve test images that the shipped network `notebook` is least sure of. The training goes on as it "
            "would without them: it never learns from them, and nothing is chosen by them.",
            on_click=_watch_hard_images,
            args=(run,),
        )


def _watch_hard_images(run: Run) -> None:
    try:
        run.watched.add([image for image, _ in _hard_images().values()], asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)


@cache
def _hard_images() -> dict[str, tuple[NDArray[np.uint8], int]]:
    """Return the images by their keys, each with its label."""
    data = dataset.mnist()
    return {
        key_of(image): (image, one.label) for one in recorded() for image in [np.array(data.test_images[one.index])]
    }


def _found(run: Run, image: NDArray[np.float32]) -> Prediction | None:
    """Return what a run's network makes of an image; None while there is no network."""
    if not run.snapshot.exists():
        return None
    from mnist_core.model.inference import predict

    return predict(models.network(models.model_of(run)), image)
