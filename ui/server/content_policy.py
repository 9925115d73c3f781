"""What browsers may load for the app's pages: what its own server sends, and nothing from any other machine."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = {
    "default-src": "'self'",
    # Streamlit's page has an inline script; st.components.v2 runs its JavaScript from blobs; the board's bars are wasm.
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "worker-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",  # emotion, Streamlit's and plotly's styles
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "frame-src": "'self'",  # the board is a frame
    "frame-ancestors": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def policy(host: str) -> str:
    """Return the content security policy for who calls the server by `host`, `name:port`.

    Safari before 15.4 does not count a websocket to the page's own server as 'self', so it is named.
    """
    directives = _POLICY | {"connect-src": f"'self' ws://{host} wss://{host} data: blob:"}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


class ContentPolicy:
    """ASGI middleware that sends the policy along with every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the policy in the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy(host)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self._app(scope, receive, send_with_policy)
