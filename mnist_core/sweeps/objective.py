"""What a sweep raises: one number of a point, from what its runs have read right and how long they trained. No torch.

torch is imported when drawings are read, not before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np

from mnist_core.errors import RunError, SweepError
from mnist_core.handwriting.drawing import Drawing
from mnist_core.history import History
from mnist_core.runs.run import Run
from mnist_core.sweeps.settings import SweepSettings


def score(settings: SweepSettings, accuracies: Sequence[float], seconds: Sequence[float], images: int) -> float:
    """Return how good a point is; larger is better.

    For the training time it is the logarithm of 1 / (share of mistakes² x seconds), the figure of merit by which
    simulations are compared (X-5 Monte Carlo Team, MCNP manual, 2003): four times the time has to halve the mistakes.

    Args:
        settings: of the sweep.
        accuracies: of the point's runs.
        seconds: of training, of each.
        images: how many were read; a run without a mistake counts as one that makes half of one.
    """
    if settings.objective != "accuracy for time":
        return fmean(accuracies)
    mistakes = [max(1 - accuracy, 0.5 / max(images, 1)) for accuracy in accuracies]
    return fmean(-2 * math.log10(share) - math.log10(max(s, 1e-3)) for share, s in zip(mistakes, seconds, strict=True))


def accuracy_of(run: Run, history: History, settings: SweepSettings, drawings: Sequence[Drawing]) -> float:
    """Return what the network of a finished run reads right: of the validation images, or of the drawings.

    Raises:
        RunError: nothing was measured.
        SweepError: the drawings have been deleted.
        CheckpointError: the network cannot be read.
    """
    if settings.objective != "drawings":
        if history.validation_accuracy is None:
            raise RunError(f"the run {run.id} has no validation accuracy")
        return history.validation_accuracy
    if not drawings:
        raise SweepError("all drawings on which it measures have been deleted")
    from mnist_core.evaluation.predictions import read_images
    from mnist_core.model.checkpoint import load_checkpoint

    network, _ = load_checkpoint(run.snapshot)
    read = read_images(network, np.stack([drawing.image for drawing in drawings]))
    return float(read.correct(np.array([drawing.label for drawing in drawings], np.uint8)).mean())
