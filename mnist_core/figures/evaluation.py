"""What a network gets wrong and how sure it is: the confusion matrix, reliability, the answers it dares to give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.calibration import Answered, Reliability
from mnist_core.figures.colours import COMPARED, PICKED, TEST
from mnist_core.figures.echarts import LEGEND, Option, axis, laid_out, line, plot, with_texts
from mnist_core.figures.training import thin
from mnist_core.formatting import with_article

_MISTAKE = "214, 84, 60"
_FRAME = {"borderColor": PICKED, "borderWidth": 3}

MATRIX_GRID = {"left": 44, "right": 4, "top": 34, "bottom": 46}
"""CSS pixels around the cells of a confusion matrix."""


def confusion_figure(matrix: NDArray[np.int64], shares: bool = False, picked: tuple[int, int] | None = None) -> Option:
    """Draw a confusion matrix, counts (10, 10) by true digit and digit read; a click selects a cell.

    Its index is 10 times the true digit plus the digit read. The colour follows the square root, for mistakes are few,
    and leaves the diagonal out.

    Args:
        matrix: the counts.
        shares: write each cell as a share of its row, in per cent, and not as a count.
        picked: the true digit and the digit read of the cell that is framed.
    """
    percent = 100 * matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    depth = np.sqrt(percent if shares else matrix)
    most = max(float(depth[~np.eye(10, dtype=bool)].max()), 1e-9)

    def cell(true: int, read: int) -> Option:
        count, share = matrix[true, read], percent[true, read]
        tooltip = f"{count:,} of {matrix[true].sum():,} images of {with_article(true)} are read as {read}: {share:.2f}%"
        text = f"{count}" if not shares else "<0.1" if share < 0.05 else f"{share:.1f}" if share < 99.95 else "100"
        strength = min(float(depth[true, read]) / most, 1.0)
        colour = "rgba(128, 128, 128, 0.14)" if true == read else f"rgba({_MISTAKE}, {strength:.3f})"
        # On a saturated red, white is read in both themes; elsewhere the theme chooses.
        written: Option = {"opacity": 0.55} if true == read else {"fontWeight": "bold"}
        written |= {"color": "#fff"} if true != read and strength > 0.6 else {}
        return {
            "name": f"{true} read as {read}",  # or ECharts takes a column for one item, which is clicked on as a whole
            "value": [read, true, int(count), tooltip],
            "itemStyle": {"color": colour} | (_FRAME if (true, read) == picked else {}),
            "label": {"show": bool(count), "formatter": text} | written,
        }

    digits = {"type": "category", "data": list(range(10)), "axisTick": {"show": False}, "axisLine": {"show": False}}
    name = f"Confusion matrix ({'per cent of the row' if shares else 'images'})"
    return laid_out(name, MATRIX_GRID) | {
        "tooltip": {"formatter": "{@[3]}"},
        "xAxis": axis("digit that is read", 26) | digits,
        "yAxis": axis("true digit", 28) | digits | {"inverse": True},
        "series": [
            {
                "type": "heatmap",
                "data": [cell(true, read) for true in range(10) for read in range(10)],
                # Not "inside": there ECharts takes a pale cell for a dark one, and writes white on it in either theme.
                "label": {
                    "position": ["50%", "50%"],
                    "align": "center",
                    "verticalAlign": "middle",
                    "textBorderColor": "transparent",
                },
                "selectedMode": "single",
                "select": {"itemStyle": _FRAME},
            }
        ],
    }


def reliability_figure(before: Reliability, after: Reliability) -> Option:
    """Draw how often a network is right against how sure it is, before and after temperature scaling."""
    perfect = line("perfect", [(0, 0), (100, 100)], "gray") | {"symbol": "none", "silent": True}
    perfect["lineStyle"] |= {"type": "dotted", "width": 2}
    series = [perfect]
    for name, table, colour in (("before", before, COMPARED), ("after scaling", after, TEST)):
        filled = table.counts > 0
        sure, right = 100 * table.confidence[filled], 100 * table.accuracy[filled]
        bins = list(zip(sure, right, table.counts[filled], strict=True))
        one = with_texts(
            line(name, zip(sure, right, strict=True), colour),
            [f"{count:,} images, {x:.1f}% sure, {y:.1f}% of them right" for x, y, count in bins],
        )
        for point, (_, _, count) in zip(one["data"], bins, strict=True):
            # The area grows with the images; a bin of one image can still be seen.
            point["symbolSize"] = round(5 + 13 * float(np.sqrt(count / table.counts.sum())), 1)
        series.append(one | {"showSymbol": True, "clip": False})
    ends: Option = {"min": 0, "max": 100}
    option = plot("Reliability", axis("how sure it is (%)", 24) | ends, axis("images read right (%)", 36) | ends)
    option["tooltip"] = {"formatter": "{a}: {b}", "confine": True}
    return option | {"series": series, "legend": LEGEND}


def answered_figure(curve: Answered, threshold: float) -> Option:
    """Draw the accuracy of the answers against the share of images answered, and the point of one threshold."""
    points = thin(list(zip(100 * curve.share, 100 * curve.accuracy, 100 * curve.threshold, strict=True)))
    series = [
        with_texts(
            line("test", [(share, accuracy) for share, accuracy, _ in points], TEST),
            [f"from {z:.1f}% sure: answers {x:.1f}%, of which {y:.2f}% are right" for x, y, z in points],
        )
    ]
    share, accuracy = curve.at(threshold)
    if accuracy is not None:
        point = line(f"from {100 * threshold:.0f}% sure", [(100 * share, 100 * accuracy)], TEST)
        series.append(point | {"symbolSize": 13, "silent": True, "clip": False, "tooltip": {"show": False}})
    x, y = axis("images it answers (%)", 24), axis("of its answers, right (%)", 40)
    option = plot("When it may say “I don't know”", x | {"scale": True, "max": 100}, y | {"scale": True, "max": 100})
    option["tooltip"]["formatter"] = "{b0}"
    return option | {"series": series, "legend": LEGEND}
