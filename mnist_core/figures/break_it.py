"""The probability of the true digit against the amount of a corruption, for one image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.corruptions import Corruption
from mnist_core.figures.colours import DIGITS
from mnist_core.figures.echarts import Option, axis, dotted, line, plot, told


def break_figure(
    corruption: Corruption,
    amounts: Sequence[float],
    probabilities: NDArray[np.floating],
    digit: int,
    amount: float,
    limits: Sequence[float],
) -> Option:
    """Draw how probable the true digit is, in per cent, at every amount of one corruption.

    Args:
        corruption: what the image was changed by.
        amounts: ascending, (A,).
        probabilities: of the ten digits at each of them, (A, 10), 0 to 1.
        digit: the true one.
        amount: the current one, which is marked.
        limits: the amounts, at most one a direction, at which the true digit stops being the most probable.
    """
    percent = 100 * probabilities
    others = np.delete(percent, digit, axis=1)
    rivals = np.delete(np.arange(10), digit)[others.argmax(1)]
    rival = line("strongest other", zip(amounts, others.max(1), strict=True), "gray")
    rival["lineStyle"] |= {"type": "dotted", "width": 1.5}
    true = line("true digit", zip(amounts, percent[:, digit], strict=True), DIGITS[digit])
    true["lineStyle"]["width"] = 3
    label: Option = {"show": True, "position": "end"}
    true["markLine"] = dotted(*({"xAxis": x, "label": label | {"formatter": corruption.say(x)}} for x in limits))
    now = line("now", [(amount, percent[list(amounts).index(amount), digit])], DIGITS[digit])
    x = axis(f"{corruption.name} ({corruption.unit})", 24) | {"min": amounts[0], "max": amounts[-1]}
    option = plot(f"Probability of the {digit}", x, axis("probability (%)", 36) | {"min": 0, "max": 100})
    option["grid"]["top"] = 56
    option["tooltip"]["formatter"] = "{b0}<br>{b1}"
    return option | {
        "series": [
            told(true, [f"{digit}: {share:.1f}%" for share in percent[:, digit]]),
            told(rival, [f"{one}: {share:.1f}%" for one, share in zip(rivals, others.max(1), strict=True)]),
            now | {"symbolSize": 13, "silent": True, "clip": False, "tooltip": {"show": False}},
        ]
    }
