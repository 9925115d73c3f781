"""The settings of a training as a link's query, and back: pure functions. What equals its preset is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core.config import FieldInfo, TrainConfig, field_info
from mnist_core.errors import ConfigError
from mnist_core.presets import PRESETS, preset
from mnist_core.untrusted_text import quoted

DEFAULT_PRESET = "fast"
NAMES = ("preset", *(info.name for info in field_info()))
"""Every parameter that a link may hold."""
_SHOWN = 40
"""Characters of a link's value that are shown again where it is refused."""


def to_query(name: str, config: TrainConfig) -> dict[str, str]:
    """Return the preset, unless it is the default, and every setting that differs from it."""
    usual, now = preset(name).to_dict(), config.to_dict()
    changed = {key: _to_text(value) for key, value in now.items() if value != usual[key]}
    return changed if name == DEFAULT_PRESET else changed | {"preset": name}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a link asks for, as far as it can be read and trained."""

    preset: str
    config: TrainConfig
    problem: str
    """Which of its settings were left out, and why, in a sentence; empty where none was."""


def settings_in(query: Mapping[str, str]) -> Settings:
    """Return the preset and the configuration that a link asks for, without what is impossible."""
    left_out: dict[str, str] = {}
    name = query.get("preset", DEFAULT_PRESET)
    if name not in PRESETS:
        left_out["preset"] = f"there is no preset {quoted(name[:_SHOWN])}"
        name = DEFAULT_PRESET
    config = _changed(preset(name), query, left_out)
    if not left_out:
        return Settings(name, config, "")
    were = "was" if len(left_out) == 1 else "were"
    return Settings(
        name,
        config,
        f"this link's {', '.join(left_out)} {were} left out: {'; '.join(dict.fromkeys(left_out.values()))}",
    )


def _to_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _changed(config: TrainConfig, query: Mapping[str, str], left_out: dict[str, str]) -> TrainConfig:
    """Apply the query's settings; those that cannot be read or trained go to `left_out`, with the reason."""
    changes: dict[str, Any] = {}
    for info in field_info():
        if (text := query.get(info.name)) is None:
            continue
        try:
            changes[info.name] = _from_text(text, info)
        except (ValueError, KeyError):
            left_out[info.name] = f"{info.name} cannot be {quoted(text[:_SHOWN])}"
    try:
        return config.replace(**changes)
    except ConfigError:
        return _one_by_one(config, changes, left_out)


def _from_text(text: str, info: FieldInfo) -> Any:
    if info.type is bool:
        return {"True": True, "False": False}[text]
    if info.choices:
        return text[:_SHOWN]
    if info.type in (int, float):
        return info.type(text)
    return tuple(int(part) for part in text.split(",") if part)


def _one_by_one(config: TrainConfig, changes: Mapping[str, Any], left_out: dict[str, str]) -> TrainConfig:
    """Apply what is possible, in whatever order it is; the stages' filters and kernels belong together."""
    stages = {name: value for name, value in changes.items() if name in ("filters", "kernel_sizes")}
    groups = [stages, *({name: value} for name, value in changes.items() if name not in stages)]
    while True:
        refused: dict[str, str] = {}
        for group in groups:
            try:
                config = config.replace(**group)
            except ConfigError as error:
                refused |= dict.fromkeys(group, str(error))
        remaining = [group for group in groups if refused.keys() & group.keys()]
        if len(remaining) == len(groups) or not remaining:
            left_out |= refused
            return config
        groups = remaining  # what was refused may be possible after the others
