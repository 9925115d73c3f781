"""What a sweep varies: fields of TrainConfig, each over a range or over some values. No torch, no Optuna."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_origin

from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import ConfigError
from mnist_core.fields import FieldInfo
from mnist_core.untrusted_text import quoted

Value = float | int | str | bool
"""A value as Optuna's study keeps it. A list of sizes is written with hyphens: 16-32-64."""

MOST_FIELDS, MOST_VALUES = 8, 50
_KEPT = ("seed", "shuffle_seed", "validation_size", "precision")
"""Fields that no sweep varies: with another seed or other validation images, points could not be compared."""
_INFO = {info.name: info for info in field_info()}
VARIABLE = tuple(name for name in _INFO if name not in _KEPT)
"""The fields that a sweep may vary."""
_SYNTAX = "write FIELD=LOW..HIGH, FIELD=LOW..HIGH:log or FIELD=VALUE,VALUE,..."


@dataclass(frozen=True, slots=True)
class Range:
    """A field that may have any number from `low` to `high`.

    Raises:
        ConfigError: the field has no such range.
    """

    field: str
    low: float
    high: float
    log: bool = False
    """Whether the numbers are spread evenly by their logarithms."""

    def __post_init__(self) -> None:
        info = _variable(self.field)
        if info.type not in (int, float) or info.low is None or info.high is None:
            raise ConfigError(f"{self.field} has no range of numbers: list its values, as in {self.field}=A,B")
        if not info.low <= self.low < self.high <= info.high:
            raise ConfigError(
                f"{self.field} may be varied from {info.low:g} to {info.high:g}, the lower end first, received "
                f"{self.low:g}..{self.high:g}"
            )
        if self.log and self.low <= 0:
            raise ConfigError(
                f"a logarithmic range begins above 0, received {self.field}={self.low:g}..{self.high:g}:log: raise its "
                "lower end or leave :log out"
            )
        if self.whole and not (float(self.low).is_integer() and float(self.high).is_integer()):
            raise ConfigError(f"{self.field} is a whole number, received the range {self.low:g}..{self.high:g}")

    @property
    def whole(self) -> bool:
        """Whether the numbers are whole ones."""
        return _INFO[self.field].type is int

    def levels(self, count: int) -> list[Value]:
        """Return `count` numbers of the range, evenly spread from end to end; fewer where it has not so many."""
        shares = [i / (count - 1) for i in range(count)] if count > 1 else [0.5]
        if self.log:
            numbers = [math.exp(math.log(self.low) + s * math.log(self.high / self.low)) for s in shares]
        else:
            numbers = [self.low + s * (self.high - self.low) for s in shares]
        if self.whole:
            return list(dict.fromkeys(round(number) for number in numbers))
        return [min(max(float(f"{number:.6g}"), self.low), self.high) for number in numbers]

    def describe(self) -> str:
        """Return it as the command line reads it."""
        return f"{self.field}={self.low:g}..{self.high:g}{':log' if self.log else ''}"


@dataclass(frozen=True, slots=True)
class Choices:
    """A field that may have some values.

    Raises:
        ConfigError: the field cannot have one of them, or there are too few or too many.
    """

    field: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        info = _variable(self.field)
        if not 2 <= len(self.values) <= MOST_VALUES or len(set(self.values)) < len(self.values):
            raise ConfigError(
                f"{self.field} is varied over 2 to {MOST_VALUES} different values, received {len(self.values)}: "
                f"{_SYNTAX}"
            )
        for value in self.values:
            _check(info, value)

    def levels(self, count: int) -> list[Value]:
        """Return the values."""
        return list(self.values)

    def describe(self) -> str:
        """Return it as the command line reads it."""
        return f"{self.field}={','.join(written(value) for value in self.values)}"


Dimension = Range | Choices


def parse(text: str) -> Dimension:
    """Read one field with what it is varied over: `learning_rate=0.001..1:log`, `batch_size=32,128`.

    Raises:
        ConfigError: it is not written so, or the field cannot be varied so.
    """
    name, equals, rest = text.partition("=")
    name = name.strip().replace("-", "_")
    info = _variable(name)
    if not equals or not rest.strip():
        raise ConfigError(f"{name} lacks what it is varied over, received {quoted(text)}: {_SYNTAX}")
    span, colon, scale = rest.partition(":")
    low, dots, high = span.partition("..")
    if not dots:
        return Choices(name, tuple(_read(info, one.strip()) for one in rest.split(",")))
    if colon and scale.strip() != "log":
        raise ConfigError(f"after the colon of a range stands log, received {quoted(scale)}: {_SYNTAX}")
    return Range(name, _number(name, low), _number(name, high), log=bool(colon))


def require_space(space: Sequence[Dimension]) -> None:
    """Do nothing if a sweep may vary these fields together.

    Raises:
        ConfigError: there are none or too many, or one comes up twice.
    """
    if not 1 <= len(space) <= MOST_FIELDS:
        raise ConfigError(f"a sweep varies 1 to {MOST_FIELDS} fields, received {len(space)}")
    names = [one.field for one in space]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"{twice} is varied twice: give one range or one list of values")


def varied(base: TrainConfig, values: Mapping[str, Value]) -> TrainConfig:
    """Return the configuration of one point.

    Raises:
        ConfigError: it cannot be trained: an impossible architecture, say.
    """
    return base.replace(**{name: _in_its_type(_INFO[name], value) for name, value in values.items()})


def written(value: Value) -> str:
    """Return a value in few characters: a number with four digits, on or off."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def to_record(space: Sequence[Dimension]) -> list[dict[str, Any]]:
    """Return fields and what they are varied over as JSON-ready values."""
    return [
        {"field": one.field, "low": one.low, "high": one.high, "log": one.log}
        if isinstance(one, Range)
        else {"field": one.field, "values": list(one.values)}
        for one in space
    ]


def from_record(record: Sequence[Mapping[str, Any]]) -> tuple[Dimension, ...]:
    """Read what `to_record` made.

    Raises:
        ConfigError: a field or what it is varied over is refused.
        KeyError, TypeError, ValueError: it is no such record.
    """
    return tuple(
        Choices(str(one["field"]), tuple(one["values"]))
        if "values" in one
        else Range(str(one["field"]), float(one["low"]), float(one["high"]), log=bool(one["log"]))
        for one in record
    )


def _variable(name: str) -> FieldInfo:
    if name in _KEPT:
        raise ConfigError(
            f"{name} stays the same in a sweep, so that its points can be compared: seeds are repeated by --seeds"
            if "seed" in name
            else f"{name} stays the same in a sweep, so that its points can be compared"
        )
    if name not in _INFO:
        raise ConfigError(f"there is no field {quoted(name)} to vary; the fields are {', '.join(VARIABLE)}")
    return _INFO[name]


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"a range of {name} goes from number to number, received {quoted(text)}: {_SYNTAX}") from None


def _read(info: FieldInfo, text: str) -> Value:
    if info.type is bool:
        known = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
        if text.lower() not in known:
            raise ConfigError(f"{info.name} is on or off, received {quoted(text)}")
        return known[text.lower()]
    if info.type in (int, float):
        number = _number(info.name, text)
        return int(number) if info.type is int and number.is_integer() else number
    return text


def _check(info: FieldInfo, value: Value) -> None:
    """Raise ConfigError if the field can never have this value."""
    read = _in_its_type(info, value)
    if get_origin(info.type) is not tuple:
        TrainConfig().replace(**{info.name: read})
        return
    low, high = info.low or 0, info.high or 0
    if wrong := [size for size in read if not low <= size <= high]:
        raise ConfigError(f"each of {info.name} must be a whole number from {low:g} to {high:g}, received {wrong[0]}")


def _in_its_type(info: FieldInfo, value: Value) -> Any:
    if get_origin(info.type) is not tuple:
        return value
    try:
        return tuple(int(size) for size in str(value).split("-")) if value not in ("", "none") else ()
    except ValueError:
        raise ConfigError(f"{info.name} is written with hyphens, as 16-32-64, received {quoted(value)}") from None
