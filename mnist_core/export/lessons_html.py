"""A learner's lessons as one HTML file that opens without a network: predictions, results, curves, drawings, words.

The page is `templates/lessons.html.j2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from mnist_core.export.rendering import to_page
from mnist_core.export.svg import Axis, Curve, chart
from mnist_core.figures.colours import NEUTRAL
from mnist_core.figures.lessons import HIGHEST_LOSS, curve_colours
from mnist_core.lessons.catalogue import LESSONS
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.prediction import Curve as CurveKind
from mnist_core.lessons.record import Entry


def lessons_to_html(entries: Mapping[str, Entry], created: str) -> str:
    """Return the page.

    Args:
        entries: of each lesson by its id.
        created: the day, as it is to be written.
    """
    shown = [_shown(lesson, entries[lesson.id]) for lesson in LESSONS]
    done = sum(entries[lesson.id].passes > 0 for lesson in LESSONS)
    return to_page("lessons.html.j2", lessons=shown, done=done, created=created)


def _shown(lesson: Lesson, entry: Entry) -> dict[str, Any]:
    """Return what the page shows of one lesson."""
    predicted = lesson.prediction.describe(entry.prediction) if entry.prediction else ""
    return {
        "lesson": lesson,
        "entry": entry,
        "predicted": predicted,
        "compared": _compared(lesson, entry),
        "chart": _chart(lesson, entry),
        "told": [*entry.earlier, *([entry.result.told] if entry.result else [])],
    }


def _compared(lesson: Lesson, entry: Entry) -> str:
    if entry.prediction is None or entry.result is None or entry.result.happened is None:
        return ""
    return lesson.prediction.describe_comparison(entry.prediction, entry.result.happened)


def _chart(lesson: Lesson, entry: Entry) -> Markup | None:
    """Return the curves of what happened, with the drawn one among them; None where there are none."""
    curves = []
    if isinstance(lesson.prediction, CurveKind) and entry.prediction:
        drawn = [(x, y) for x, y in entry.prediction]
        curves.append(Curve(name="yours", colour=NEUTRAL, points=drawn, radii=[0] * len(drawn)))
    found = entry.result.curves if entry.result else ()
    for (name, points), colour in zip(found, curve_colours([name for name, _ in found]), strict=True):
        curves.append(Curve(name=name, colour=colour, points=points, radii=[0] * len(points)))
    if not curves:
        return None
    measure = entry.result.measure if entry.result else "loss"
    high = 1.0 if measure == "accuracy" else max(2.5, min(HIGHEST_LOSS, max(y for c in curves for _, y in c.points)))
    inside = [
        Curve(
            name=curve.name,
            colour=curve.colour,
            points=[(x, min(y, high)) for x, y in curve.points],
            radii=curve.radii,
        )
        for curve in curves
    ]
    title = f"The {measure} in lesson {lesson.number}"
    return chart(inside, Axis("share of the run", 0, 1), Axis(measure, 0, high), title)
