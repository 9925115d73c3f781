"""The probability of the true digit against the amount of a corruption, for one image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.corruptions import Corruption
from mnist_core.figures.colours import DIGITS
from mnist_core.figures.plotly import go


def break_figure(
    corruption: Corruption,
    amounts: Sequence[float],
    probabilities: NDArray[np.floating],
    digit: int,
    amount: float,
    limits: Sequence[float],
) -> go.Figure:
    """Draw how probable the true digit is, in per cent, at every amount of one corruption.

    Args:
        corruption: what the image was changed by.
        amounts: ascending, (A,).
        probabilities: of the ten digits at each of them, (A, 10), 0 to 1.
        digit: the true one.
        amount: the current one, which is marked.
        limits: the amounts, at most one a direction, at which the true digit stops being the most probable.
    """
    others = np.delete(probabilities, digit, axis=1)
    rivals = np.delete(np.arange(10), digit)[others.argmax(1)]
    figure = go.Figure(
        [
            go.Scatter(
                x=amounts,
                y=100 * others.max(1),
                customdata=rivals,
                name="strongest other",
                mode="lines",
                line={"color": "grey", "width": 1.5, "dash": "dot"},
                hovertemplate="%{customdata}: %{y:.1f} %<extra></extra>",
            ),
            go.Scatter(
                x=amounts,
                y=100 * probabilities[:, digit],
                name="true digit",
                mode="lines",
                line={"color": DIGITS[digit], "width": 3},
                hovertemplate=f"{digit}: %{{y:.1f}} %<extra></extra>",
            ),
            go.Scatter(
                x=[amount],
                y=[100 * probabilities[list(amounts).index(amount), digit]],
                mode="markers",
                marker={"color": DIGITS[digit], "size": 13},
                hoverinfo="skip",
            ),
        ]
    )
    for limit in limits:
        figure.add_vline(
            limit,
            line={"dash": "dash", "width": 1, "color": "grey"},
            annotation={"text": corruption.say(limit), "font": {"size": 12}},
            annotation_position="top",
        )
    figure.update_layout(
        title={"text": f"Probability of the {digit}", "font": {"size": 14}, "x": 0, "y": 0.98},
        height=290,
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        showlegend=False,
        hovermode="x unified",
        dragmode=False,
        uirevision=corruption.name,
    )
    figure.update_xaxes(
        title=f"{corruption.name} ({corruption.unit})", range=[amounts[0], amounts[-1]], zeroline=False, automargin=True
    )
    figure.update_yaxes(title="probability (%)", range=[0, 104], zeroline=False, automargin=True)
    return figure
