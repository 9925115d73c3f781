"""Several runs on one chart: their curves over each other, and the mean of repetitions with its band."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mnist_core.figures.colours import RUNS, VALIDATION
from mnist_core.figures.echarts import Option, axis, line, plot
from mnist_core.figures.training import thin
from mnist_core.runs.comparison import Axis, Metric
from mnist_core.runs.repetitions import Band

_Points = Sequence[tuple[float, float]]
_GREY = "rgba(128, 128, 128, 0.45)"
_X: dict[Axis, str] = {"epochs": "epochs", "steps": "optimisation steps", "seconds": "seconds of training"}
_Y: dict[Metric, str] = {
    "validation accuracy": "validation images read right (%)",
    "validation loss": "validation loss (lower is better)",
    "training loss": "training loss (lower is better)",
}
_DASHES = ("solid", "dashed", "dotted")


def looks(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return each run's colour and dash by its name: beyond eight, the colours come again with another dash."""
    return {
        name: (RUNS[place % len(RUNS)], _DASHES[place // len(RUNS) % len(_DASHES)]) for place, name in enumerate(names)
    }


def overlay_figure(curves: Mapping[str, _Points], metric: Metric, over: Axis) -> Option:
    """Draw the curves of several runs, by their names, as they look."""
    series = []
    for name, (colour, dash) in looks(curves).items():
        kept = thin(curves[name])
        one = line(name, kept, colour) | {"showSymbol": len(kept) < 30}
        one["lineStyle"]["type"] = dash
        series.append(one)
    option = plot(metric.capitalize(), axis(_X[over], 24), axis(_Y[metric], 40) | {"scale": True})
    return option | {"series": series}


def band_figure(band: Band | None, curves: Sequence[_Points], metric: Metric) -> Option:
    """Draw the curves of repetitions over the epochs: each pale, their mean bold in its 95 % interval."""
    series = [_silent(line("", thin(points), _GREY)) for points in curves]
    for one in series:
        one["lineStyle"]["width"] = 1
    if band is not None:
        if len(band.x) > 1:
            series += _between(band)
        else:
            ends = [(band.x[0], band.low[0]), (band.x[0], band.high[0])]
            series.append(_silent(line("", ends, VALIDATION)) | {"symbol": "none"})
        mean = line("mean", zip(band.x, band.mean, strict=True), VALIDATION)
        mean["lineStyle"]["width"] = 3
        series.append(mean)
    y = axis("read right (%)" if metric == "validation accuracy" else "loss", 40) | {"scale": True}
    return plot(f"{metric.capitalize()} of the repetitions", axis(_X["epochs"], 24), y) | {"series": series}


def _between(band: Band) -> list[Option]:
    """Return the band as two series: an invisible line at its low end, and the filled rest stacked on it."""
    low = _silent(line("", zip(band.x, band.low, strict=True), VALIDATION))
    rest = _silent(line("", zip(band.x, band.high - band.low, strict=True), VALIDATION))
    for one in (low, rest):
        one |= {"stack": "band", "symbol": "none"}
        one["lineStyle"]["opacity"] = 0
    return [low, rest | {"areaStyle": {"opacity": 0.25}}]


def _silent(series: Option) -> Option:
    return series | {"silent": True, "tooltip": {"show": False}}
