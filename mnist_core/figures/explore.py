"""Charts of the data set: the balance of its classes, its grey values, where its ink falls, maps of it.

They are ECharts options, plain data that the browser paints on a canvas: plotly makes elements of the page or a WebGL
scene of so many points, which takes several times as long. `{@name}` in a tooltip is a value of the datum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.figures.colours import DIGITS, PICKED, TEST, TRAINING, VALIDATION, VIRIDIS
from mnist_core.figures.echarts import Option, axis, dotted, laid_out

SHEET_COLUMNS = 72
"""Images to a row of the sheet from which a map's tooltip shows the image of a point."""
PREVIEW = 84
"""CSS pixels of an image in a map's tooltip."""

MAP_GRID = {"left": 52, "right": 52, "top": 34, "bottom": 44}
"""CSS pixels around a map's points."""

_SPLITS = {"training": TRAINING, "validation": VALIDATION, "test": TEST}


def balance_figure(counts: Mapping[str, NDArray[np.int64]]) -> Option:
    """Draw the share of each digit, in per cent, from counts (10,) of the splits training, validation and test."""
    shares = {split: 100 * count / count.sum() for split, count in counts.items()}
    return laid_out("Balance of the classes", {"left": 44, "right": 4, "top": 58, "bottom": 46}) | {
        "legend": {"right": 0, "top": 26, "itemWidth": 14},
        "xAxis": axis("digit", 26) | {"type": "category", "data": list(range(10)), "axisTick": {"show": False}},
        "yAxis": axis("share of the images (%)", 28),
        "series": [
            {
                "type": "bar",
                "name": split,
                "data": [
                    [i, float(share), f"{counts[split][i]:,} images, {share:.1f}%"] for i, share in enumerate(of_split)
                ],
                "itemStyle": {"color": _SPLITS[split]},
                "barGap": 0,
                "tooltip": {"formatter": f"{split}, digit {{@[0]}}: {{@[2]}}"},
                "markLine": dotted({"yAxis": 10}),
            }
            for split, of_split in shares.items()
        ],
    }


def grey_figure(grey: NDArray[np.int64], colour: str) -> Option:
    """Draw the histogram of grey values from counts (256,), in per cent of all pixels, on a logarithmic axis."""
    share = 100 * grey / grey.sum()
    seen = np.flatnonzero(grey)  # a logarithmic axis has no 0
    return laid_out("Grey values", {"left": 52, "right": 10, "top": 34, "bottom": 46}) | {
        "tooltip": {"trigger": "axis", "formatter": "grey value {@[0]}: {@[2]}% of all pixels"},
        "xAxis": axis("grey value, 0 black to 255 white", 26) | {"max": 255, "interval": 51},
        "yAxis": axis("share of all pixels (%)", 36)
        | {"type": "log", "min": 10 ** int(np.floor(np.log10(share[seen].min()))), "max": 100},
        "series": [
            {
                "type": "line",
                "step": "middle",
                "data": [[int(i), float(share[i]), f"{share[i]:.3f}"] for i in seen],
                "symbol": "none",
                "lineStyle": {"color": colour, "width": 1},
                "areaStyle": {"color": colour, "opacity": 1, "origin": "start"},
            }
        ],
    }


def ink_figure(ink: NDArray[np.float32]) -> Option:
    """Draw where ink falls: the share of images, in per cent, with ink at each pixel of (28, 28)."""
    side = {"type": "category", "data": list(range(28)), "axisLabel": {"interval": 4}, "axisTick": {"show": False}}
    cells = [
        [column, row, round(100 * float(share), 1)] for row, line in enumerate(ink) for column, share in enumerate(line)
    ]
    # 168 is 28 × 6: every pixel is a square of whole screen pixels.
    return laid_out("Where ink falls", {"left": 44, "top": 34, "width": 168, "height": 168}) | {
        "tooltip": {"formatter": "row {@[1]}, column {@[0]}: ink in {@[2]}% of the images"},
        "xAxis": axis("column (pixels)", 26) | side,
        "yAxis": axis("row (pixels)", 28) | side | {"inverse": True},
        "visualMap": {
            "type": "continuous",
            "min": 0,
            "max": max(100 * float(ink.max()), 1),
            "inRange": {"color": list(VIRIDIS)},
            "text": ["images (%)", ""],
            "calculable": True,
            "left": 226,
            "top": 30,
            "itemHeight": 120,
            "precision": 0,
        },
        "series": [{"type": "heatmap", "data": cells, "progressive": 0}],
    }


def map_figure(
    points: NDArray[np.float32], labels: NDArray[np.uint8], indices: NDArray[np.int64], axes: Sequence[str], title: str
) -> Option:
    """Draw images as points (N, 2) in their digits' colours; a click selects one: its index is that of the point.

    Where the pointer is, the tooltip shows the image of that point: an element of the class `map-image`, `PREVIEW`
    pixels wide, moved over a sheet of all images in the order of the points, which the page has to be its background.
    """
    order = np.arange(len(points))
    zoom = {"type": "inside", "filterMode": "none"}
    return laid_out(title, MAP_GRID) | {
        "dataset": {
            "source": pd.DataFrame(
                {
                    "x": points[:, 0],
                    "y": points[:, 1],
                    "digit": labels,
                    "index": indices.astype(np.int32),
                    "column": (order % SHEET_COLUMNS).astype(np.int16),
                    "row": (order // SHEET_COLUMNS).astype(np.int16),
                }
            )
        },
        "tooltip": {
            "formatter": (
                f'<div class="map-image" style="background-position:calc({{@column}} * -{PREVIEW}px) '
                f'calc({{@row}} * -{PREVIEW}px)"></div>training image {{@index}}, labelled {{@digit}}'
            )
        },
        "xAxis": axis(axes[0], 26) | {"scale": True},
        "yAxis": axis(axes[1], 32) | {"scale": True},
        "dataZoom": [zoom | {"xAxisIndex": 0}, zoom | {"yAxisIndex": 0}],
        # The legend: a click on a digit hides its points.
        "visualMap": {
            "type": "piecewise",
            "dimension": "digit",
            "pieces": [{"value": digit, "label": str(digit), "color": DIGITS[digit]} for digit in range(10)],
            "outOfRange": {"symbolSize": 0, "color": "rgba(128, 128, 128, 0.25)"},
            "inverse": True,
            "right": 0,
            "top": 34,
            "itemSymbol": "circle",
            "showLabel": True,
        },
        "series": [
            {
                "type": "scatter",
                "encode": {"x": "x", "y": "y"},
                "symbolSize": 6,
                "itemStyle": {"opacity": 0.8},
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": PICKED, "borderWidth": 3}},
            }
        ],
    }
