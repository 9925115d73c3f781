"""Who sends a plain request: the teacher or a seat, as `ui.shared.visitor.asker` tells it of a page."""

from __future__ import annotations

from starlette.requests import Request

from mnist_core.asker import TEACHER, Asker, seat_of
from ui.server import seats
from ui.server.teacher_key import TEACHER_KEY


def asker_of(request: Request) -> Asker:
    """Return who sends a request to one of our routes."""
    peer = request.client.host if request.client else None
    secret = request.cookies.get(seats.COOKIE)
    if not seats.is_secret(secret):
        secret = f"without a cookie, at {seats.caller(request.headers, peer)}"
    seat = seat_of(str(secret))
    at_the_server = seats.is_at_the_server(request.headers, peer)
    return TEACHER if at_the_server or TEACHER_KEY.is_teacher(seat) else seat
