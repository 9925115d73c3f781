"""The answer that follows the pen: the browser's own reading of the board, in place of the server's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mnist_core.errors import CheckpointError
from mnist_core.figures.colours import DIGITS
from ui.cached import models
from ui.draw import board, state
from ui.live import reading
from ui.shared import live_board

if TYPE_CHECKING:
    from ui.shared.answers import Answer

SERVERS_ANSWER, SERVERS_IMAGE = state.key("servers-answer"), state.key("servers-image")
"""Keys of the containers with what the server says of the board; they are out of sight while the browser reads it."""


def show_answer(model: models.ModelFile, content: str, read: Sequence[Answer], invitation: str) -> None:
    """Show what the browser reads on the board.

    Args:
        model: in hand.
        content: the SHA-256 of its file before the server read the board.
        read: what the server has read there.
        invitation: what is said where nothing is drawn.
    """
    answers = [(one.found, one.doubt is not None) for one in read]
    try:
        servers = live_board.servers_board(model, content, board.brush(), board.objects(), answers)
    except CheckpointError:  # the server's answer says so
        return
    reading.show_answer(state.key("live-answer"), state.canvas_key(), servers, SERVERS_ANSWER, invitation, DIGITS)


def show_image(place: int) -> None:
    """Show the image that the network sees of the digit at `place` on the board. Call it beside `show_answer`."""
    reading.show_image(state.key("live-image"), state.canvas_key(), SERVERS_IMAGE, place)
