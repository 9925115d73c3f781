"""Fields of a configuration: a meaning, a range or choices each, checked once where a configuration is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args, get_type_hints

from mnist_core.errors import ConfigError
from mnist_core.untrusted_text import quoted


def number(default: float, low: float, high: float, text: str) -> Any:
    """Return a field for a number from `low` to `high`; whole where its annotation is int."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "help": text})


def choice(default: str | bool, text: str) -> Any:
    """Return a field for a Literal's values, or for true and false."""
    return dataclasses.field(default=default, metadata={"help": text})


def sizes(default: tuple[int, ...], low: int, high: int, most: int, text: str) -> Any:
    """Return a field for at most `most` whole numbers, each from `low` to `high`."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "most": most, "help": text})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedFields:
    """A frozen dataclass of the fields above. A subclass checks what its fields must be together in `__post_init__`.

    Raises:
        ConfigError: a value is out of range or of the wrong type.
    """

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in dataclasses.fields(self):
            value = _checked(field.name, getattr(self, field.name), hints[field.name], field.metadata)
            object.__setattr__(self, field.name, value)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked like a new one."""
        _refuse_unknown(type(self), changes)
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values; `from_dict` reads them back."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Rebuild a configuration; absent fields take their defaults, so that older files stay readable.

        Raises:
            ConfigError: not a mapping, an unknown field, or a value that is refused.
        """
        if not isinstance(values, Mapping):
            raise ConfigError(
                f"a configuration is a mapping of field names to values, received {type(values).__name__}"
            )
        _refuse_unknown(cls, values)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a form or a command line needs to know of one field."""

    name: str
    type: Any
    default: Any
    help: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]


def info(cls: type[CheckedFields]) -> Iterator[FieldInfo]:
    """Yield every field of a configuration, in order, with its sentence, range and choices."""
    hints = get_type_hints(cls)
    for field in dataclasses.fields(cls):
        hint, meta = hints[field.name], field.metadata
        choices = get_args(hint) if getattr(hint, "__origin__", None) is Literal else ()
        yield FieldInfo(field.name, hint, field.default, meta["help"], meta.get("low"), meta.get("high"), choices)


def _refuse_unknown(cls: type[CheckedFields], values: Mapping[str, Any]) -> None:
    known = [f.name for f in dataclasses.fields(cls)]
    for name in values:
        if name not in known:
            raise ConfigError(f"unknown field {quoted(name)}; the fields are {', '.join(known)}")


def _checked(name: str, value: Any, hint: Any, meta: Mapping[str, Any]) -> Any:
    """Return `value` in its field's type, or raise a sentence that names the field, the range and what came."""
    if hint is bool:
        if not isinstance(value, bool):
            raise ConfigError(f"{name} must be true or false, received {quoted(value)}")
        return value
    if getattr(hint, "__origin__", None) is Literal:
        if value not in get_args(hint):
            raise ConfigError(f"{name} must be one of {', '.join(get_args(hint))}, received {quoted(value)}")
        return value
    low, high = meta["low"], meta["high"]
    if "most" in meta:
        if not isinstance(value, (list, tuple)) or len(value) > meta["most"]:
            raise ConfigError(
                f"{name} must be a list of at most {meta['most']} whole numbers, received {quoted(value)}"
            )
        return tuple(_whole(f"each of {name}", item, low, high) for item in value)
    if hint is int:
        return _whole(name, value, low, high)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, received {quoted(value)}")
    return float(value)


def _whole(name: str, value: Any, low: int, high: int) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low:,} to {high:,}, received {quoted(value)}")
    return int(value)
