"""Print where browsers find the server, and the teacher's key, when it starts.

Streamlit's own greeting would first ask another machine for the network's public address; config.toml switches it off.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import config

from mnist_core.errors import DigitLabError
from ui.server import hosts
from ui.server.teacher_key import SETTING, TEACHER_KEY


def addresses() -> list[str]:
    """Return the addresses at which browsers find the server, this machine's own first."""
    port, path = config.get_option("server.port"), config.get_option("server.baseUrlPath").strip("/")
    bound = config.get_option("server.address")
    if bound and bound not in ("0.0.0.0", "::"):
        found = [bound]
    else:
        own = [ipaddress.ip_address(address) for address in hosts.addresses()]
        reachable = [one for one in own if not one.is_loopback and not one.is_link_local]
        found = ["localhost", *(str(one) for one in sorted(reachable, key=lambda one: one.version))]
    return [f"http://{f'[{name}]' if ':' in name else name}:{port}/{path}" for name in found]


def is_root() -> bool:
    """Return whether the server has all rights on this machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def describe_key() -> str:
    """Set the teacher's key and return what the terminal says of it."""
    try:
        key = TEACHER_KEY.prepare()
    except DigitLabError as error:
        return f"There is no teacher's key: {error.sentence}"
    return (
        f"The teacher is who sits at this machine, or enters the key {key} elsewhere"
        if key
        else f"The teacher is who sits at this machine, or enters the key that {SETTING} sets"
    )


@asynccontextmanager
async def said(_app: Any) -> AsyncIterator[None]:
    """Print the addresses on the terminal when the server starts."""
    first, *others = addresses()
    lines = ["", f"  Digit Lab is at {first}"]
    lines += [f"  and for others on this network at {' and '.join(others)}"] if others else []
    lines += ["", f"  {describe_key()}"]
    if is_root():
        lines += ["", "  It runs as root, and needs no such rights: start it as a user of its own (docs/deploy.md)."]
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()
    yield
