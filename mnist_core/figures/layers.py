"""What happens in each layer while it trains: gradients, changes of the weights, dead ReLUs; and the learning rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mnist_core.architecture import with_weights
from mnist_core.config import TrainConfig
from mnist_core.figures.colours import TRAINING
from mnist_core.figures.curves import epochs, thin
from mnist_core.figures.plain import MARGIN, figure, go, title
from mnist_core.history import History

if TYPE_CHECKING:
    from mnist_core.weights import WeightHistogram

_KINDS = {"conv": "Convolution", "act": "Convolution", "dense": "Dense", "dense_act": "Dense", "output": "Output"}
_HEIGHT = 205
_COLUMNS = 3


def spoken(name: str) -> str:
    """Return a layer's name in words: `conv1` is “Convolution 1”, and so is `act1`, which belongs to it."""
    kind, number = re.fullmatch(r"(\D+)(\d*)", name).groups()  # type: ignore[union-attr]
    return f"{_KINDS[kind]} {number}".strip()


def layer_colours(config: TrainConfig) -> dict[str, str]:
    """Return the colour of each layer that has weights, by its name in words.

    From teal at the image to purple at the answer: neighbours in the network are neighbours in colour.
    """
    names = [spoken(layer.name) for layer in with_weights(config)]
    return {name: f"hsl({170 + 150 * i / max(1, len(names) - 1):.0f}, 60%, 50%)" for i, name in enumerate(names)}


def rate_figure(history: History) -> go.Figure:
    """Draw the learning rate of each report over the epochs."""
    steps = thin(history.steps)
    line = _line([s.epoch for s in steps], [s.learning_rate for s in steps], "learning rate", TRAINING, "%{y:.3g}")
    layout = _layout("Learning rate", "learning rate", history)
    layout["yaxis"] |= {"rangemode": "tozero", "tickformat": "~g"}
    return figure([line], layout)


def gradients_figure(history: History, config: TrainConfig) -> go.Figure:
    """Draw the length of each layer's gradient over the epochs, on a logarithmic axis."""
    values = [(i.epoch, i.gradients) for i in thin(history.inspections)]
    layout = _layout("Gradient of each layer", "length", history)
    layout["yaxis"] |= {"type": "log", "tickformat": "~g"}
    return figure(_by_layer(values, config, "%{y:.3g}"), layout)


def changes_figure(history: History, config: TrainConfig) -> go.Figure:
    """Draw, in per cent of the weights' length, how far one step moves each layer, on a logarithmic axis."""
    values = [(i.epoch, {name: 100 * v for name, v in i.changes.items()}) for i in thin(history.inspections)]
    layout = _layout("One step's change of each layer", "% of its weights", history)
    layout["yaxis"] |= {"type": "log", "tickformat": "~g"}
    return figure(_by_layer(values, config, "%{y:.3g} %"), layout)


def dead_figure(history: History, config: TrainConfig) -> go.Figure:
    """Draw the share of each layer's filters or units whose ReLU is dead, in per cent, over the epochs."""
    values = [(i.epoch, {name: 100 * v for name, v in i.dead.items()}) for i in thin(history.inspections)]
    layout = _layout("Dead ReLUs", "filters and units (%)", history)
    layout["yaxis"] |= {"range": [-2, 102]}
    return figure(_by_layer(values, config, "%{y:.1f} %"), layout)


def histograms_figure(histograms: Sequence[WeightHistogram], config: TrainConfig) -> go.Figure:
    """Draw each layer's weights now, filled, and at the start, outlined; a small chart each."""
    texts = {layer.name: layer.text for layer in with_weights(config)}
    rows = -(-len(histograms) // _COLUMNS)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "title": title("Weights now (filled) and at the start (line)"),
        "height": 60 + 150 * rows,
        "margin": MARGIN | {"t": 56},
        "grid": {"rows": rows, "columns": _COLUMNS, "pattern": "independent", "ygap": 0.45, "xgap": 0.25},
        "showlegend": False,
        "bargap": 0,
        "uirevision": "live",
        "annotations": [],
    }
    for i, histogram in enumerate(histograms):
        number = "" if i == 0 else str(i + 1)
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        middles = [(a + b) / 2 for a, b in zip(histogram.edges, histogram.edges[1:], strict=False)]
        hover = f"%{{y:.1f}} % of the weights near %{{x:.3f}}<extra>{texts[histogram.layer]}</extra>"
        now, start = ([round(100 * share, 2) for share in shares] for shares in (histogram.now, histogram.start))
        bars = {"type": "bar", "x": middles, "y": now, "marker": {"color": TRAINING}, "hovertemplate": hover}
        outline = {"color": "#888888", "width": 1.5, "shape": "hvh"}
        line = {"type": "scatter", "mode": "lines", "x": middles, "y": start, "line": outline, "hoverinfo": "skip"}
        traces += [bars | axes, line | axes]
        layout[f"xaxis{number}"] = {"automargin": True, "nticks": 4}
        layout[f"yaxis{number}"] = {"automargin": True, "nticks": 3, "rangemode": "tozero"}
        layout["annotations"].append(
            {
                "text": spoken(histogram.layer),
                "x": 0,
                "xref": f"x{number} domain",
                "y": 1.02,
                "yref": f"y{number} domain",
                "yanchor": "bottom",
                "xanchor": "left",
                "showarrow": False,
            }
        )
    layout["xaxis"]["title"] = {"text": "weight"}
    layout["yaxis"]["title"] = {"text": "% of them"}
    return figure(traces, layout)


def _by_layer(
    values: Sequence[tuple[float, dict[str, float]]], config: TrainConfig, shown: str
) -> list[dict[str, Any]]:
    """One line for each layer in the values, in its colour."""
    texts = {spoken(layer.name): layer.text for layer in with_weights(config)}
    colours = layer_colours(config)
    at = [epoch for epoch, _ in values]
    return [
        _line(at, [of[name] for _, of in values], say, colours[say], f"{shown} · {texts[say]}")
        for name, say in ((name, spoken(name)) for name in (values[-1][1] if values else ()))
    ]


def _line(x: list[float], y: list[float], name: str, colour: str, shown: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "name": name,
        "mode": "lines+markers" if len(x) < 3 else "lines",
        "line": {"color": colour, "width": 2},
        "hovertemplate": f"{shown}<extra>{name}</extra>",
    }


def _layout(text: str, axis: str, history: History) -> dict[str, Any]:
    return {
        "title": title(text),
        "height": _HEIGHT,
        "margin": MARGIN,
        "showlegend": False,  # one for all three charts stands above them
        "uirevision": "live",
        "xaxis": {"title": {"text": "epochs"}, "range": [0, epochs(history)], "automargin": True},
        "yaxis": {"title": {"text": axis}, "automargin": True},
    }
