"""The points of a sweep: on the plane of two hyperparameters, on parallel coordinates, in a heat map, by importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnist_core.figures.colours import NEUTRAL, PICKED, VALIDATION, VIRIDIS
from mnist_core.figures.echarts import Option, axis, laid_out
from mnist_core.formatting import accuracy as written_accuracy
from mnist_core.sweeps.heat_map import Cell
from mnist_core.sweeps.points import Point, ranked
from mnist_core.sweeps.sentences import describe_values
from mnist_core.sweeps.space import Choices, Dimension, Range, Value, written

CLICKS = 12
"""Places that can be clicked across a range."""


def plane_figure(
    points: Sequence[Point],
    space: Sequence[Dimension],
    prediction: Mapping[str, Value] | None = None,
    places: Sequence[Mapping[str, Value]] = (),
) -> Option:
    """Draw points over the first two varied fields, or over one with the accuracy above it; the best has a ring.

    Args:
        points: of the sweep.
        space: the varied fields; the first is across.
        prediction: where somebody has said that the best one would lie.
        places: that can be clicked, in a series of their own, the first.
    """
    title = "Where the points lie" if len(space) > 1 else "Accuracy of the points"
    measured = ranked(points)
    accuracies = [100 * point.accuracy for point in measured if point.accuracy is not None]
    low, high = _limits(accuracies)
    other = [point for point in points if point.state != "repeated" and point not in measured]
    shapes = {"running": "circle", "pruned": "triangle", "impossible": "rect", "failed": "diamond"}
    series: list[Option] = [_clickable(places, space)]
    series += [
        _scatter([_dot(p, space) for p in other if p.state == state], shape, 10)
        | {"itemStyle": {"color": "transparent", "borderColor": NEUTRAL, "borderWidth": 1.5}, "name": state}
        for state, shape in shapes.items()
        if len(space) > 1
    ]
    series.append(_scatter([_dot(point, space) for point in measured], "circle", 14) | {"name": "measured"})
    if measured:
        ring = {"color": "transparent", "borderColor": PICKED, "borderWidth": 3}
        series.append(_scatter([_dot(measured[0], space)], "circle", 24) | {"itemStyle": ring, "name": "best"})
    if prediction is not None and all(one.field in prediction for one in space[:2]):
        star = [{"value": [_coordinate(prediction[one.field], one) for one in space[:2]], "name": "the prediction"}]
        if len(space) == 1:
            star[0]["value"] = [star[0]["value"][0], high]
        series.append(_scatter(star, "pin", 30) | {"itemStyle": {"color": PICKED}, "name": "prediction"})
    up = _axis(space[1], 52) if len(space) > 1 else axis("read right (%)", 48) | {"min": low, "max": high}
    wide = isinstance(space[1], Choices) and any(isinstance(v, str) for v in space[1].values) if space[1:] else False
    scale = {"visualMap": _colours(low, high, [n for n, one in enumerate(series) if one["name"] == "measured"])}
    return laid_out(title, {"left": 110 if wide else 74, "right": 78, "top": 36, "bottom": 44}) | {
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}"},
        "xAxis": _axis(space[0], 26),
        "yAxis": up,
        "series": series,
        **(scale if measured else {}),
    }


def places_to_click(space: Sequence[Dimension]) -> list[dict[str, Value]]:
    """Return the places over the plane of the first two varied fields on which one can click."""
    first, *others = ((one.field, one.levels(CLICKS)) for one in space[:2])
    if not others:
        return [{first[0]: value} for value in first[1]]
    return [{first[0]: x, others[0][0]: y} for x in first[1] for y in others[0][1]]


def parallel_figure(points: Sequence[Point], space: Sequence[Dimension]) -> Option:
    """Draw each measured point as a line over one axis a field, the accuracy last; an axis can be brushed."""
    measured = [point for point in reversed(ranked(points)) if point.accuracy is not None]
    accuracies = [100 * (point.accuracy or 0) for point in measured]
    low, high = _limits(accuracies)
    axes: list[Option] = [_axis(one, 0) | {"dim": place} for place, one in enumerate(space)]
    axes.append({"dim": len(space), "name": "read right (%)", "type": "value", "min": low, "max": high})
    for one in axes:
        for part in ("nameLocation", "nameGap", "data") if one["type"] != "category" else ("nameLocation", "nameGap"):
            one.pop(part, None)
    data = [
        {
            "value": [*(_coordinate(point.values[one.field], one) for one in space), round(share, 2)],
            "name": _describe_point(point),
        }
        for point, share in zip(measured, accuracies, strict=True)
    ]
    option = laid_out("Each point as a line", {})
    return {part: option[part] for part in ("animation", "title")} | {
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}"},
        "parallel": {"left": 48, "right": 84, "top": 68, "bottom": 28},
        "parallelAxis": axes,
        "visualMap": _colours(low, high, [0]) | {"dimension": len(space), "right": 0},
        "series": [
            {"type": "parallel", "data": data, "lineStyle": {"width": 2, "opacity": 0.75}, "inactiveOpacity": 0.06}
        ],
    }


def heat_map_figure(found: Sequence[Cell], columns: Sequence[str], rows: Sequence[str], x: str, y: str) -> Option:
    """Draw the mean accuracy of each cell, in per cent, with half the width of its interval."""
    low, high = _limits([100 * cell.mean for cell in found])
    data = []
    for cell in found:
        half = "" if cell.half is None else f" ± {100 * cell.half:.2f}"
        runs = f"{len(cell.accuracies)} run{'' if len(cell.accuracies) == 1 else 's'}"
        light = (100 * cell.mean - low) > 0.6 * (high - low)
        data.append(
            {
                "value": [cell.column, cell.row, round(100 * cell.mean, 2)],
                "name": f"{x} {columns[cell.column]}, {y} {rows[cell.row]}: {100 * cell.mean:.2f}%{half}, {runs}",
                "label": {
                    "show": True,
                    "color": "#000" if light else "#fff",
                    "fontSize": 11,
                    "lineHeight": 14,
                    "formatter": f"{100 * cell.mean:.1f}" + ("" if cell.half is None else f"\n±{100 * cell.half:.1f}"),
                },
            }
        )
    across: Option = {"type": "category", "data": list(columns), "axisLabel": {"fontSize": 10, "hideOverlap": True}}
    return laid_out(f"Read right (%), by {x} and {y}", {"left": 90, "right": 78, "top": 36, "bottom": 48}) | {
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}"},
        "xAxis": axis(x, 28) | across,
        "yAxis": axis(y, 74) | {"type": "category", "data": list(rows), "axisLabel": {"fontSize": 10}},
        "visualMap": _colours(low, high, [0]) | {"dimension": 2},
        "series": [{"type": "heatmap", "data": data}],
    }


def importance_figure(importance: Mapping[str, float]) -> Option:
    """Draw how much of the differences between the points each field explains, in per cent."""
    rising = sorted(importance.items(), key=lambda pair: pair[1])
    names = [name.replace("_", " ") for name, _ in rising]
    shares = [round(100 * share, 1) for _, share in rising]
    return laid_out("What matters", {"left": 110, "right": 24, "top": 36, "bottom": 42}) | {
        "tooltip": {"trigger": "item", "formatter": "{b}: {c}%"},
        "xAxis": axis("share of the differences (%)", 24) | {"min": 0, "max": 100},
        "yAxis": {"type": "category", "data": names},
        "series": [{"type": "bar", "data": shares, "barMaxWidth": 26, "itemStyle": {"color": VALIDATION}}],
    }


def _limits(accuracies: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a colour scale: a few points that learned nothing must not take the colour from all others."""
    if not accuracies:
        return 0.0, 100.0
    ordered = sorted(accuracies)
    low, high = ordered[len(ordered) // 4] if len(ordered) > 3 else ordered[0], ordered[-1]
    low = high - 2 * (high - low)  # the better three quarters lie in the upper half
    return round(max(0.0, low if low < high else high - 1), 2), round(high, 2)


def _colours(low: float, high: float, series: list[int]) -> Option:
    return {
        "type": "continuous",
        "min": low,
        "max": high,
        "dimension": 2,
        "seriesIndex": series,
        "inRange": {"color": list(VIRIDIS)},
        "right": 0,
        "top": "middle",
        "itemHeight": 110,
        "itemWidth": 12,
        "text": [f"{high:.1f}%", f"{low:.1f}%"],
        "calculable": False,
        "textGap": 6,
    }


def _axis(dimension: Dimension, gap: int) -> Option:
    named = axis(dimension.field.replace("_", " "), gap)
    if isinstance(dimension, Range):
        return named | {"type": "log" if dimension.log else "value", "min": dimension.low, "max": dimension.high}
    return named | {"type": "category", "data": [written(value) for value in dimension.values]}


def _coordinate(value: Value, dimension: Dimension) -> Value:
    return value if isinstance(dimension, Range) else written(value)


def _dot(point: Point, space: Sequence[Dimension]) -> Option:
    share = None if point.accuracy is None else round(100 * point.accuracy, 2)
    place: list[Value | None] = [_coordinate(point.values[one.field], one) for one in space[:2]]
    return {"value": [*place, share] if len(space) > 1 else [*place, share, share], "name": _describe_point(point)}


def _describe_point(point: Point) -> str:
    what = written_accuracy(point.accuracy) if point.state == "measured" else point.state
    return f"point {point.number + 1}: {what}, {describe_values(point.values)}"


def _scatter(data: Sequence[Option], symbol: str, size: int) -> Option:
    return {"type": "scatter", "data": list(data), "symbol": symbol, "symbolSize": size, "cursor": "default"}


def _clickable(places: Sequence[Mapping[str, Value]], space: Sequence[Dimension]) -> Option:
    data = [
        {
            "value": [_coordinate(place[one.field], one) for one in space[:2]] + ([50] if len(space) == 1 else []),
            "name": describe_values(place),
        }
        for place in places
    ]
    return {
        "type": "scatter",
        "name": "places",
        "data": data,
        "symbol": "circle",
        "symbolSize": 18,
        "itemStyle": {"color": NEUTRAL, "opacity": 0.25},
        "selectedMode": "single",
        "select": {"itemStyle": {"color": PICKED, "opacity": 1}},
    }
