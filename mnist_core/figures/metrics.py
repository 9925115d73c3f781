"""What a network gets wrong and how sure it is: the confusion matrix, reliability, the answers it dares to give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.calibration import Answered, Reliability
from mnist_core.figures.colours import PICKED, TEST
from mnist_core.figures.curves import thin
from mnist_core.figures.echarts import Option, axis, laid_out
from mnist_core.figures.plotly import LEGEND, MARGIN, go, title

_MISTAKE = "214, 84, 60"
_BEFORE = "#999999"

MATRIX_GRID = {"left": 44, "right": 4, "top": 34, "bottom": 46}
"""CSS pixels around the cells of a confusion matrix."""


def confusion_figure(matrix: NDArray[np.int64], shares: bool = False) -> Option:
    """Draw a confusion matrix, counts (10, 10) by true digit and digit read; a click selects a cell.

    Its index is 10 times the true digit plus the digit read. The colour follows the square root, for mistakes are few,
    and leaves the diagonal out.

    Args:
        shares: write each cell as a share of its row, in per cent, and not as a count.
    """
    percent = 100 * matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    depth = np.sqrt(percent if shares else matrix)
    most = max(float(depth[~np.eye(10, dtype=bool)].max()), 1e-9)

    def cell(true: int, read: int) -> Option:
        count, share = matrix[true, read], percent[true, read]
        told = f"{count:,} of {matrix[true].sum():,} images of a {true} are read as {read}: {share:.2f} %"
        text = f"{count}" if not shares else f"{share:.1f}" if true == read else f"{share:.2g}"
        strength = min(float(depth[true, read]) / most, 1.0)
        colour = "rgba(128, 128, 128, 0.14)" if true == read else f"rgba({_MISTAKE}, {strength:.3f})"
        # On a saturated red, white is read in both themes; elsewhere the theme chooses.
        written: Option = {"opacity": 0.55} if true == read else {"fontWeight": "bold"}
        written |= {"color": "#fff"} if true != read and strength > 0.6 else {}
        return {
            "value": [read, true, int(count), told],
            "itemStyle": {"color": colour},
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
                "select": {"itemStyle": {"borderColor": PICKED, "borderWidth": 3}},
            }
        ],
    }


def reliability_figure(before: Reliability, after: Reliability) -> go.Figure:
    """Draw how often a network is right against how sure it is, before and after temperature scaling."""
    figure = go.Figure(
        go.Scatter(
            x=[0, 100],
            y=[0, 100],
            name="perfect",
            mode="lines",
            line={"color": "rgba(128, 128, 128, 0.6)", "dash": "dot", "width": 1},
            hoverinfo="skip",
        )
    )
    for name, table, colour in (("before", before, _BEFORE), ("after scaling", after, TEST)):
        filled = table.counts > 0
        figure.add_scatter(
            x=100 * table.confidence[filled],
            y=100 * table.accuracy[filled],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            # The area grows with the images; a bin of one image can still be seen.
            marker={"size": 5 + 13 * np.sqrt(table.counts[filled] / table.counts.sum()), "opacity": 0.9},
            cliponaxis=False,
            customdata=table.counts[filled],
            hovertemplate=(
                f"{name}: %{{customdata:,}} images, %{{x:.1f}} % sure, %{{y:.1f}} % of them right<extra></extra>"
            ),
        )
    _style(figure, "Reliability", "how sure it is (%)", "images read right (%)")
    figure.update_xaxes(range=[0, 102])
    figure.update_yaxes(range=[0, 102])
    return figure


def answered_figure(curve: Answered, threshold: float) -> go.Figure:
    """Draw the accuracy of the answers against the share of images answered, and the point of one threshold."""
    points = thin(list(zip(curve.share, curve.accuracy, curve.threshold, strict=True)))
    figure = go.Figure(
        go.Scatter(
            x=[100 * share for share, _, _ in points],
            y=[100 * accuracy for _, accuracy, _ in points],
            name="test",
            mode="lines",
            line={"color": TEST, "width": 2},
            customdata=[100 * sure for _, _, sure in points],
            hovertemplate=(
                "from %{customdata:.1f} % sure: answers %{x:.1f} %, of which %{y:.2f} % are right<extra></extra>"
            ),
        )
    )
    share, accuracy = curve.at(threshold)
    if accuracy is not None:
        figure.add_scatter(
            x=[100 * share],
            y=[100 * accuracy],
            name=f"from {100 * threshold:.0f} % sure",
            mode="markers",
            marker={"color": TEST, "size": 12},
            hoverinfo="skip",
        )
    _style(figure, "When it may say “I don't know”", "images it answers (%)", "of its answers, right (%)")
    return figure


def _style(figure: go.Figure, text: str, x: str, y: str) -> None:
    figure.update_layout(
        title=title(text),
        height=330,
        margin=MARGIN,
        legend=LEGEND,
        hovermode="closest",
        dragmode=False,
    )
    figure.update_xaxes(title=x, automargin=True, fixedrange=True)
    figure.update_yaxes(title=y, automargin=True, fixedrange=True)
