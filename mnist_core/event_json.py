"""Events as lines of JSON. A line may come from anywhere: what no training reports is refused. No torch."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields
from typing import Any, get_args

from mnist_core.config import Precision
from mnist_core.events import KINDS, LARGEST_FACTOR, Event, Started
from mnist_core.untrusted_text import SENTENCE, SHORT, clean, quoted

LONGEST_LINE = 2**15
"""Bytes of an event as JSON: five times what one has that tells of 64 layers."""
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
