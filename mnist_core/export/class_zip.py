"""A class as one zip file: a page that opens without a network, all runs, all drawings. No torch.

Seats are numbered, unless their names are asked for: names and drawings of children are personal data.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mnist_core.classroom.board import sparks
from mnist_core.classroom.classroom import Classroom
from mnist_core.classroom.outcomes import class_runs
from mnist_core.classroom.predictions import predictions
from mnist_core.classroom.seats import Seat, all_seats
from mnist_core.classroom.tasks import drawings_of
from mnist_core.errors import DigitLabError
from mnist_core.export.rendering import to_page
from mnist_core.export.svg import Axis, Curve, chart
from mnist_core.figures.colours import VALIDATION
from mnist_core.handwriting.collection import Collection
from mnist_core.handwriting.drawings_zip import to_zip
from mnist_core.runs.archive import pack
from mnist_core.runs.notes import read_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.storage.png import png_url


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """One run, as the page shows it."""

    id: str
    title: str
    file: str
    """Of the run in the zip file; empty where it could not be packed."""
    problem: str
    """Why it could not be; empty otherwise."""
    curve: Markup | None
    """Its accuracy on the way; None before there is any."""
    settings: str
    test_accuracy: float | None
    expected: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class ExportedSeat:
    """One seat, as the page shows it."""

    name: str
    runs: Sequence[ExportedRun]
    drawings: Sequence[tuple[int, str]]
    """Of each the digit that it was meant to be, and its picture as a data URL."""
    lessons: str
    """The file of its record of lessons in the zip file; empty without one."""


def class_zip(
    classroom: Classroom, collection: Collection, *, with_names: bool, lessons: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the class as one zip file.

    Args:
        classroom: the class, open or ended.
        collection: where its drawings are.
        with_names: whether seats have their names in it; else they are numbered.
        lessons: of seats, by their ids, the page of their lessons.
    """
    members = all_seats(classroom)
    drawings = drawings_of(classroom, collection.drawings()[0])
    runs = class_runs(classroom, members, reversed(list_runs(classroom.path.parent.parent)))
    buffer = io.BytesIO()
    # Most of it is packed already, or as good as random.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        exported = []
        for number, seat in enumerate(members, 1):
            page = (lessons or {}).get(seat.id)
            if page:
                archive.writestr(f"lessons/seat-{number}.html", page)
            exported.append(
                ExportedSeat(
                    name=seat.name if with_names else f"Seat {number}",
                    runs=[_run(classroom, seat, run, archive) for run in runs if run.owner() == seat.id],
                    drawings=[(one.label, png_url(one.image)) for one in drawings if one.owner == seat.id],
                    lessons=f"lessons/seat-{number}.html" if page else "",
                )
            )
        if drawings:
            archive.writestr("drawings.zip", to_zip(drawings))
        page_of_all = to_page(
            "class.html.j2", began=classroom.began, ended=classroom.ended, seats=exported, drawings=len(drawings)
        )
        archive.writestr("index.html", page_of_all, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _run(classroom: Classroom, seat: Seat, run: Run, archive: zipfile.ZipFile) -> ExportedRun:
    """Put a run into the archive, and return what the page shows of it."""
    file, problem, settings = f"runs/{run.id}.zip", "", ""
    try:
        archive.writestr(file, pack(run))
        config = run.config()
        settings = (
            f"learning rate {config.learning_rate:g}, {config.epochs} epochs, batches of {config.batch_size}, "
            f"{config.train_size:,} training images, {config.optimizer}"
        )
    except DigitLabError as error:
        file, problem = "", error.sentence
    history = run.history()
    return ExportedRun(
        id=run.id,
        title=read_notes(run).title or run.id,
        file=file,
        problem=problem,
        curve=_curve(sparks(history), history.progress),
        settings=settings,
        test_accuracy=history.test_accuracy,
        expected=predictions(classroom, seat.id).get(run.id),
        seconds=history.seconds,
    )


def _curve(points: Sequence[float], progress: float) -> Markup | None:
    if len(points) < 2:
        return None
    across = [(100 * progress * i / (len(points) - 1), 100 * share) for i, share in enumerate(points)]
    line = Curve(name="", colour=VALIDATION, points=across, radii=[1.5] * len(across))
    x, y = Axis("done (%)", 0, 100), Axis("images read right (%)", 0, 100)
    return chart([line], x, y, "accuracy while it was trained")
