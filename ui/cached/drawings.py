"""Cached access to the class's drawings and to what a model reads in them, shared by all sessions and bounded."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import multiply_adds
from mnist_core.background import BackgroundTask
from mnist_core.evaluation.predictions import Outputs, read_images, read_in_chunks
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.collection_reader import CollectionReader
from mnist_core.handwriting.drawing import Drawing
from ui.cached import models
from ui.cached.measurements import TURNS
from ui.cached.owned import Kept

_AT_ONCE = 200
"""Drawings that a model reads while the page waits; more are read in the background."""


def drawings() -> tuple[list[Drawing], list[str]]:
    """Return all drawings that can be read, the oldest first, and the names of what cannot. Change neither list."""
    folder = collection().folder
    return _readers.get(folder, lambda: CollectionReader(folder)).read()


_readers: Kept[Path, CollectionReader] = Kept(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a model is with drawings that it has not read before."""

    share: float = 0.0


def drawings_read(model: models.ModelFile, asked: Sequence[Drawing]) -> Outputs | BackgroundTask[Reading]:
    """Return what the model reads in drawings, of which there is one at least; of many new ones, the task that reads.

    A drawing never changes: its id says what it is, and it is read once.

    Raises:
        CheckpointError: the model's file has vanished or is damaged.
    """
    content = models.fingerprint(model)
    known = _known.get(content, dict)
    new = [drawing for drawing in asked if drawing.id not in known]
    if len(new) > _AT_ONCE:
        task = _tasks.get((content, len(new), new[0].id, new[-1].id), lambda: _task(content, model, new))
        if not task.look().finished:  # one that has finished found them, but they have been dropped since
            return task
    if new:
        logits = read_images(models.network(model), np.stack([drawing.image for drawing in new])).logits
        known.update(zip([drawing.id for drawing in new], logits, strict=True))
    return Outputs(np.stack([known[drawing.id] for drawing in asked]))


_known: Kept[str, dict[str, NDArray[np.float32]]] = Kept(16)
"""By the content of a model, the logits of each drawing that it has read, by the drawing's id."""
_tasks: Kept[tuple[str, int, str, str], BackgroundTask[Reading]] = Kept(16)
"""By the content of a model, how many new drawings it reads, the first one and the last."""


def _task(content: str, model: models.ModelFile, new: Sequence[Drawing]) -> BackgroundTask[Reading]:
    known, count = _known.get(content, dict), len(new)

    def make() -> Generator[Reading, None, None]:
        done = 0
        network = models.load_content(model.path, content)  # not before: just after the start torch takes seconds
        for logits in read_in_chunks(network, np.stack([drawing.image for drawing in new])):
            read = new[done : done + len(logits)]
            known.update(zip([drawing.id for drawing in read], logits, strict=True))
            done += len(read)
            yield Reading(done / count)

    work = float(count * multiply_adds(models.card(model).config))
    return BackgroundTask(make, Reading(), TURNS, work=work)
