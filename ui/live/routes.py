"""The routes of the server beside Streamlit's own. A route reads files that exist already and knows no widget."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ui.live import class_routes, glossary, networks, run_events, seat_links

_FOLDER = Path(__file__).resolve().parent


class _Modules(StaticFiles):
    """The JavaScript and WebAssembly in this folder; a browser asks each time whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in (".js", ".wasm") or len(Path(path).parts) != 1:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _network(request: Request) -> Response:
    """Send a network's file as it is. Its address names its content, so that a browser fetches it once."""
    try:
        file = networks.read(request.path_params["name"], request.path_params["content"])
    except networks.NotThereError as error:
        return PlainTextResponse(f"{error}.", 404)
    always = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(file, media_type="application/octet-stream", headers=always)


ROUTES: list[BaseRoute] = [
    Mount(
        # Streamlit's own routes bear this prefix, too; those of ours it leaves as they are.
        f"/{st.get_option('server.baseUrlPath').strip('/')}".rstrip("/") + "/live",
        routes=[
            *run_events.ROUTES,
            *class_routes.ROUTES,
            *seat_links.ROUTES,
            Route("/glossary", glossary.send),
            Route("/networks/{name}/{content}", _network),
            Mount("/js", _Modules(directory=_FOLDER)),
        ],
    )
]
"""What moves without a run of a script: plain HTTP routes, and the JavaScript that they feed."""
