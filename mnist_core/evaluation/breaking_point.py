"""Change one image more and more, and find where a network reads another digit. No torch at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.corruptions import Corruption
from mnist_core.storage.png import to_grey

if TYPE_CHECKING:
    from torch import nn


def steps(corruption: Corruption) -> list[float]:
    """Return the amounts within the corruption's reach, a step apart, ascending; 0 is one of them."""
    low, high, step = corruption.reach
    return [round(i * step, 6) for i in range(round(low / step), round(high / step) + 1)]


def changed(image: NDArray[np.float32], corruption: Corruption, amounts: Sequence[float]) -> NDArray[np.float32]:
    """Return (A, 28, 28): one image (28, 28) changed by each of the amounts, with the same noise at all of them."""
    return np.concatenate([corruption.apply(image[None], amount, np.random.default_rng(0)) for amount in amounts])


def probabilities(
    model: nn.Module, image: NDArray[np.float32], corruption: Corruption, amounts: Sequence[float]
) -> NDArray[np.float32]:
    """Return the ten digits' probabilities, (A, 10), of one image (28, 28) changed by each of the amounts."""
    from mnist_core.model.inference import predict_logits

    grey = to_grey(changed(image, corruption, amounts))
    return predict_logits(model, grey).softmax(1).numpy()


def limits(amounts: Sequence[float], readings: Sequence[int], digit: int) -> list[float]:
    """Return where `digit` is lost: the first amount on either side of 0 at which another one is read.

    Args:
        amounts: ascending, with 0 among them.
        readings: the digit that is read at each.
        digit: the true one; if it is not read even at 0, that is its one limit.
    """
    lost = [amount for amount, read in zip(amounts, readings, strict=True) if read != digit]
    if 0 in lost:
        return [0.0]
    below, above = [a for a in lost if a < 0], [a for a in lost if a > 0]
    return below[-1:] + above[:1]
