"""What happens in each layer while it trains: gradients, changes of the weights, dead ReLUs; and the learning rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mnist_core.architecture import layers, with_weights
from mnist_core.config import TrainConfig
from mnist_core.events import Inspection
from mnist_core.figures.colours import NEUTRAL, TRAINING
from mnist_core.figures.echarts import Option, axis, laid_out, line, positive
from mnist_core.figures.training import over_epochs, thin
from mnist_core.history import History

if TYPE_CHECKING:
    from mnist_core.explain.weights import WeightHistogram

_KINDS = {"conv": "Convolution", "act": "Convolution", "dense": "Dense", "dense_act": "Dense", "output": "Output"}
_LOGARITHMIC: Option = {"type": "log"}


def layer_title(name: str) -> str:
    """Return a layer's name in words: `conv1` is “Convolution 1”, and so is `act1`, which belongs to it."""
    kind, number = re.fullmatch(r"(\D+)(\d*)", name).groups()  # type: ignore[union-attr]
    return f"{_KINDS[kind]} {number}".strip()


def layer_colours(config: TrainConfig) -> dict[str, str]:
    """Return the colour of each layer that has weights, by its name in words.

    From teal at the image to purple at the answer: neighbours in the network are neighbours in colour.
    """
    names = [layer_title(layer.name) for layer in with_weights(config)]
    return {name: f"hsl({170 + 150 * i / max(1, len(names) - 1):.0f}, 60%, 50%)" for i, name in enumerate(names)}


def is_of(config: TrainConfig, inspection: Inspection) -> bool:
    """Return whether the inspection names the layers of `config`'s network: a record edited by hand may name others."""
    weighted = {layer.name for layer in with_weights(config)}
    activations = {layer.name for layer in layers(config) if layer.kind == "activation"}
    known = inspection.dead.keys() <= activations
    return known and inspection.gradients.keys() == inspection.changes.keys() == weighted


def rate_figure(history: History) -> Option:
    """Draw the learning rate of each report over the epochs."""
    rates = [(s.epoch, s.learning_rate) for s in thin(history.steps)]
    series = [line("learning rate", rates, TRAINING)]
    option = over_epochs("Learning rate", axis("learning rate", 62) | {"min": 0}, history)
    option["grid"]["left"] = 80  # numbers as wide as 0.00025, and the name beyond them
    return option | {"series": series}


def gradients_figure(history: History, config: TrainConfig) -> Option:
    """Draw the length of each layer's gradient over the epochs, on a logarithmic axis."""
    values = [(i.epoch, i.gradients) for i in thin(history.inspections)]
    return _by_layer("Gradient of each layer", axis("length", 44) | _LOGARITHMIC, values, history, config)


def changes_figure(history: History, config: TrainConfig) -> Option:
    """Draw, in per cent of the weights' length, how far one step moves each layer, on a logarithmic axis."""
    values = [(i.epoch, {name: 100 * v for name, v in i.changes.items()}) for i in thin(history.inspections)]
    y = axis("% of its weights", 44) | _LOGARITHMIC
    return _by_layer("One step's change of each layer", y, values, history, config)


def dead_figure(history: History, config: TrainConfig) -> Option:
    """Draw the share of each layer's filters or units whose ReLU is dead, in per cent, over the epochs."""
    values = [(i.epoch, {name: 100 * v for name, v in i.dead.items()}) for i in thin(history.inspections)]
    y = axis("filters and units (%)", 44) | {"min": 0, "max": 100}
    return _by_layer("Dead ReLUs", y, values, history, config)


def histogram_figure(histogram: WeightHistogram) -> Option:
    """Draw one layer's weights now, filled, and at the start, as a line: per cent of them over their values."""
    middles = [(a + b) / 2 for a, b in zip(histogram.edges, histogram.edges[1:], strict=False)]
    now, start = ([100 * share for share in shares] for shares in (histogram.now, histogram.start))
    stairs: Option = {"step": "middle", "symbol": "none"}
    filled = line("now", zip(middles, now, strict=True), TRAINING) | stairs | {"areaStyle": {"opacity": 0.8}}
    outline = line("at the start", zip(middles, start, strict=True), NEUTRAL) | stairs
    return laid_out(layer_title(histogram.layer), {"left": 40, "right": 8, "top": 30, "bottom": 22}, size=13) | {
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "value", "scale": True, "splitNumber": 3, "splitLine": {"show": False}},
        "yAxis": {"type": "value", "min": 0, "splitNumber": 3},
        "series": [filled, outline],
    }


def _by_layer(
    title: str, y: Option, values: Sequence[tuple[float, dict[str, float]]], history: History, config: TrainConfig
) -> Option:
    """Return a chart with one line for each layer in the values, in its colour."""
    colours = layer_colours(config)
    last = values[-1][1] if values else {}
    titles = {name: layer_title(name) for name in last}
    series = [line(title, [(at, of[name]) for at, of in values], colours[title]) for name, title in titles.items()]
    if y["type"] == "log":
        series = [positive(one) for one in series]
    return over_epochs(title, y, history) | {"series": series}
