"""How many pages may be open at once: each holds some memory of the server for as long as it is open."""

from __future__ import annotations

from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_core import quotas
from ui.server import seats


class SessionLimit:
    """ASGI middleware that refuses, with a sentence, the pages of an address that has too many open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or serve one page's websocket, or refuse it."""
        opens_a_page = scope["type"] == "websocket" or (
            scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        )
        if not opens_a_page or self._is_at_the_server(scope):
            await self._app(scope, receive, send)
            return
        address = self._address(scope)
        if sentence := self.describe_refusal(address):
            if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
                await send({"type": "websocket.close", "code": 1013, "reason": sentence[:120]})
                return
            await PlainTextResponse(f"{sentence}\n", 429)(scope, receive, send)
            return
        if scope["type"] == "http":
            await self._app(scope, receive, send)
            return
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def describe_refusal(self, address: str) -> str | None:
        """Return why no further page can be opened from an address; None if one can.

        Where nobody knows the address, as behind a proxy, only the pages of all are counted.
        """
        most = quotas.SESSIONS
        if address and most.seat is not None and self._open[address] >= most.seat:
            return f"There are {most.seat} pages of Digit Lab open at your address already. Close some, then reload."
        if most.everybody is not None and sum(self._open.values()) >= most.everybody:
            return f"There are {most.everybody} pages of Digit Lab open already. Try again when some have been closed."
        return None

    @staticmethod
    def _address(scope: Scope) -> str:
        return seats.network_of(seats.caller(Headers(scope=scope), (scope.get("client") or (None,))[0]))

    @staticmethod
    def _is_at_the_server(scope: Scope) -> bool:
        return seats.is_at_the_server(Headers(scope=scope), (scope.get("client") or (None,))[0])
