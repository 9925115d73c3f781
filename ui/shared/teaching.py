"""Teaching: a run that fine-tunes a model on drawings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnist_core.handwriting.drawing import Drawing
from mnist_core.runs.run import Run
from ui.cached import models, run_records
from ui.shared import visitor


def teach(model: models.ModelFile, drawings: Sequence[Drawing], name: str) -> Run:
    """Start a run that fine-tunes `model` on `drawings`, as the visitor's, and return it.

    Args:
        model: where to start.
        drawings: what to learn from; about every fifth is kept aside to measure on.
        name: what to call the run.

    Raises:
        DigitLabError: the model cannot be read, there are too few drawings or too many runs, or nothing can be written.
    """
    from mnist_core.handwriting.fine_tuning import FineTuning

    fine_tuning = FineTuning(
        start=model.name,
        card=models.card(model),
        weights=models.network(model).state_dict(),
        images=np.stack([drawing.image for drawing in drawings]),
        labels=np.array([drawing.label for drawing in drawings], np.uint8),
    )
    content = fine_tuning.to_bytes()
    return run_records.jobs().start(fine_tuning.config, name, asker=visitor.asker(), fine_tuning=content)
