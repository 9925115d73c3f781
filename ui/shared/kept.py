"""What a browser keeps over a reload: the digit in hand, the board of the Draw page, and what was filed from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ui.cached.owned import Kept
from ui.shared import visitor

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult

    from mnist_core.handwriting.collection import Drawing


@dataclass(frozen=True, slots=True)
class DigitInHand:
    """The last thing drawn, uploaded or picked from the data set."""

    image: NDArray[np.float32]
    """(28, 28) in [0, 1], white on black."""
    source: str
    """Where it is from, in words."""
    label: int | None = None
    """The true digit, where it is known."""


@dataclass(slots=True)
class KeptByBrowser:
    """What a browser keeps over a reload, with which a new session begins."""

    digit: DigitInHand | None = None
    drawn: CanvasResult | None = None
    """What is on the board of the Draw page."""
    filed: dict[bytes, Drawing] = field(default_factory=dict)
    """What was filed in the class's collection, by the bytes of its image."""


def kept() -> KeptByBrowser:
    """Return what this browser keeps, for an hour or so, if it takes cookies; a second tab begins with it, too."""
    return _kept_by.get(visitor.key(), KeptByBrowser)


_kept_by: Kept[str, KeptByBrowser] = Kept(60, seconds=3600)


def forget_kept() -> None:
    """Forget what all browsers keep: what they have drawn has been deleted."""
    _kept_by.clear()
