"""What the server says when it starts: where browsers find it.

Streamlit would say it too, and ask another machine for the network's public address before (config.toml keeps it from
that).
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import config

from ui.server import hosts


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


@asynccontextmanager
async def said(_app: Any) -> AsyncIterator[None]:
    """Say it on the terminal, as the server starts."""
    first, *others = addresses()
    lines = ["", f"  Digit Lab is at {first}"]
    lines += [f"  and for others on this network at {' and '.join(others)}"] if others else []
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()
    yield
