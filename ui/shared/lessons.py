"""The visitor's lessons: their record, the facts that a lesson's check reads, and what it finds now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from math import floor

import numpy as np
import streamlit as st

from mnist_core.background import BackgroundTask
from mnist_core.config import TEST_IMAGES
from mnist_core.errors import DigitLabError, LessonError, RunError
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.predictions import Outputs
from mnist_core.handwriting.drawing import Drawing
from mnist_core.lessons import cures
from mnist_core.lessons.facts import Answer, Facts, FiledDrawing, LessonRun, PairedCounts, Reading, Threshold
from mnist_core.lessons.lesson import Lesson, Outcome
from mnist_core.lessons.record import TEACHERS, Entry, LearnerRecord
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, drawings, measurements, models, run_records
from ui.shared import session, visitor

_MOST_RUNS = 200
"""Of the runs folder, the newest that are looked at."""


def record() -> LearnerRecord:
    """Return what this visitor keeps of the lessons: it has the owner that their runs and drawings have.

    The teacher's browsers had a record each once; what is in this one's is read still.
    """
    return LearnerRecord(visitor.asker().owner or TEACHERS, earlier=visitor.key())


def note(lesson: Lesson, fact: Reading | Answer | Threshold) -> bool:
    """Keep a fact of a lesson that is under way; return whether that was possible: if not, the page tells why."""
    try:
        record().note(lesson, fact, asker=visitor.asker())
    except LessonError as error:
        session.set_problem(error)
        return False
    return True


def outcome(lesson: Lesson, entry: Entry) -> Outcome:
    """Ask a lesson's check what it finds in what was recorded since the lesson was begun."""
    return lesson.check(facts(lesson, entry))


def describe_progress(lesson: Lesson, found: Outcome) -> str:
    """Return which step of a lesson is at hand."""
    count = len(lesson.steps)
    return f"step {min(found.step, count - 1) + 1} of {count}"


def own_runs(lesson: Lesson, entry: Entry) -> list[Run]:
    """Return the runs of this visitor that count for a lesson, the oldest first.

    Times of creation have whole seconds, so that of the lesson's beginning is rounded down.
    """
    since = 0 if lesson.earlier_runs else floor(entry.begun)
    return list(reversed(list(_own_runs(since))))


def _own_runs(since: int) -> Iterator[Run]:
    owner = visitor.asker().owner
    for run in list_runs()[:_MOST_RUNS]:
        try:
            created = run_records.described(run).created
        except RunError:
            continue
        if created is None or created.timestamp() < since:
            if since:
                return
            continue
        if run.owner() == owner:
            yield run


def facts(lesson: Lesson, entry: Entry) -> Facts:
    """Gather what a lesson's check may look at."""
    known = Facts(readings=entry.readings, answers=entry.answers, thresholds=entry.thresholds)
    pages = {step.page for step in lesson.steps}
    if any(step.starts or step.opens for step in lesson.steps) or lesson.id == "same-distribution":
        known = replace(known, runs=[_lesson_run(run) for run in own_runs(lesson, entry)])
    if lesson.id == "cures":
        known = replace(known, pairings=_pairings(known))
    if "Draw" in pages:
        known = _with_drawings(lesson, entry, known)
    return known


def _lesson_run(run: Run) -> LessonRun:
    described = run_records.described(run)
    tuned = described.trained_on.last_fine_tuning
    return LessonRun(run.id, described.config, run_records.reader(run).read(), tuned.held_out if tuned else 0)


def _pairings(known: Facts) -> dict[tuple[str, str], PairedCounts]:
    """Return how the networks of the two runs that lesson 7 compares do, image by image."""
    wanted = cures.wanted_pairing(known)
    if wanted is None:
        return {}
    ids = (wanted[0].id, wanted[1].id)
    try:
        files = [found for one in ids if (found := models.find_model(one))]
        prints = [models.fingerprint(one) for one in files]
        if len(files) < 2:
            return {}
        return {ids: _paired(prints[0], prints[1], files)}
    except DigitLabError:
        return {}


@st.cache_data(show_spinner=False, max_entries=64)
def _paired(first: str, second: str, _files: Sequence[models.ModelFile]) -> PairedCounts:
    """Compare two networks on the test images; small ones, as those of the lesson are, take a second."""
    from mnist_core.evaluation.paired_test import paired
    from mnist_core.evaluation.predictions import read_images

    data = dataset.mnist()
    one, other = (read_images(models.network(file), data.test_images) for file in _files)
    found = paired(one, other, data.test_labels)
    return PairedCounts(len(found.only_first), len(found.only_second), found.p)


def _with_drawings(lesson: Lesson, entry: Entry, known: Facts) -> Facts:
    """Add the class's drawings, or those that were filed in the lesson, as the network reads them."""
    kept = drawings.drawings()[0]
    try:
        if lesson.id == "same-distribution":
            own, test = _own_and_test(known, kept)
            return replace(known, collected=len(kept), own=own, test=test)
        mine = [one for one in kept if one.owner == visitor.asker().owner and _created(one) >= floor(entry.begun)]
        return replace(known, filed=_filed(mine))
    except DigitLabError:
        return replace(known, collected=len(kept))


def _own_and_test(known: Facts, kept: Sequence[Drawing]) -> tuple[Accuracy | None, Accuracy | None]:
    """Return how the class's drawings and the test images are read, by the network before it was taught."""
    model = models.find_model(_untaught(known))
    if model is None or not kept:
        return None, None
    read = drawings.drawings_read(model, kept)
    tested = models.card(model).metrics.get("test_accuracy")
    if not isinstance(read, Outputs) or tested is None:
        return None, None
    own = accuracy(read, np.array([one.label for one in kept], np.uint8))
    return own, Accuracy(round(tested * TEST_IMAGES), TEST_IMAGES)


def _untaught(known: Facts) -> str:
    """Return the name of the network that the last teaching started from; without one, that of the network in hand."""
    for run in reversed(known.runs):
        if run.kept_aside and (found := models.find_model(run.id)):
            tuned = models.card(found).trained_on.last_fine_tuning
            return tuned.start if tuned else session.model()
    return session.model()


def _filed(made: Sequence[Drawing]) -> list[FiledDrawing]:
    model = models.find_model(session.model())
    if model is None or not made:
        return []
    read = drawings.drawings_read(model, made)
    if isinstance(read, BackgroundTask):
        return []
    refuses = measurements.detector().describe_refusal
    return [
        FiledDrawing(
            label=one.label,
            digit=int(digit),
            certainty=float(sure),
            rejected=refuses(to_brightness(one.image)) is not None,
        )
        for one, digit, sure in zip(made, read.predicted, read.confidence, strict=True)
    ]


def _created(drawing: Drawing) -> float:
    try:
        return datetime.fromisoformat(drawing.created).timestamp()
    except ValueError:
        return 0.0
