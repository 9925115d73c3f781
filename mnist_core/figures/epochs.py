"""How one network's reading of one digit changed from epoch to epoch."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.figures.colours import DIGITS
from mnist_core.figures.plain import MARGIN, go, title


def probabilities_figure(epochs: Sequence[int], probabilities: Sequence[Sequence[float]], chosen: int) -> go.Figure:
    """Draw the ten probabilities, a row an epoch, in per cent over the epochs; a line marks the chosen epoch."""
    figure = go.Figure(
        [
            go.Scatter(
                x=list(epochs),
                y=[100 * row[digit] for row in probabilities],
                name=str(digit),
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={"size": 5},
                hovertemplate=f"{digit}: %{{y:.1f}} %<extra></extra>",
            )
            for digit, colour in enumerate(DIGITS)
        ]
    )
    figure.add_vline(x=chosen, line={"width": 1, "dash": "dot"})
    figure.update_layout(
        title=title("What it read in this digit, epoch by epoch"),
        height=300,
        margin=MARGIN,
        hovermode="x unified",
        uirevision="epochs",
    )
    figure.update_xaxes(title="epochs of training", automargin=True)
    figure.update_yaxes(title="probability (%)", range=[-2, 102], automargin=True)
    return figure
