"""Fine-tunings for tests: their record on a card, a run of one, and its files as an early version wrote them."""

import json

import numpy as np
from safetensors.torch import load_file, save_file

from mnist_core.asker import TEACHER
from mnist_core.handwriting.fine_tuning import FineTuning
from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.model.card import read_card
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.training_data import FineTuningData, TrainingData
from mnist_core.runs.store import create_run

TAUGHT = FineTuningData(start="best", start_test_accuracy=0.9963, learned=235, held_out=65, mixed_in=6_000)
TAUGHT_DATA = TrainingData(mnist=55_000, held_back=5_000, fine_tunings=(TAUGHT,))


def fine_tuning_of(start, mnist, count=60):
    """Return a fine-tuning of a trained run's network on test images upside down, so that there is much to learn."""
    model, card = load_checkpoint(start.snapshot)
    return FineTuning(
        start=start.id,
        card=card,
        weights=model.state_dict(),
        images=np.array(mnist.test_images[:count, ::-1]),
        labels=np.array(mnist.test_labels[:count]),
    )


def taught_run(start, mnist, count=60):
    """Return a run that has yet to carry out such a fine-tuning."""
    fine_tuning = fine_tuning_of(start, mnist, count)
    return create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER)


def as_an_early_version_wrote_it(run):
    """Take out of a fine-tuning's files what early versions did not write."""
    summary = read_summary(run.fine_tuning)
    about = {
        "model": summary.start,
        "test_accuracy": summary.card.metrics.get("test_accuracy"),
        "held_out": summary.held_out,
        "trained": summary.card.config.to_dict(),
    }
    save_file(load_file(run.fine_tuning), run.fine_tuning, {"lesson": json.dumps(about)})
    for path in run.path.glob("*.safetensors"):
        if path not in (run.fine_tuning, run.state):
            metadata = read_card(path).to_metadata()
            metadata.pop("training_data")
            save_file(load_file(path), path, metadata)
    return run
