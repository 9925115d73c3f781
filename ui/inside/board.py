"""A small board beside the layers: what is drawn on it is the digit in hand, and the first layer follows the pen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnist_core.errors import CheckpointError
from mnist_core.figures.colours import DIGITS
from mnist_core.figures.diverging import largest
from ui.cached import measurements, models
from ui.inside import state
from ui.live import reading
from ui.shared import board_state, live_board, session, small_board

if TYPE_CHECKING:
    from mnist_core.explain.activations import Activation
    from mnist_core.model.inference import Prediction

SIDE = 180
"""CSS pixels; beside the layers on a projector, with digit and bars above it."""
BRUSH = 13
SERVERS_DIGIT = state.key("servers-digit")
"""Key of the container with digit and bars as the server knows them; out of sight while the browser is ahead."""


def canvas() -> int:
    """Draw the board, take the first digit on it in hand, and return how many there are."""
    return small_board.canvas(state.PAGE, state.DRAWN, SIDE, BRUSH)


def show_digit(model: models.ModelFile, content: str, digits: int, found: Prediction) -> None:
    """Show digit and bars as the browser reads them while it is ahead of the server.

    Args:
        model: in hand.
        content: the SHA-256 of its file before the server read the digit in hand.
        digits: on the board, of which the first is in hand.
        found: what the server reads in that digit.
    """
    held = session.digit()
    try:
        answers = []
        if digits == 1 and held is not None:
            answers = [(found, measurements.detector().describe_refusal(held.image) is not None)]
        servers = live_board.servers_board(model, content, BRUSH, board_state.objects(state.PAGE), answers)
    except CheckpointError:  # the page has said so
        return
    reading.show_inside(state.key("live-digit"), board_state.key(state.PAGE), servers, SERVERS_DIGIT, DIGITS)


def show_maps(chart: str, found: Activation) -> None:
    """Have the chart of the first layer's maps, `found`, follow the pen."""
    reading.show_maps(state.key("live-maps"), board_state.key(state.PAGE), chart, largest(found.values))
