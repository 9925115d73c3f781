"""What a sweep has found, in sentences: for the page and the command line. Pure, no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist, fmean, stdev

from mnist_core.formatting import accuracy as written_accuracy
from mnist_core.sweeps.points import Point, ranked
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.space import Value, written

_FEW = 4
"""Points below which nothing is said about the best of them."""


def describe_values(values: Mapping[str, Value]) -> str:
    """Return the values of a point: "learning rate 0.012, batch size 128"."""
    return ", ".join(f"{name.replace('_', ' ')} {written(value)}" for name, value in values.items())


def describe_measured(point: Point, settings: SweepSettings) -> str:
    """Return what was measured of a point: its accuracy, and what else its objective looks at."""
    said = written_accuracy(point.accuracy)
    if len(point.accuracies) > 1:
        said += f" (mean of {len(point.accuracies)} seeds)"
    if settings.objective == "accuracy for time":
        said += f" in {fmean(point.seconds):.1f} s"
    return said + (" of the drawings" if settings.objective == "drawings" else "")


def describe_best(points: Sequence[Point], settings: SweepSettings) -> str:
    """Say which point is the best so far."""
    best = ranked(points)
    if not best:
        return "No point is measured yet."
    return f"Best so far: {describe_values(best[0].values)}, with {describe_measured(best[0], settings)}."


def describe_luck(points: Sequence[Point], settings: SweepSettings, images: int) -> str:
    """Say how much of the best point's lead may be luck; nothing where there are too few points.

    Of N equal points, each measured with an error of the same standard deviation, the best lies so many of these above
    the mean as the largest of N normal numbers does (Blom, Statistical Estimates, 1958).

    Args:
        points: all of the sweep.
        settings: of the sweep.
        images: on how many each run was measured.
    """
    best = ranked(points)
    count = len(best)
    if count < _FEW or best[0].accuracy is None or not images:
        return ""
    share = min(max(best[0].accuracy, 0.5 / images), 1 - 0.5 / images)
    # All points read the same images, so a part of this error is common to them, and the rise may be smaller.
    deviation = math.sqrt(share * (1 - share) / images)
    rise = NormalDist().inv_cdf((count - 0.375) / (count + 0.25)) * deviation
    said = (
        f"The best of {count} is partly luck: of {count} equally good points, measured on {images:,} images, the best "
        f"would seem up to {100 * rise:.2f} percentage points better than they are"
    )
    spreads = [stdev(point.accuracies) for point in best if len(point.accuracies) > 1]
    if spreads:
        said += f", and another seed moves a point by about {100 * fmean(spreads):.2f}"
    return f"{said}. So nothing is claimed before it is measured again, with new seeds, against the default."


def describe_importance(importance: Mapping[str, float] | None, measured: int, needed: int) -> str:
    """Say which hyperparameter matters most."""
    if importance is None:
        if measured >= needed:
            return "All points are equally good: no hyperparameter matters within these ranges."
        return f"Which hyperparameter matters is told from {needed} measured points on; {measured} are."
    first, *others = ((name.replace("_", " "), share) for name, share in importance.items())
    said = f"Within these ranges the {first[0]} matters most: it explains {first[1]:.0%} of the differences"
    if others:
        said += "; " + ", ".join(f"the {name} {share:.0%}" for name, share in others)
    return f"{said}. From {measured} points this is a rough estimate, and another range gives another one."


def describe_disk(size: int, settings: SweepSettings, runs: int) -> str:
    """Say how much disk the runs of a sweep take, and what of them is kept."""
    kept = f"those of the best {settings.networks} points" if settings.networks else "none"
    return f"Its {runs} runs take {size / 2**20:,.1f} MB: all curves are kept, of the networks {kept}."
