"""The routes of the server beside Streamlit's own. A route reads files that exist already and knows no widget."""

from __future__ import annotations

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
