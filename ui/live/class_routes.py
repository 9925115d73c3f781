"""Two routes of a class: what has changed for the page that asks, and the board."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, TypedDict

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mnist_core.asker import Asker
from mnist_core.classroom.board import LastRun, Tile
from mnist_core.classroom.doing import Reading
from mnist_core.classroom.seats import MOST_SEATS
from mnist_core.errors import RunError
from mnist_core.storage.png import png_url
from ui.cached import classes
from ui.live import class_arrivals, class_stage, class_turns
from ui.server.askers import asker_of

_HEADERS = {"Cache-Control": "no-store"}


class RunLine(TypedDict):
    """A seat's latest run, as class_board.js draws it."""

    id: str
    status: str
    progress: float
    sparks: list[float]
    accuracy: float | None
    on: str
    expected: float | None


def seat(request: Request) -> JSONResponse:
    """Answer with the stage of the class for the browser that asks.

    Another one than that for which its page was drawn means, draw it anew; but where "after" is not 0, ask again after
    so many milliseconds. A pause is shown at once: its pages are short.
    """
    class_arrivals.note(request.query_params.get("window", ""), request.query_params.get("brought", ""))
    asker, now = asker_of(request), classes.now()
    stage = class_stage.stage(asker, now)
    takes_turns = now and now.seat(asker) and not now.settings.paused and request.query_params.get("stage") != stage
    after = class_turns.TURNS.wait(asker.seat, time.monotonic()) if takes_turns else 0.0
    return JSONResponse({"stage": stage, "after": round(1000 * after)}, headers=_HEADERS)


def board(request: Request) -> JSONResponse:
    """Answer with every seat of the class that is open, for those who may see it."""
    asker = asker_of(request)
    now = classes.now()
    if now is None:
        return JSONResponse({"problem": "The class has ended."}, 404, _HEADERS)
    if not may_see(asker, now):
        return JSONResponse({"problem": "The teacher lets everybody see their own work only."}, 403, _HEADERS)
    try:
        tiles = [_line(tile) for tile in classes.tiles()]
    except RunError as error:
        return JSONResponse({"problem": error.sentence}, 500, _HEADERS)
    settings = now.settings
    told = {"tiles": tiles, "pinned": settings.pinned, "hidden": settings.names_hidden, "paused": settings.paused}
    return JSONResponse(told, headers=_HEADERS)


def may_see(asker: Asker, now: classes.Now) -> bool:
    """Return whether who asks may see the board: the teacher may, and seats where everybody sees everybody."""
    return not asker.seat or (now.seat(asker) is not None and now.settings.sees == "everybody")


def _line(tile: Tile) -> dict[str, Any]:
    return {
        "seat": tile.seat,
        "place": tile.place,
        "name": tile.name,
        "page": tile.doing.page,
        "lesson": tile.doing.lesson,
        "step": tile.doing.step,
        "run": _run(tile.run) if tile.run else None,
        "drawing": _drawing(tile.reading) if tile.reading else None,
    }


def _run(run: LastRun) -> RunLine:
    return RunLine(
        id=run.id,
        status=run.status,
        progress=round(run.progress, 3),
        sparks=list(run.sparks),
        accuracy=run.accuracy,
        on=run.measured_on,
        expected=run.expected,
    )


def _drawing(reading: Reading) -> dict[str, Any]:
    return {
        "image": _png_url(reading.image.tobytes()),
        "read": reading.read,
        "sure": reading.confidence,
        "at": reading.at,
    }


@lru_cache(maxsize=2 * MOST_SEATS)  # most seats have drawn nothing new since the board was last asked for
def _png_url(image: bytes) -> str:
    return png_url(np.frombuffer(image, np.uint8).reshape(28, 28))


ROUTES = [Route("/class/seat", seat), Route("/class/board", board)]
