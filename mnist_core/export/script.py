"""A run's recipe as a Python script that needs torch and torchvision alone: under 100 lines, and only what it uses.

The script draws every random number in the order in which `training.trainer` draws it, so that its numbers are the
run's own, up to rounding; not those of a run with other handwriting (`pen_variants`), of which the script says so. The
text is in `templates/train.py.j2`. No torch here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mnist_core.architecture import layers
from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.data.mnist import SPLIT_SEED
from mnist_core.errors import RunError
from mnist_core.export.rendering import WIDTH, to_python
from mnist_core.history import History
from mnist_core.model.card import ModelCard
from mnist_core.runs.run import Run
from mnist_core.schedule import AFTER, RateChange

MOST_LINES = 100
"""A script is shorter."""

_NOT_MNIST_ALONE = "this network learned from the class's drawings: a script of MNIST alone would train another one"
_ANOTHER_HAND = (
    "The run was shown other handwriting too (pen_variants), which takes the package mnist_core: this script leaves it "
    "out, so its network will be another one."
)
_ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}


def to_script(config: TrainConfig, name: str, changes: Sequence[RateChange] = (), remark: str = "") -> str:
    """Return the script that trains `config`; its first line has `name`.

    It computes on the processor, in bfloat16 where `config.precision` says so and in float32 where it says 'auto'.

    Args:
        config: what to train.
        name: what it is called.
        changes: those made to the learning rate by hand, the earliest first.
        remark: what else there is to know, written below the first line.

    Raises:
        RunError: there are so many changes that the script would not be short.
    """
    text = to_python(
        "train.py.j2",
        docstring=_docstring_text(name, " ".join(filter(None, [remark, _ANOTHER_HAND * bool(config.pen_variants)]))),
        config=config,
        layers=layers(config),
        activation=_ACTIVATIONS[config.activation],
        changes=[*([(0, 1)] if changes and changes[0][0] else []), *changes],
        after=AFTER,
        shuffle_start=config.shuffle_seed * 1_000_003,
        split_seed=SPLIT_SEED,
        training_images=TRAINING_IMAGES,
    )
    lines = text.splitlines()
    # The largest recipes do without the second empty line around a function, and the very largest without any.
    if len(lines) >= MOST_LINES:
        lines = [line for above, line in zip(["", *lines], lines, strict=False) if above or line]
    if len(lines) >= MOST_LINES:
        lines = [line for line in lines if line]
    if len(lines) >= MOST_LINES:
        raise RunError(
            f"the learning rate of this run was changed by hand {len(changes):,} times: with all of them, a script "
            f"would have {len(lines):,} lines, and it is to have less than {MOST_LINES}"
        )
    return "\n".join(lines) + "\n"


def script_of(run: Run, history: History) -> str:
    """Return the script of a run, in the number format that 'auto' meant on the machine it ran on.

    Raises:
        RunError: MNIST and its settings do not say how its network was trained, or cannot be read.
    """
    if run.fine_tuning.exists():
        raise RunError(
            f"{_NOT_MNIST_ALONE}. Export the run on the Runs page instead: its zip file holds the drawings too"
        )
    config = run.config()
    if config.precision == "auto" and history.started:
        config = config.replace(precision=history.started.precision)
    return to_script(config, run.id, [(change.step, change.factor) for change in history.rate_changes])


def script_of_checkpoint(card: ModelCard, name: str) -> str:
    """Return the script of a network of which nothing is known but what its file says of itself.

    Raises:
        RunError: the network was fine-tuned on drawings, which its file does not hold.
    """
    if card.trained_on.fine_tunings:
        raise RunError(f"{_NOT_MNIST_ALONE}, and a checkpoint does not hold the drawings")
    remark = (
        "Made from a checkpoint, which tells how its training was set up. It does not tell whether the learning rate "
        "was changed by hand meanwhile"
    )
    if card.training_data is None:
        remark += ", or whether the network was taught more than MNIST"
    remark += ": this script would then train another one."
    if card.config.precision == "auto":
        remark += " Nor does it tell the number format that suited its machine: here it is float32."
    return to_script(card.config, name, remark=remark)


def _docstring_text(name: str, remark: str) -> str:
    """Return the script's docstring."""
    first = f"Trains {_quotable(name)} anew. It needs torch and torchvision alone."
    return f"{first}\n\n{textwrap.fill(remark, WIDTH)}\n" if remark else first


def _quotable(name: str) -> str:
    kept = "".join(c for c in name if c.isalnum() or c in "-_. ")
    return kept[:48] or "a run"
