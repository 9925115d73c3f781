"""Events: what a training reports, as small frozen records of plain numbers. No torch, no Streamlit.

`event_json` writes and reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

LARGEST_FACTOR = 1000.0
"""A learning rate is raised or lowered by hand this many times at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """The first event of a run, and again the first after each resume."""

    kind: ClassVar[str] = "started"
    device: str
    """cpu, cuda or mps."""
    precision: str
    """Format of the arithmetic: float32 or bfloat16."""
    threads: int
    parameters: int
    steps_per_epoch: int
    total_steps: int
    epoch: int
    """Epochs completed before; 0 for a new run. What was reported beyond them no longer counts."""
    precision_reason: str = ""
    """Why this precision, in a few words; empty where there is nothing to say, and in records of before."""
    threads_reason: str = ""
    """Why so many threads, likewise."""
    max_seconds: int = 0
    """The limit in seconds of training after which the run ends; 0: none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A report by the clock, about four a second: what happened since the last one."""

    kind: ClassVar[str] = "step"
    step: int
    """Optimisation steps done."""
    epoch: float
    """Epochs done, with the fraction."""
    loss: float
    """Mean training loss since the last report."""
    accuracy: float
    """Share of training images read right since the last report."""
    learning_rate: float
    images_per_second: float
    seconds: float
    """Seconds of training so far, without pauses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Validation:
    """A measurement on the validation images, within an epoch or at its end."""

    kind: ClassVar[str] = "validation"
    step: int
    epoch: float
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """A look inside one optimisation step since the last report; about one a second, ever rarer in a long run."""

    kind: ClassVar[str] = "inspection"
    step: int
    epoch: float
    gradients: dict[str, float]
    """Of each layer with weights, by its name: length (L2 norm) of the loss's gradient, weights and biases as one."""
    changes: dict[str, float]
    """Of the same layers: the length of the step's change, as a share of the length of the weights."""
    dead: dict[str, float]
    """Of each ReLU, by its name: share of its filters or units that gave zero, everywhere, for all sample images."""
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """The end of an epoch. The training numbers are means over the epoch, while the weights were changing."""

    kind: ClassVar[str] = "epoch"
    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RateChanged:
    """Somebody changed the learning rate while it trained: from the step of this number (from 0) on."""

    kind: ClassVar[str] = "rate"
    step: int
    epoch: float
    factor: float
    """What the schedule's learning rate is multiplied by from here on."""
    old: float
    new: float
    """The learning rate of this step without and with the change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The last event of a completed run: the test images, opened once."""

    kind: ClassVar[str] = "finished"
    step: int
    test_loss: float
    test_accuracy: float
    seconds: float
    best_epoch: int | None = None
    """With early stopping, the epoch whose weights were tested and are used; None: those of the last step."""
    max_seconds: int | None = None
    """The limit in seconds of training that ended the run before its last step; None: no limit did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """The last event of a run that was stopped; its weights are those of the last report."""

    kind: ClassVar[str] = "stopped"
    step: int
    epoch: float
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The last event of a run that could not go on, with the reason as a sentence."""

    kind: ClassVar[str] = "failed"
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Diverged(Failed):
    """The last event of a run whose loss became infinite or not a number."""

    kind: ClassVar[str] = "diverged"


Event = Started | Step | Validation | Inspection | Epoch | RateChanged | Finished | Stopped | Failed
KINDS: dict[str, type[Any]] = {
    t.kind: t for t in (Started, Step, Validation, Inspection, Epoch, RateChanged, Finished, Stopped, Failed, Diverged)
}
