"""Several runs on one chart: their curves over each other, and the mean of repetitions with its band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from mnist_core.compare import Axis, Metric
from mnist_core.figures.colours import RUNS, VALIDATION
from mnist_core.figures.curves import thin
from mnist_core.figures.plain import MARGIN, go, title
from mnist_core.luck import Band

_Points = Sequence[tuple[float, float]]
_X: dict[Axis, str] = {"epochs": "epochs", "steps": "optimisation steps", "seconds": "seconds of training"}
_Y: dict[Metric, str] = {
    "validation accuracy": "validation images read right (%)",
    "validation loss": "validation loss (lower is better)",
    "training loss": "training loss (lower is better)",
}
_DASHES = ("solid", "dash", "dot")


def overlay_figure(curves: Mapping[str, _Points], metric: Metric, axis: Axis) -> go.Figure:
    """Draw the curves of several runs, by their names; beyond eight, colours come again with another dash."""
    figure = go.Figure()
    for place, (name, points) in enumerate(curves.items()):
        kept = thin(points)
        figure.add_scatter(
            x=[x for x, _ in kept],
            y=[y for _, y in kept],
            name=escape(name),
            mode="lines+markers" if len(kept) < 30 else "lines",
            line={"color": RUNS[place % len(RUNS)], "width": 2, "dash": _DASHES[place // len(RUNS) % len(_DASHES)]},
            marker={"size": 6},
            hovertemplate=f"{escape(name)} %{{y:.3f}}<extra></extra>",
        )
    return _framed(figure, metric.capitalize(), _X[axis], _Y[metric])


def band_figure(band: Band | None, curves: Sequence[_Points]) -> go.Figure:
    """Draw the validation accuracy of repetitions: each pale, their mean bold in its 95 % interval."""
    figure = go.Figure()
    for points in curves:
        figure.add_scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="lines+markers" if len(points) < 3 else "lines",
            line={"color": "rgba(128, 128, 128, 0.45)", "width": 1},
            hoverinfo="skip",
        )
    if band is not None:
        if len(band.x) > 1:
            figure.add_scatter(
                x=[*band.x, *band.x[::-1]],
                y=[*band.high, *band.low[::-1]],
                fill="toself",
                fillcolor="rgba(59, 130, 196, 0.25)",
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=band.x,
            y=band.mean,
            name="mean",
            mode="lines" if len(band.x) > 1 else "markers",
            error_y=None if len(band.x) > 1 else {"array": band.high - band.mean},
            line={"color": VALIDATION, "width": 3},
            hovertemplate="mean %{y:.2f} %<extra></extra>",
        )
    figure = _framed(figure, "Validation accuracy of the repetitions", _X["epochs"], "read right (%)")
    return figure.update_layout(height=210, showlegend=False)


def _framed(figure: go.Figure, text: str, x: str, y: str) -> go.Figure:
    figure.update_layout(
        title=title(text),
        height=280,
        margin=MARGIN,
        legend={"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"},
        showlegend=True,
        hovermode="x unified",
    )
    figure.update_xaxes(title=x, automargin=True)
    figure.update_yaxes(title=y, automargin=True)
    return figure
