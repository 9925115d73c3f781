"""The charts of a training: loss and accuracy, marks on them, one digit over the epochs, the learning-rate test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from mnist_core.figures.colours import DIGITS, TEST, TRAINING, VALIDATION
from mnist_core.figures.echarts import LEGEND, Option, axis, dotted, line, plot, positive
from mnist_core.history import History

MOST_POINTS = 500
"""A browser draws this many points a curve without a pause, twice a second."""

_DIVERGED = 10
"""How many times its first value a loss may be before it leaves the chart: one that diverges flattens all the rest."""
_RAW, _GUESS = "not smoothed", "your guess"
_STAR = "path://M10 0 12.4 6.8 19.5 6.9 13.8 11.2 15.9 18.1 10 14 4.1 18.1 6.2 11.2 .5 6.9 7.6 6.8Z"

_T = TypeVar("_T")


def thin(points: Sequence[_T], most: int = MOST_POINTS) -> list[_T]:
    """Keep at most `most` of the points, evenly spread, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    last = len(points) - 1
    return [points[i * last // (most - 1)] for i in range(most)]


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Return the running mean in which each value counts `weight` times as much as the next one; 0 changes nothing.

    Debiased as in Adam (Kingma and Ba, 2015, section 3), so that the first values are not pulled towards zero.
    """
    smoothed, total, share = [], 0.0, 0.0
    for value in values:
        total = weight * total + (1 - weight) * value
        share = weight * share + (1 - weight)
        smoothed.append(total / share)
    return smoothed


def over_epochs(title: str, y: Option, history: History) -> Option:
    """Return the beginning of a chart of a run over its epochs, with `y` as the axis of its values."""
    return plot(title, axis("epochs", 24) | {"min": 0, "max": history.epochs_shown}, y)


def loss_figure(history: History, smoothing: float = 0.0, *, logarithmic: bool = False) -> Option:
    """Draw training and validation loss over the epochs; with smoothing, the unsmoothed training loss pale below."""
    scale: Option = {"type": "log"} if logarithmic else {"min": 0}
    if not history.steps:
        scale |= {"min": 0.01, "max": 10} if logarithmic else {"max": 2.5}
    elif max(s.loss for s in history.steps) > (most := _DIVERGED * history.steps[0].loss):
        scale["max"] = round(most)
    series = _curves(
        [(s.epoch, s.loss) for s in history.steps],
        [(v.epoch, v.loss) for v in history.validations],
        smoothing,
        marks(history, "insideEndTop"),
    )
    if logarithmic:
        series = [positive(one) for one in series]
    return over_epochs("Loss", axis("loss (lower is better)", 40) | scale, history) | _drawn(series)


def accuracy_figure(history: History, smoothing: float = 0.0, guess: float | None = None) -> Option:
    """Draw training and validation accuracy, in per cent, over the epochs; the test accuracy once it is known.

    `guess`, 0 to 1, is what somebody expects of the test accuracy.
    """
    series = _curves(
        [(s.epoch, 100 * s.accuracy) for s in history.steps],
        [(v.epoch, 100 * v.accuracy) for v in history.validations],
        smoothing,
        marks(history, "insideStartTop"),
    )
    if history.test_accuracy is not None:
        at = history.steps[-1].epoch if history.steps else 0.0
        star = line("test", [(at, 100 * history.test_accuracy)], TEST)
        series.append(star | {"symbol": _STAR, "symbolSize": 14, "clip": False, "z": 4})
    if guess is not None:
        guessed = line(_GUESS, [(0, 100 * guess), (history.epochs_shown, 100 * guess)], TEST)
        guessed["lineStyle"]["type"] = "dotted"
        aside = 10 if guess > 0.5 else -10  # CSS pixels below or above the line
        label = {"show": True, "formatter": _GUESS, "align": "right", "offset": [0, aside], "color": TEST}
        series.append(guessed | {"symbol": "none", "endLabel": label})
    scale: Option = {"max": 100} | ({"scale": True} if history.steps else {"min": 0})
    return over_epochs("Accuracy", axis("images read right (%)", 40) | scale, history) | _drawn(series)


def _curves(
    measured: Sequence[tuple[float, float]],
    validated: Sequence[tuple[float, float]],
    smoothing: float,
    marked: Option,
) -> list[Option]:
    """Return the training curve with its marks, the validation curve and, with smoothing, the unsmoothed one below."""
    smoothed = smooth([y for _, y in measured], smoothing)
    training = line("training", thin([(x, y) for (x, _), y in zip(measured, smoothed, strict=True)]), TRAINING)
    series = [
        training | {"markLine": marked},
        line("validation", thin(validated), VALIDATION) | {"showSymbol": len(validated) < 30},
    ]
    if smoothing:
        pale = line(_RAW, thin(measured), TRAINING)
        pale["lineStyle"] |= {"width": 1, "opacity": 0.4}
        series.append(pale | {"symbol": "none", "z": 1})
    return series


def _drawn(series: list[Option]) -> Option:
    """Return the series, and the legend of those that need one."""
    names = [one["name"] for one in series if one["name"] not in (_RAW, _GUESS)]
    return {"series": series, "legend": LEGEND | {"data": names}}


def probabilities_figure(epochs: Sequence[int], probabilities: Sequence[Sequence[float]], chosen: int) -> Option:
    """Draw the ten probabilities, a row an epoch, in per cent over the epochs; a line marks the chosen epoch."""
    series = []
    for digit, colour in enumerate(DIGITS):
        points = [(epoch, 100 * row[digit]) for epoch, row in zip(epochs, probabilities, strict=True)]
        series.append(line(str(digit), points, colour) | {"showSymbol": True, "clip": False})
    series[0]["markLine"] = dotted({"xAxis": chosen})
    x = axis("epochs of training", 24) | {"min": min(epochs), "max": max(epochs), "minInterval": 1}
    y = axis("probability (%)", 36) | {"min": 0, "max": 100}
    option = plot("What it read in this digit, epoch by epoch", x, y)
    option["grid"]["right"] = 50
    option["legend"] = {"orient": "vertical", "right": 0, "top": 30}
    return option | {"series": series}


def marks(history: History, place: Literal["insideStartTop", "insideEndTop"]) -> Option:
    """Return upright lines and what is written at their lower or upper end, as the `markLine` of a series."""
    found = [(change.epoch, f"rate {change.new:.2g}") for change in history.rate_changes if change.step <= history.step]
    if history.best_epoch:
        found.append((float(history.best_epoch), f"epoch {history.best_epoch} is used"))
    written: Option = {"show": True, "position": place, "color": "gray", "fontSize": 11}
    return dotted(*({"xAxis": x, "label": written | {"formatter": text}} for x, text in found))


def rates_figure(rates: Sequence[float], losses: Sequence[float], suggestion: float | None) -> Option:
    """Draw the smoothed loss against the learning rate, on a logarithmic axis, with the suggestion marked."""
    x = axis("learning rate", 24) | {"type": "log", "min": 1e-6, "max": 10}
    curve = line("loss", zip(rates, losses, strict=True), TRAINING)
    if suggestion:
        curve["markLine"] = dotted({"xAxis": suggestion, "lineStyle": {"color": VALIDATION, "width": 2}})
    return plot("Loss at rising learning rates", x, axis("loss, smoothed", 36) | {"min": 0}) | {"series": [curve]}
