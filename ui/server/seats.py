"""Seats: the cookie by which a browser is known again, and from which address a browser comes.

The cookie is a random secret that no script can read and no other site can send along. Files name a seat by a hash of
it, so who reads them cannot sit down there.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from typing import TypeGuard

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from ui.server import hosts

COOKIE = "digit_lab_seat"
ADDRESS_HEADER = "DIGIT_LAB_ADDRESS_HEADER"
"""The setting that names the header in which a proxy tells who has called it, such as X-Forwarded-For."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,64}")
_YEAR = 365 * 24 * 3600
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers that proxies add: a request that has one of them was not made at this machine, or nobody knows."""


def new_secret() -> str:
    """Return a secret for a new seat."""
    return secrets.token_urlsafe(32)


def cookie(secret: str, scope: Scope) -> str:
    """Return the header that gives a browser its seat, in the answer to a request."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={secret}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}"


def is_secret(text: object) -> TypeGuard[str]:
    """Return whether a cookie or an address holds a seat's secret, by its look."""
    return isinstance(text, str) and _SECRET.fullmatch(text) is not None


def caller(headers: Mapping[str, str], peer: str | None) -> str:
    """Return the address of who sends a request, as far as it can be trusted; empty where nobody knows.

    Args:
        headers: of the request; their names in any letters.
        peer: the other end of the connection.
    """
    given = {name.lower(): value for name, value in headers.items()}
    trusted = os.environ.get(ADDRESS_HEADER, "").strip().lower()
    if not trusted:
        return (peer or "") if not any(name in given for name in _FORWARDED) else ""
    if trusted not in given:
        return peer or ""
    told = given[trusted].rpartition(",")[2].strip()  # the last one is the proxy's own; those before it anybody's
    # Whoever reaches the server without the proxy can write any header. None does where it listens to itself alone.
    return told if not _is_here(told) or _is_here(config.get_option("server.address") or "") else ""


def network_of(address: str) -> str:
    """Return by what callers are counted: of an IPv6 address its network of 64 bits, all of which may be one's own."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return address


def is_at_the_server(headers: Mapping[str, str], peer: str | None) -> bool:
    """Return whether a request was made at the server's own machine."""
    return _is_here(caller(headers, peer))


def _is_here(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address == "localhost"
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_loopback or str(mapped) in hosts.addresses()


class SeatCookie:
    """ASGI middleware that gives a seat's cookie to each browser that opens a page without one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and send the cookie along with a page for a browser that has none."""
        if scope["type"] != "http" or not self._wants_a_seat(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        given = cookie(new_secret(), scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", given)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    @staticmethod
    def _wants_a_seat(headers: Headers) -> bool:
        """Return whether a request is for a page, and brings no seat.

        What the page loads gets none: two such requests at once would get two seats.
        """
        has = is_secret(cookie_parser(headers.get("cookie", "")).get(COOKIE))
        return not has and "text/html" in headers.get("accept", "")
