"""Two routes: a run's events from a byte of its journal on, and which runs are under way.

A browser asks, is answered and asks again: nothing of it is kept here between two questions, so a page that is left, a
hidden tab and a server that was started anew need no care. The endpoints are plain functions, which Starlette runs in
a few threads of its own: reading a file never holds up the others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Set
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mnist_core.errors import RunError
from mnist_core.event_json import from_json
from mnist_core.events import Epoch, Event, Failed, Finished, RateChanged, Started, Step, Stopped, Validation
from mnist_core.runs.store import find_run
from mnist_core.runs.watched import from_json as readings_from_json
from ui.live import queue
from ui.live.run_summary import summary

MOST_BYTES = 2**18
"""Of a journal, what one answer reads; it says where the next goes on. A line is far shorter."""
_FEW = {str(number) for number in range(1, 100)}
_HEADERS = {"Cache-Control": "no-store"}


def events(request: Request) -> JSONResponse:
    """Answer with what a run's journal has from the byte `from` on, and with the run's summary.

    The answer's `next` is the byte to ask from next time; `more` says that there is more by now; `anew` that the
    journal is another one than before, and that these are its events from the beginning. Of the drawings whose keys
    are given, `watched` has what was read in them, from the byte `watched` on.
    """
    try:
        run = find_run(request.path_params["run"])
        asked, watched = (_byte(request.query_params.get(name, "0")) for name in ("from", "watched"))
        standing = summary(run)  # before the journal is read: its stage never runs ahead of the curve
        answer = _lines(run.journal, asked, _event) | {"summary": asdict(standing)}
        answer["events"] = answer.pop("lines")
        if keys := set(request.query_params.get("drawings", "").split(",")) - {""}:
            answer["watched"] = _lines(run.watched.readings, watched, partial(_of_drawings, keys=keys))
    except RunError as error:
        return JSONResponse({"problem": error.sentence}, 404, _HEADERS)
    return JSONResponse(answer, headers=_HEADERS)


def _lines(path: Path, asked: int, read: Callable[[bytes], Any]) -> dict[str, Any]:
    """Return what `read` makes of the whole lines of a file from a byte on, where it is neither empty nor an error."""
    start, content = _read(path, asked)
    whole, more = content[: content.rfind(b"\n") + 1], len(content) == MOST_BYTES
    found = []
    for line in whole.splitlines():
        with contextlib.suppress(ValueError):  # passed over, as by every reader
            found.append(read(line))
    return {
        # A line that is longer than an answer is passed over, too, or it would be asked for for ever.
        "next": start + (len(whole) or (MOST_BYTES if more else 0)),
        "more": more,
        "anew": start != asked,
        "lines": [line for line in found if line],
    }


def _byte(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise RunError(f"a run's events are read from a byte on, received from={text[:40]!r}: reload the page")
    return int(text)


def _read(path: Path, start: int) -> tuple[int, bytes]:
    """Return where was read and what is there; there is no file yet before there is a first line."""
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) < start:
                start = 0  # replaced by a shorter one
            file.seek(start)
            return start, file.read(MOST_BYTES)
    except OSError:
        return 0, b""


def _event(line: bytes) -> list[Any] | None:
    return compact(from_json(line))


def _of_drawings(line: bytes, keys: Set[str]) -> list[Any] | None:
    """Return step, epoch and, of the drawings with these keys alone, what was read in them."""
    readings = readings_from_json(line)
    read = {key: shares for key, shares in readings.read.items() if key in keys}
    return [readings.step, readings.epoch, read] if read else None


def compact(event: Event) -> list[Any] | None:
    """Return an event's kind and the numbers that history.js keeps of it; None for what no chart shows."""
    match event:
        case Started():
            return ["started", event.epoch, event.total_steps / event.steps_per_epoch, event.steps_per_epoch]
        case Step() | Validation():
            numbers = (event.epoch, event.loss, event.accuracy)
            return [event.kind, event.step, *(float(f"{number:.6g}") for number in numbers)]
        case Epoch():
            return ["epoch", event.step, event.epoch]
        case RateChanged():
            return ["rate", event.step, event.epoch, f"rate {event.new:.2g}"]
        case Finished():
            return ["ended", event.best_epoch, event.test_accuracy, event.step if event.max_seconds else None]
        case Stopped() | Failed():
            return ["ended", None, None, None]
    return None


def under_way(request: Request) -> JSONResponse:
    """Answer with the runs that are under way, those at work first and then those that wait, at most `most` of them."""
    most = request.query_params.get("most", "")
    try:
        runs = queue.lines()
    except RunError as error:
        return JSONResponse({"problem": error.sentence}, 500, _HEADERS)
    return JSONResponse({"runs": runs[: int(most) if most in _FEW else None]}, headers=_HEADERS)


ROUTES = [Route("/runs", under_way), Route("/runs/{run}/events", events)]
