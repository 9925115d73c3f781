"""A board as the server knows it, for a browser that reads the board by itself with the model in hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ui.cached import models
from ui.live import networks, reading

if TYPE_CHECKING:
    from mnist_core.model.inference import Prediction


def servers_board(
    model: models.ModelFile,
    content: str,
    brush: int,
    objects: Sequence[dict[str, Any]],
    answers: Sequence[tuple[Prediction, bool]],
    *,
    whole: bool = False,
) -> reading.ServersBoard:
    """Return what `reading.show_answer` and `reading.show_inside` send to the browser.

    Args:
        model: in hand.
        content: the SHA-256 of its file before the server read the board.
        brush: width in canvas pixels.
        objects: on the board.
        answers: what the server reads in each digit on the board, and whether it says that this is none.
        whole: whether all strokes are one digit, however they lie.

    Raises:
        CheckpointError: the model's file or the detector's has vanished.
    """
    theirs = [reading.ServersAnswer(found.probabilities, doubted) for found, doubted in answers]
    # A run that trains saves its network anew with each report: then nobody knows which one the server has read with.
    same = models.fingerprint(model) == content
    return reading.ServersBoard(
        brush=brush,
        drawing=objects,
        network=networks.address(model.name, content),
        detector=networks.address(models.DETECTOR.name, models.fingerprint(models.DETECTOR)),
        answers=theirs if theirs and same else None,
        whole=whole,
    )
