"""Who may have Streamlit's caches cleared, which all visitors share: who sits at the server's own machine.

Streamlit's pages offer it to developers, and its server obeys whoever sends the message.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.server import seats


class CacheClearing:
    """ASGI middleware that drops the message where it comes from another machine; the sender's tab notices nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a browser asks for and sends."""
        if scope["type"] != "websocket" or _is_here(scope):
            await self._app(scope, receive, send)
            return

        async def receive_others() -> Message:
            while asks_to_clear(message := await receive()):
                pass
            return message

        await self._app(scope, receive_others, send)


def asks_to_clear(message: Message) -> bool:
    """Return whether a websocket's message asks for the caches to be cleared."""
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type") == "clear_cache"
    except DecodeError:
        return False  # Streamlit says what is wrong with it


def _is_here(scope: Scope) -> bool:
    return seats.is_at_the_server(Headers(scope=scope), (scope.get("client") or (None,))[0])
