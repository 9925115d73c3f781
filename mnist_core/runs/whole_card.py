"""The card of a network in a run's directory, completed where an early version of Digit Lab wrote it. No torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from safetensors import numpy as safetensors_numpy

from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.model.card import ModelCard, read_card
from mnist_core.runs.run import Run


def read_whole_card(path: str | Path) -> ModelCard:
    """Read a checkpoint's card without its weights, with what the network was trained on.

    Early versions did not record that a network was fine-tuned. Beside the network lies the file of its drawings, from
    which the card is completed.

    Raises:
        CheckpointError: no such file, or not a checkpoint of Digit Lab; or the file of the drawings is damaged.
    """
    card = read_card(path)
    drawings = Run(Path(path).parent).fine_tuning
    if card.training_data is None and drawings.exists():
        return replace(card, training_data=read_summary(drawings).training_data)
    return card


def read_with_whole_card(path: str | Path) -> bytes:
    """Return a checkpoint as a file that says what the network was trained on, also where it leaves its run.

    Raises:
        CheckpointError: as `read_whole_card`.
        OSError: the file cannot be read.
    """
    content, card = Path(path).read_bytes(), read_whole_card(path)
    if card == read_card(path):
        return content
    return safetensors_numpy.save(safetensors_numpy.load(content), card.to_metadata())
