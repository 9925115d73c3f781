"""Whom the server answers: browsers that call it by a name of its own, from a page of its own.

A page anywhere on the web can send its visitor's browser to a name that leads to this machine (DNS rebinding), or open
a websocket to it. Both give themselves away by the name that they call (Host) or come from (Origin).
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import time
from collections.abc import Iterable

import psutil
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SETTING = "DIGIT_LAB_HOSTS"
_LOOK_EVERY = 10.0
"""Seconds between looks at the machine's addresses: a laptop that changes rooms gets another one."""
_CLOSED = ("/_stcore/metrics", "/_st_metrics")
"""What Streamlit tells everybody of its sessions and its memory."""


def addresses() -> list[str]:
    """Return the addresses of this machine's network interfaces, IPv4 and IPv6."""
    found = [a for interface in psutil.net_if_addrs().values() for a in interface]
    return [a.address.partition("%")[0] for a in found if a.family in (socket.AF_INET, socket.AF_INET6)]


def names() -> list[str]:
    """Return the names that lead to this machine: its own, with which its network knows it, and localhost."""
    mine = socket.gethostname().lower()
    short = mine.partition(".")[0]
    return ["localhost", mine, short, f"{short}.local"]  # .local: multicast DNS, without a server for names


def added() -> list[str]:
    """Return the names that the setting DIGIT_LAB_HOSTS adds, with commas between them."""
    return [name.strip().lower() for name in os.environ.get(SETTING, "").split(",") if name.strip()]


_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[^\[\]:/@\s]+?)\.?)(?::\d{1,5})?")


def split(host: str) -> str:
    """Return the name in `name:port`, in small letters, an IPv6 address without its brackets; "" if it is no such."""
    found = _HOST.fullmatch(host.strip().lower())
    return (found["ipv6"] or found["name"]) if found else ""


class OwnHostsOnly:
    """ASGI middleware that refuses, with a sentence, who calls the server by a foreign name or from a foreign page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._own: frozenset[str] = frozenset()
        self._looked = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or open one websocket, or refuse it."""
        refusal = self.refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, sentence = refusal
        if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008, "reason": sentence[:120]})
            return
        await PlainTextResponse(f"{sentence}\n", status)(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the sentence with which a request is refused; None if it is answered."""
        headers = Headers(scope=scope)
        called, origins = headers.getlist("host"), headers.getlist("origin")
        if len(called) != 1 or not self._is_own(split(called[0])):
            return 421, (
                "Digit Lab does not answer to this name. Open it by this machine's own name or address, or add the "
                f"name to {SETTING} where the server is started."
            )
        if any(not self._is_from_here(origin, called[0]) for origin in origins):
            return 403, (
                "Digit Lab does not answer to other web pages. Open it in a window of its own. Behind a proxy, add the "
                f"name that browsers use to {SETTING} where the server is started."
            )
        if scope["path"].rstrip("/").endswith(_CLOSED):
            return 403, "Digit Lab tells nobody how its server is doing."
        return None

    def _is_own(self, name: str) -> bool:
        if name in added() or name in names():
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or str(address) in self._addresses()

    def _is_from_here(self, origin: str, called: str) -> bool:
        """Return whether a page's origin, `scheme://name:port`, is the server as it is called, or an added name."""
        scheme, _, netloc = origin.strip().lower().partition("://")
        return scheme in ("http", "https") and (netloc == called.strip().lower() or split(netloc) in added())

    def _addresses(self) -> Iterable[str]:
        if time.monotonic() - self._looked > _LOOK_EVERY:
            self._own = frozenset(str(ipaddress.ip_address(address)) for address in addresses())
            self._looked = time.monotonic()
        return self._own
