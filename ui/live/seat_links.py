"""A seat's way to another browser: a link that stands for the seat once, and for ten minutes.

The seat's secret stands in no address: who shares a link, or shows one on a projector, would give the seat away. A link
is made on demand, its browser says whose seat it is before it sits down there, and then it leads nowhere any more.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from html import escape
from threading import Lock
from typing import NamedTuple

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mnist_core.asker import seat_of
from ui.cached import classes
from ui.server import seats
from ui.server.askers import asker_of

MINUTES = 10


class SeatLink(NamedTuple):
    """What a link stands for."""

    secret: str
    """Of the seat."""
    name: str
    """The seat's in its class."""
    until: float


class SeatLinks:
    """The links that have been made and not been used; a server that ends forgets them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._links, self._lock = clock, dict[str, SeatLink](), Lock()

    def make(self, secret: str, name: str) -> str:
        """Return the code of a new link to a seat; an older one of the same seat leads nowhere any more."""
        code = secrets.token_urlsafe(12)
        with self._lock:
            kept = {one: link for one, link in self._valid().items() if link.secret != secret}
            self._links = kept | {code: SeatLink(secret, name, self._clock() + 60 * MINUTES)}
        return code

    def find(self, code: str) -> SeatLink | None:
        """Return what a code stands for; None if it never did, was used or is too old."""
        with self._lock:
            return self._valid().get(code)

    def take(self, code: str) -> SeatLink | None:
        """Return the same, and use the code up."""
        with self._lock:
            self._links = self._valid()
            return self._links.pop(code, None)

    def _valid(self) -> dict[str, SeatLink]:
        return {code: link for code, link in self._links.items() if link.until > self._clock()}


LINKS = SeatLinks()


def path(code: str) -> str:
    """Return the path of a link below the app's address."""
    return f"live/seats/{code}"


def _answer(request: Request) -> Response:
    """Ask whether this browser is to sit down at the link's seat, and let it do so."""
    code = str(request.path_params["code"])
    link = LINKS.find(code)
    if link is None:
        return _page(
            "This link leads nowhere", f"A link works once, for {MINUTES} minutes. Make a new one.", status=404
        )
    mine, now = asker_of(request), classes.now()
    sits = now.seat(mine) if now else None
    if sits and mine != seat_of(link.secret):
        return _page(
            f"You are {sits.name}",
            f"This browser has a seat in the class already. Open the link of {link.name} in another one.",
            status=409,
        )
    if request.method != "POST":
        return _page(
            f"Go on as {link.name}?",
            "This browser then has the same seat: its runs, drawings and lessons. The other one keeps it, too.",
            button=f"I am {link.name}",
        )
    if LINKS.take(code) is None:  # somebody else was faster
        return _answer(request)
    answer = RedirectResponse(f"{_base()}/", 303)
    answer.headers["Set-Cookie"] = seats.cookie(link.secret, request.scope)
    return answer


def _page(title: str, text: str, *, button: str = "", status: int = 200) -> Response:
    """Return a page that needs no script."""
    action = (
        f'<form method="post"><button>{escape(button)}</button></form>'
        if button
        else f'<a href="{_base()}/">Digit Lab</a>'
    )
    content = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Digit Lab</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>:root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;margin:10vh auto;"
        "padding:0 1rem;max-width:28rem}button{font:inherit;width:100%;padding:.8rem;border:0;border-radius:.5rem;"
        "background:#2f6fb2;color:#fff}a{color:light-dark(#2f6fb2,#7db3ea)}</style>"
        f"<main><h1>{escape(title)}</h1><p>{escape(text)}</p>{action}</main></html>"
    )
    return HTMLResponse(content, status, {"Cache-Control": "no-store"})


def _base() -> str:
    """Return the path under which the app is served, without a slash at its end."""
    return f"/{str(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")


ROUTES = [Route("/seats/{code}", _answer, methods=["GET", "POST"])]
