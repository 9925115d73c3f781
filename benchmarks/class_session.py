"""One learner's tab, without a browser: Streamlit's websocket, and the questions that our routes are asked."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx2
import websockets
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE = 60.0
"""Seconds after which no answer is an error."""
_LIVE, _BOARD = "digit_lab_live_view", "drawable"
"""What the names of the components contain that follow a run, and that are drawn on."""
_TRIGGER = "$$STREAMLIT_INTERNAL_KEY"
"""What the id of a component's trigger begins with."""
_RUNNING_EVERY = 2.0
"""Seconds; as running.js has it."""
_NEVER = 1e9
_KEEP = 3.0
"""Seconds, less than the server keeps an idle connection."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What all sessions saw."""

    milliseconds: dict[str, list[float]]
    """How long each answer took, by what was asked for."""
    errors: Counter[str]


class Session:
    """What one tab shows, and what it sends."""

    def __init__(self, url: str, answers: Answers) -> None:
        self._url, self._answers = url, answers
        self._page, self._page_hash, self._query = "", "", ""
        self._buttons: dict[str, str] = {}
        self._board = ""
        self._views: dict[str, dict[str, Any]] = {}
        """What the page says of each live view, by the component's id."""
        self._fragments: dict[str, str] = {}
        """Of each live view, the fragment in which it is."""
        self._ticks: dict[str, tuple[float, float]] = {}
        """Of each fragment that runs again by itself: after how many seconds, and when it last did."""
        self._widgets: dict[str, WidgetState] = {}
        self._finished, self._sending = asyncio.Event(), asyncio.Lock()
        self._next: dict[str, tuple[int, float]] = {}
        """Of each run that is watched: the byte to ask from, and when to ask."""
        self._ask_running = 0.0
        self._told = ""

    async def open(self, page: str, query: str = "") -> None:
        """Connect and have a page drawn."""
        self._page, self._query = page, query
        # A connection that the server has just closed is no error: a browser opens another one, unseen.
        limits = httpx2.Limits(keepalive_expiry=_KEEP)
        self._http = httpx2.AsyncClient(base_url=self._url, timeout=PATIENCE, limits=limits)
        for path in ("/", "/_stcore/health"):
            await self._http.get(path)
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        self._socket = await websockets.connect(
            self._url.replace("http", "ws") + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": cookies},
            ping_interval=None,
            open_timeout=PATIENCE,
            max_size=None,
        )
        self._reader = asyncio.create_task(self._read())
        await self._run_script(f"open {page}", page_name=page)

    async def close(self) -> None:
        """Close the tab."""
        if hasattr(self, "_reader"):
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
            await self._socket.close()
            await self._http.aclose()

    async def press(self, label: str) -> None:
        """Press a button."""
        await self._run_script(label, pressed=WidgetState(id=self._buttons[label], trigger_value=True))

    async def stroke(self, number: int) -> None:
        """Draw a 7 on the board, each time a little elsewhere."""
        drawing = {"version": "7.4.0", "objects": [_seven(number % 20)], "background": "#000000"}
        told = json.dumps({"drawing": {"raw": drawing, "data": _PIXELS}, "backgroundFit": None})
        self._widgets["board"] = WidgetState(id=self._board, json_value=told)
        await self._run_script("stroke")

    async def watch(self, until: float) -> None:
        """Do what a tab does by itself: ask the routes for what its views show, and answer the server's ticks."""
        while time.monotonic() < until:
            now = time.monotonic()
            for fragment, (interval, last) in list(self._ticks.items()):
                if now - last >= interval:
                    self._ticks[fragment] = (interval, now)
                    await self._run_script("tick", fragment=fragment)
            views = list(self._views.values())
            if any(view["view"] == "running" for view in views) and now >= self._ask_running:
                runs = (await self._ask("running?", "/live/runs?most=3")).get("runs")
                self._ask_running = time.monotonic() + _RUNNING_EVERY * (1 if runs else 5)
            for view in views:
                if view["view"] == "headline":
                    await self._follow(view["run"], view["stage"])
            await asyncio.sleep(0.05)

    async def _follow(self, run: str, stage: str) -> None:
        start, due = self._next.setdefault(run, (0, 0.0))
        if time.monotonic() < due:
            return
        answer = await self._ask("events?", f"/live/runs/{run}/events?from={start}")
        if "told" not in answer:
            self._next[run] = (start, time.monotonic() + 2)
            return
        told = answer["told"]
        again = 0.0 if answer["more"] else _NEVER if told["again"] is None else told["again"]
        self._next[run] = (answer["next"], time.monotonic() + again)
        if told["stage"] not in (stage, self._told):
            self._told = told["stage"]
            headline = next(key for key, view in self._views.items() if view["view"] == "headline")
            event = json.dumps([{"event": "changed", "value": told["stage"]}])
            pressed = WidgetState(id=f"{_TRIGGER}_{headline}__events", json_trigger_value=event)
            await self._run_script("new stage", pressed=pressed, fragment=self._fragments.get(headline, ""))
            self._next[run] = (answer["next"], 0.0)

    async def _ask(self, what: str, path: str) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            response = await self._http.get(path)
            self._answers.milliseconds[what].append((time.perf_counter() - began) * 1000)
            return dict(response.json())
        except (httpx2.HTTPError, ValueError) as error:
            self._answers.errors[f"{what} {type(error).__name__}"] += 1
            return {}

    async def _run_script(
        self, what: str, *, page_name: str = "", fragment: str = "", pressed: WidgetState | None = None
    ) -> None:
        async with self._sending:
            message = BackMsg()
            state = message.rerun_script
            state.query_string, state.page_name = self._query, page_name
            state.page_script_hash, state.fragment_id = self._page_hash, fragment
            state.is_auto_rerun = what == "tick"
            state.widget_states.SetInParent()
            state.widget_states.widgets.extend([*self._widgets.values(), *([pressed] if pressed else [])])
            self._finished.clear()
            began = time.perf_counter()
            await self._socket.send(message.SerializeToString())
            try:
                await asyncio.wait_for(self._finished.wait(), PATIENCE)
                self._answers.milliseconds[what].append((time.perf_counter() - began) * 1000)
            except TimeoutError:
                self._answers.errors[f"no answer: {what}"] += 1

    async def _read(self) -> None:
        async for raw in self._socket:
            message = ForwardMsg()
            message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            match message.WhichOneof("type"):
                case "delta":
                    self._see(message.delta)
                case "auto_rerun":
                    self._ticks[message.auto_rerun.fragment_id] = (message.auto_rerun.interval, time.monotonic())
                case "stop_auto_rerun":
                    self._ticks.clear()
                case "page_info_changed":
                    self._query = message.page_info_changed.query_string
                case "script_finished":
                    self._finished.set()

    def _see(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "page_link" if element.page_link.page == self._page:
                self._page_hash = element.page_link.page_script_hash
            case "button":
                self._buttons[element.button.label] = element.button.id
            case "bidi_component" if _LIVE in element.bidi_component.component_name:
                component = element.bidi_component
                view = json.loads(component.json)
                # One of a kind on a page: the headline of another run takes the place of the one before.
                self._views = {key: known for key, known in self._views.items() if known["view"] != view["view"]}
                self._views[component.id], self._fragments[component.id] = view, delta.fragment_id
            case "bidi_component" if _BOARD in element.bidi_component.component_name:
                self._board = element.bidi_component.id
            case "exception":
                self._answers.errors[f"exception: {element.exception.message}"[:100]] += 1


def _picture() -> str:
    """Return what a canvas sends as its pixels, which the page does not look at: it draws the strokes itself."""
    board = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 255)).save(board, "PNG")
    return "data:image/png;base64," + base64.b64encode(board.getvalue()).decode()


_PIXELS = _picture()


def _seven(shift: int) -> dict[str, Any]:
    """Return a 7 as fabric.js writes a free-drawn path."""
    points = [(x + shift, y) for x, y in ((90, 70), (150, 70), (210, 70), (175, 155), (140, 240))]
    path: list[list[Any]] = [["M", *points[0]]]
    for (x, y), (u, v) in zip(points[1:], [*points[2:], points[-1]], strict=True):
        path.append(["Q", x, y, (x + u) / 2, (y + v) / 2])
    return {
        "type": "Path",
        "version": "7.4.0",
        "originX": "left",
        "originY": "top",
        "left": 80 + shift,
        "top": 60,
        "width": 130,
        "height": 180,
        "fill": None,
        "stroke": "#ffffff",
        "strokeWidth": 20,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "path": path,
    }
