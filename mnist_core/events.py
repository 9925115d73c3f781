"""What training reports: small frozen records of plain numbers, JSON both ways. No torch, no Streamlit."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


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
class Finished:
    """The last event of a completed run: the test images, opened once."""

    kind: ClassVar[str] = "finished"
    step: int
    test_loss: float
    test_accuracy: float
    seconds: float


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


Event = Started | Step | Validation | Epoch | Finished | Stopped | Failed
KINDS: dict[str, type[Any]] = {t.kind: t for t in (Started, Step, Validation, Epoch, Finished, Stopped, Failed)}


def to_json(event: Event) -> str:
    """Return the event as one line of JSON, without the line end."""
    return json.dumps({"kind": event.kind, **asdict(event)}, allow_nan=False)


def from_json(line: str | bytes) -> Event:
    """Read one line back.

    Raises:
        ValueError: not JSON, an unknown kind, or other fields than the kind has.
    """
    record = json.loads(line)
    if not isinstance(record, dict) or record.get("kind") not in list(KINDS):
        raise ValueError(f"expected an event of a known kind, received {line[:80]!r}")
    kind = KINDS[record.pop("kind")]
    names = {f.name: f.type for f in fields(kind)}
    if record.keys() != names.keys():
        raise ValueError(f"a {kind.kind} event has the fields {sorted(names)}, received {sorted(record)}")
    for name, declared in names.items():
        if not isinstance(record[name], _TYPES[str(declared)]) or isinstance(record[name], bool):
            raise ValueError(f"{kind.kind}.{name} must be {declared}, received {record[name]!r}")
        # A line edited by hand: no chart or interval can be drawn of an accuracy of 5, or of what is no number.
        if isinstance(record[name], (int, float)) and not 0 <= record[name] <= (1 if "accuracy" in name else 1e300):
            raise ValueError(f"{kind.kind}.{name} must be a possible number, received {record[name]!r}")
    return kind(**record)


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "str": (str,),
}
