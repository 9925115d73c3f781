"""Which code an installation has: two that differ may train one run to different numbers. No torch."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version

from mnist_core.paths import PROJECT


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return what has to be equal on all machines: the sources of `mnist_core`, Python, torch and numpy, as a text."""
    sources = hashlib.sha256()
    for path in sorted((PROJECT / "mnist_core").rglob("*.py")):
        sources.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    python = ".".join(platform.python_version_tuple()[:2])
    return f"Digit Lab {sources.hexdigest()[:12]}, Python {python}, torch {version('torch')}, numpy {version('numpy')}"


def describe_difference(wanted: str, where: str) -> str:
    """Return why a machine does not train a run of an app with the code `wanted`; empty if it may."""
    if wanted == code_version():
        return ""
    return (
        f"The cluster's worker {where} has {code_version()}, and this app has {wanted}: install the same version on "
        "both, restart the worker, then resume the run."
    )
