"""What a network gets wrong and how sure it is: the confusion matrix, reliability, the answers it dares to give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.calibration import Answered, Reliability
from mnist_core.figures.colours import TEST
from mnist_core.figures.curves import thin
from mnist_core.figures.plain import LEGEND, MARGIN, go, title

_MISTAKE = "214, 84, 60"
_BEFORE = "#999999"


def confusion_figure(matrix: NDArray[np.int64], shares: bool = False) -> go.Figure:
    """Draw a confusion matrix, counts (10, 10) by true digit and digit read.

    A cell's point has the true digit as y and the digit read as x. The colour follows the square root, for mistakes
    are few, and leaves the diagonal out.

    Args:
        shares: write each cell as a share of its row, in per cent, and not as a count.
    """
    rows = np.maximum(matrix.sum(1, keepdims=True), 1)
    percent = 100 * matrix / rows
    values = percent if shares else matrix.astype(float)
    colours = np.sqrt(values)
    diagonal = np.eye(10, dtype=bool)
    digits = list(range(10))
    cells = [(i, j) for i in digits for j in digits]

    def written(i: int, j: int) -> str:
        if not matrix[i, j]:
            return ""
        text = f"{percent[i, j]:.2g}" if shares and i != j else f"{percent[i, j]:.1f}" if shares else f"{matrix[i, j]}"
        return f'<span style="opacity:.45">{text}</span>' if i == j else f"<b>{text}</b>"

    most = float(max(colours[~diagonal].max(), 1e-9))
    strong = [not diagonal[cell] and colours[cell] > 0.6 * most for cell in cells]
    texts = [written(*cell) for cell in cells]
    figure = go.Figure(
        [
            go.Heatmap(
                x=digits,
                y=digits,
                z=np.where(diagonal, np.nan, colours),
                colorscale=[(0, f"rgba({_MISTAKE}, 0)"), (1, f"rgba({_MISTAKE}, 1)")],
                zmin=0,
                zmax=most,
                showscale=False,
                hoverinfo="skip",
                xgap=1,
                ygap=1,
            ),
            go.Heatmap(
                x=digits,
                y=digits,
                z=np.where(diagonal, 1.0, np.nan),
                colorscale=[(0, "rgba(128, 128, 128, 0.14)"), (1, "rgba(128, 128, 128, 0.14)")],
                showscale=False,
                hoverinfo="skip",
                xgap=1,
                ygap=1,
            ),
            # A heatmap cannot be selected in; clear squares over its cells can.
            go.Scatter(
                x=[j for _, j in cells],
                y=[i for i, _ in cells],
                mode="markers+text",
                marker={"symbol": "square", "size": 30, "color": "rgba(59, 130, 196, 0)"},
                selected={"marker": {"color": "rgba(59, 130, 196, 0.45)"}},
                unselected={"marker": {"opacity": 1}},
                text=["" if deep else text for text, deep in zip(texts, strong, strict=True)],
                hovertext=[
                    f"{matrix[i, j]:,} of {matrix[i].sum():,} images of a {i} are read as {j}: {percent[i, j]:.2f} %"
                    for i, j in cells
                ],
                hoverinfo="text",
            ),
            # On a saturated red, white is read in both themes; elsewhere the theme chooses.
            go.Scatter(
                x=[j for _, j in cells],
                y=[i for i, _ in cells],
                mode="text",
                text=[text if deep else "" for text, deep in zip(texts, strong, strict=True)],
                textfont={"color": "#fff"},
                hoverinfo="skip",
            ),
        ]
    )
    figure.update_layout(
        title=title(f"Confusion matrix ({'per cent of the row' if shares else 'images'})"),
        height=400,
        margin=MARGIN,
        hovermode="closest",
        dragmode=False,
        showlegend=False,
        clickmode="event+select",
    )
    axis = {"tickmode": "array", "tickvals": digits, "showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(title="digit that is read", range=[-0.5, 9.5], automargin=True, **axis)
    figure.update_yaxes(title="true digit", range=[9.5, -0.5], automargin=True, **axis)
    return figure


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
