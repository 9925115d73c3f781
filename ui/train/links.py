"""The settings of a training as a link's query, and back: pure functions. What equals its preset is left out."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import ConfigError
from mnist_core.presets import PRESETS, preset

DEFAULT_PRESET = "fast"
NAMES = ("preset", *(info.name for info in field_info()))
"""Every parameter that a link may hold."""


def to_query(name: str, config: TrainConfig) -> dict[str, str]:
    """Return the preset, unless it is the default, and every setting that differs from it."""
    usual, now = preset(name).to_dict(), config.to_dict()
    changed = {key: _to_text(value) for key, value in now.items() if value != usual[key]}
    return changed if name == DEFAULT_PRESET else changed | {"preset": name}


def settings_in(query: Mapping[str, str]) -> tuple[str, TrainConfig]:
    """Return the preset and the configuration that a link asks for, as far as it can be read and trained."""
    name = query.get("preset", DEFAULT_PRESET)
    name = name if name in PRESETS else DEFAULT_PRESET
    return name, _changed(preset(name), query)


def _to_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _changed(config: TrainConfig, query: Mapping[str, str]) -> TrainConfig:
    """Apply the query's settings; those that cannot be read or trained are passed over, one by one."""
    changes: dict[str, Any] = {}
    for info in field_info():
        if (text := query.get(info.name)) is None:
            continue
        with contextlib.suppress(ValueError, KeyError):
            if info.type is bool:
                changes[info.name] = {"True": True, "False": False}[text]
            elif info.choices:
                changes[info.name] = text
            elif info.type in (int, float):
                changes[info.name] = info.type(text)
            else:
                changes[info.name] = tuple(int(part) for part in text.split(",") if part)
    try:
        return config.replace(**changes)
    except ConfigError:
        for name, value in changes.items():
            with contextlib.suppress(ConfigError):
                config = config.replace(**{name: value})
        return config
