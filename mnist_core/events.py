"""What training reports: small frozen records of plain numbers, JSON both ways. No torch, no Streamlit."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar, get_args

from mnist_core.config import Precision
from mnist_core.untrusted_text import SENTENCE, SHORT, clean, quoted

LONGEST_LINE = 2**15
"""Bytes of an event as JSON: five times what one has that tells of 64 layers."""
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


_FIELDS: dict[str, tuple[dict[str, str], set[str]]] = {
    name: ({f.name: str(f.type) for f in fields(t)}, {f.name for f in fields(t) if f.default is MISSING})
    for name, t in KINDS.items()
}
"""Of each kind, the type of each field by its name, and the names of those that must be there."""


def to_json(event: Event) -> str:
    """Return the event as one line of JSON, without the line end."""
    return json.dumps({"kind": event.kind, **asdict(event)}, allow_nan=False)


def from_json(line: str | bytes) -> Event:
    """Read one line back.

    Raises:
        ValueError: not JSON, too long for an event, or not what `from_record` takes.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"an event has at most {LONGEST_LINE:,} bytes, received {len(line):,}")
    try:
        return from_record(json.loads(line))
    except RecursionError as error:
        raise ValueError("expected an event, received brackets within brackets") from error


def from_record(record: Any) -> Event:
    """Make an event of its fields and its kind. Those with a default may be absent: older records have fewer fields.

    A record may come from anywhere: its texts are cleaned and cut to a length, its numbers have to be possible ones.

    Raises:
        ValueError: an unknown kind, other fields than the kind has, or numbers that no training reports.
    """
    if not isinstance(record, dict) or record.get("kind") not in list(KINDS):
        raise ValueError(f"expected an event of a known kind, received {quoted(record)}")
    kind = KINDS[record["kind"]]
    record = {name: value for name, value in record.items() if name != "kind"}
    declared, needed = _FIELDS[kind.kind]
    if not needed <= record.keys() <= declared.keys():
        raise ValueError(f"a {kind.kind} event has the fields {sorted(declared)}, received {quoted(sorted(record))}")
    for name, value in record.items():
        if type(value) not in _TYPES[declared[name]]:
            raise ValueError(f"{kind.kind}.{name} must be {declared[name]}, received {quoted(value)}")
        record[name] = _checked(kind.kind, name, value)
    if kind is Started and not (record["steps_per_epoch"] and record["total_steps"]):
        raise ValueError("started.steps_per_epoch and started.total_steps must be at least 1")
    return kind(**record)


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "str": (str,),
    "dict[str, float]": (dict,),
}


_PRECISIONS = tuple(name for name in get_args(Precision) if name != "auto")
_MOST_LAYERS = 64
"""Layers that an event may tell of: three times as many as a configuration can have."""
_MOST = {
    "accuracy": 1,
    "validation_accuracy": 1,
    "train_accuracy": 1,
    "test_accuracy": 1,
    "epoch": 1e4,
    "best_epoch": 1e4,
    "factor": LARGEST_FACTOR,
    "learning_rate": 1e6,
    "old": 1e6,
    "new": 1e6,
    "images_per_second": 1e12,
    "seconds": 1e10,
}
"""The largest possible value of a field; of the others it is 10^12 for a count and 10^300 for a loss or a length."""


def _checked(kind: str, name: str, value: Any) -> Any:
    """Return the value of an event's field, cleaned if it is text; refuse a number or a word that no training reports.

    A line edited by hand may hold an accuracy of 5.
    """
    if isinstance(value, str):
        if name == "precision" and value not in _PRECISIONS:
            raise ValueError(f"{kind}.precision must be one of {', '.join(_PRECISIONS)}, received {quoted(value)}")
        return clean(value, SHORT if name in ("device", "precision") else SENTENCE)
    if isinstance(value, dict):
        if len(value) > _MOST_LAYERS or any(type(part) not in (int, float) for part in value.values()):
            raise ValueError(f"{kind}.{name} must be numbers by name, received {quoted(value)}")
        return {clean(layer, SHORT): _checked(kind, name, number) for layer, number in value.items()}
    if value is None:
        return None
    least = 1 / LARGEST_FACTOR if name == "factor" else 0
    if not least <= value <= _MOST.get(name, 1e12 if isinstance(value, int) else 1e300):
        raise ValueError(f"{kind}.{name} must be a possible number, received {quoted(value)}")
    return value
