"""The options of a training's settings, one a field of TrainConfig, and the presets that they change."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from typing import Any, get_origin

from mnist_core.config import FieldInfo, field_info
from mnist_core.presets import PRESETS

_GROUPS = {"filters": "architecture", "optimizer": "optimisation", "train_size": "data"}
"""The first field of each group of options, and what `--help` calls the group."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare an option for each field."""
    group: Any = parser
    for info in field_info():
        if info.name in _GROUPS:
            group = parser.add_argument_group(_GROUPS[info.name])
        _add_option(group, info)


def changes(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields that were given, with their values."""
    names = [info.name for info in field_info()]
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def describe_presets(said: str) -> str:
    """Return what a command does, and the presets, one a line, as argparse shows them."""
    width = shutil.get_terminal_size().columns - 2  # as argparse itself has it
    names = max(len(name) for name in PRESETS) + 2
    lines = [
        textwrap.fill(
            f"{f'{name}:':{names}}{chosen.text}", width, initial_indent="  ", subsequent_indent=" " * (names + 2)
        )
        for name, chosen in PRESETS.items()
    ]
    return "\n".join([textwrap.fill(said, width), "", "presets:", *lines])


def _add_option(group: Any, info: FieldInfo) -> None:
    """Add the option of one field of TrainConfig."""
    flag = f"--{info.name.replace('_', '-')}"
    span = f"{_shown(info.low)} to {_shown(info.high)}; " if info.low is not None and info.high is not None else ""
    help_ = f"{info.help.rstrip('.')} ({span}default: the preset's)".replace("%", "%%")
    if info.type is bool:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=help_)
    elif info.choices:
        group.add_argument(flag, choices=info.choices, help=help_)
    elif get_origin(info.type) is tuple:
        group.add_argument(flag, type=int, nargs="*", metavar="N", help=help_)
    else:
        group.add_argument(flag, type=info.type, metavar="N", help=help_)


def _shown(limit: float) -> str:
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:,g}"
