"""One learner's tab, without a browser: Streamlit's websocket, and the questions that our routes are asked."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx2
import numpy as np
import websockets
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.answers import Answers
from mnist_core.asker import seat_of
from mnist_core.classroom.seat_names import NAMES
from tests.support.boards import path
from ui.server.seats import COOKIE

PATIENCE = 60.0
"""Seconds after which no answer is an error."""
_LIVE, _CLASS, _BOARD = "digit_lab_live_view", "digit_lab_class_view", "drawable"
"""What the names of the components contain that follow a run, that follow a class, and that are drawn on."""
_TRIGGER = "$$STREAMLIT_INTERNAL_KEY"
"""What the id of a component's trigger begins with."""
_RUNNING_EVERY = 2.0
"""Seconds; as running.js has it."""
_ARRIVED = ("window", "brought")
"""What a page has the server told as soon as it is shown, as class_view.js has it."""
_STAGE_EVERY = 1.0
"""Seconds; as class_view.js has it."""
_FILE = "That was a …"
"""The row of digits under a drawing."""
_GUESS = "Your guess"
"""The slider with what is expected of the next run."""
_NEVER = 1e9
_KEEP = 3.0
"""Seconds, less than the server keeps an idle connection."""


class Session:
    """What one tab shows, and what it sends."""

    def __init__(self, url: str, answers: Answers, *, phone: bool = False) -> None:
        self._url, self._answers = url, answers
        # What has come through a proxy was not sent by the server's own machine: who sends it is a seat.
        self._headers = {"Via": "1.1 phone"} if phone else {}
        self.seat = ""
        """Its public id; empty before it has connected."""
        self._stage: str | None = None
        """Of the class, for which the page was drawn; None where no class is followed."""
        self._ask_stage = 0.0
        self.came = 0.0
        """When it was last brought to another page, drawn whole, in seconds of the monotonic clock."""
        self._arrived = ""
        """What the page wants the server to be told as soon as it is shown."""
        self._page, self._page_hash, self._query = "", "", ""
        self._buttons: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        self._titles: set[str] = set()
        self._said: set[str] = set()
        """Captions since a drawing was filed."""
        self._sliders: dict[str, str] = {}
        self._board, self._board_fragment, self._board_shown = "", "", ""
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
        await self.connect()
        await self.go(page, query)

    async def go(self, page: str, query: str = "") -> None:
        """Have another page drawn."""
        self._page, self._query, self._page_hash = page, query, ""
        self._forget_page()
        await self._run_script(f"open {page}", page_name=page)

    def _forget_page(self) -> None:
        self._buttons.clear()
        self._groups.clear()
        self._titles.clear()
        self._views.clear()
        self._ticks.clear()

    @property
    def cookies(self) -> dict[str, str]:
        """What another session needs to be the same seat, by name; all else the server gives anew."""
        return {COOKIE: self._http.cookies.get(COOKIE) or ""}

    def shows(self, title: str) -> bool:
        """Return whether the page that was drawn last has this title."""
        return title in self._titles

    async def connect(self, cookies: dict[str, str] | None = None) -> None:
        """Fetch the app and open its websocket, with the cookies that came, or those of a session before."""
        # A connection that the server has just closed is no error: a browser opens another one, unseen.
        limits = httpx2.Limits(keepalive_expiry=_KEEP)
        page = {"Accept": "text/html"} | self._headers
        self._http = httpx2.AsyncClient(
            base_url=self._url, timeout=PATIENCE, limits=limits, headers=page, cookies=cookies
        )
        for address in ("/", "/_stcore/health"):
            await self._http.get(address)
        sent = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        self.seat = seat_of(self._http.cookies.get(COOKIE) or "").seat
        self._socket = await websockets.connect(
            self._url.replace("http", "ws") + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": sent} | self._headers,
            ping_interval=None,
            open_timeout=PATIENCE,
            max_size=None,
        )
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Close the tab."""
        if hasattr(self, "_reader"):
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
            await self._socket.close()
            await self._http.aclose()

    async def drop(self) -> None:
        """Lose the connection without a goodbye, as a phone does that is out of reach."""
        self._reader.cancel()
        self._socket.transport.abort()
        await self._http.aclose()

    async def guess(self, per_cent: float) -> None:
        """Say on Train what the next run will reach."""
        self._widgets["guess"] = WidgetState(id=self._sliders[_GUESS])
        self._widgets["guess"].double_array_value.data.append(per_cent)
        await self._run_script("guess")
        del self._widgets["guess"]

    def watched(self) -> str:
        """Return the id of the run that the page's address names; empty if it names none."""
        return parse_qs(self._query).get("run", [""])[0]

    def bears(self, number: int) -> bool:
        """Return whether the server has put the stroke of that number on the board, from what it has kept."""
        return json.dumps(_seven(number)["path"]) in self._board_shown

    async def press(self, label: str) -> None:
        """Press a button that the page shows."""
        await self._run_script(label, pressed=WidgetState(id=self._buttons[label], trigger_value=True))

    async def join(self, code: str) -> str:
        """Join the class with that code under the first name that is offered, and return it."""
        await self.connect()
        await self.go("Class", f"code={code}")
        name = next(label for label in self._buttons if label in NAMES)
        await self._run_script("join", pressed=WidgetState(id=self._buttons[name], trigger_value=True))
        await self._follow_class()
        return name

    async def ask_board(self) -> list[dict[str, Any]]:
        """Return the tiles of the board."""
        tiles: list[dict[str, Any]] = (await self.ask("board?", "/live/class/board")).get("tiles", [])
        return tiles

    async def file_under(self, digit: int) -> bool:
        """Say which digit the drawing was meant to be; return whether the page has called it filed."""
        group = self._groups.pop(_FILE, "")
        if not group:
            return False
        self._said.clear()
        self._widgets["filed"] = WidgetState(id=group)
        self._widgets["filed"].string_array_value.data.append(str(digit))
        await self._run_script("file")
        del self._widgets["filed"]
        return any(said.startswith("Filed under") for said in self._said)

    async def stroke(self, number: int) -> None:
        """Draw a 7 on the board: another number is another drawing, as an equal one would be no news to the server."""
        drawing = {"version": "7.4.0", "objects": [_seven(number)], "background": "#000000"}
        told = json.dumps({"drawing": {"raw": drawing, "data": _PIXELS}, "backgroundFit": None})
        self._widgets["board"] = WidgetState(id=self._board, json_value=told)
        self._answers.drawn[self.seat] = time.monotonic()
        await self._run_script("stroke", fragment=self._board_fragment)

    async def watch(self, until: float) -> None:
        """Do what a tab does by itself: ask the routes for what its views show, and answer the server's ticks."""
        while time.monotonic() < until:
            now = time.monotonic()
            for fragment, (interval, last) in list(self._ticks.items()):
                if now - last >= interval:
                    self._ticks[fragment] = (interval, now)
                    await self._run_script("tick", fragment=fragment)
            await self._follow_class()
            views = list(self._views.values())
            if any(view["view"] == "running" for view in views) and now >= self._ask_running:
                runs = (await self.ask("running?", "/live/runs?most=3")).get("runs")
                self._ask_running = time.monotonic() + _RUNNING_EVERY * (1 if runs else 5)
            for view in views:
                if view["view"] == "headline":
                    await self._follow(view["run"], view["stage"])
            await asyncio.sleep(0.05)

    async def _follow_class(self) -> None:
        """Ask, as class_view.js does, whether the page must be drawn anew."""
        now = time.monotonic()
        if self._stage is None or now < self._ask_stage:
            return
        answer = await self.ask("seat?", f"/live/class/seat?stage={self._stage}{self._arrived}")
        stage = answer.get("stage", self._stage)
        wait = answer.get("after", 0) / 1000 if stage != self._stage else 0.0
        self._ask_stage = time.monotonic() + (wait or _STAGE_EVERY)
        if stage != self._stage and not wait:
            self._stage, before = stage, self._page_hash
            await self._run_script("class stage")
            if self._page_hash != before:
                self.came = time.monotonic()

    async def _follow(self, run: str, stage: str) -> None:
        start, due = self._next.setdefault(run, (0, 0.0))
        if time.monotonic() < due:
            return
        answer = await self.ask("events?", f"/live/runs/{run}/events?from={start}")
        summary = answer.get("summary", answer.get("told"))  # "told" in older checkouts
        if summary is None:
            self._next[run] = (start, time.monotonic() + 2)
            return
        again = 0.0 if answer["more"] else _NEVER if summary["again"] is None else summary["again"]
        self._next[run] = (answer["next"], time.monotonic() + again)
        if summary["stage"] not in (stage, self._told):
            self._told = summary["stage"]
            headline = next(key for key, view in self._views.items() if view["view"] == "headline")
            event = json.dumps([{"event": "changed", "value": summary["stage"]}])
            pressed = WidgetState(id=f"{_TRIGGER}_{headline}__events", json_trigger_value=event)
            await self._run_script("new stage", pressed=pressed, fragment=self._fragments.get(headline, ""))
            self._next[run] = (answer["next"], 0.0)

    async def ask(self, what: str, path: str) -> dict[str, Any]:
        """Return the answer to a GET of one of our routes, noted under `what`; {} where none has come."""
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
            state.query_string, state.page_name = self._query, page_name or ("" if self._page_hash else self._page)
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
        try:
            async for raw in self._socket:
                message = ForwardMsg()
                message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
                self._take(message)
        except websockets.ConnectionClosed:
            self._answers.errors["the connection was lost"] += 1

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "navigation":  # a new session's own hash is that of home.py, whatever page is drawn
                self._begin_page(message.navigation.page_script_hash)
            case "delta":
                self._see(message.delta)
            case "auto_rerun":
                self._ticks[message.auto_rerun.fragment_id] = (message.auto_rerun.interval, time.monotonic())
            case "stop_auto_rerun":
                self._ticks.clear()
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._finished.set()

    def _begin_page(self, page_hash: str) -> None:
        """Note which page the server draws: the one that was asked for, or one where it sends the tab."""
        if self._page_hash not in ("", page_hash):
            self._page, self._query = "", ""
            self._forget_page()
        self._page_hash = page_hash

    def _see(self, delta: Delta) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "button":
                self._buttons[element.button.label] = element.button.id
            case "button_group":
                self._groups[element.button_group.label] = element.button_group.id
            case "slider":
                self._sliders[element.slider.label] = element.slider.id
            case "heading":
                self._titles.add(element.heading.body)
            case "markdown":
                self._said.add(element.markdown.body)
            case "bidi_component" if _LIVE in element.bidi_component.component_name:
                component = element.bidi_component
                view = json.loads(component.json)
                # One of a kind on a page: the headline of another run takes the place of the one before.
                self._views = {key: known for key, known in self._views.items() if known["view"] != view["view"]}
                self._views[component.id], self._fragments[component.id] = view, delta.fragment_id
            case "bidi_component" if _CLASS in element.bidi_component.component_name:
                view = json.loads(element.bidi_component.json)
                if view["view"] == "stage":
                    self._stage = view["stage"]
                    self._arrived = view["brought"] and f"&{urlencode({one: view[one] for one in _ARRIVED})}"
                    self._ask_stage = 0.0 if self._arrived else self._ask_stage
            case "bidi_component" if _BOARD in element.bidi_component.component_name:
                # As a browser, it has the fragment run in which the board is, not the whole page.
                self._board, self._board_fragment = element.bidi_component.id, delta.fragment_id
                self._board_shown = json.dumps(json.loads(element.bidi_component.json or "null"))
            case "exception":
                self._answers.errors[f"exception: {element.exception.message}"[:100]] += 1


def _picture() -> str:
    """Return what a canvas sends as its pixels, which the page does not look at: it draws the strokes itself."""
    board = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 255)).save(board, "PNG")
    return "data:image/png;base64," + base64.b64encode(board.getvalue()).decode()


_PIXELS = _picture()


def _seven(number: int) -> dict[str, Any]:
    """Return one of 1,200 sevens as free drawing makes them: of other shapes, not only at other places."""
    corner, foot = number % 30, number // 30 % 40
    points = [(90, 70), (150, 70), (195 + corner, 70), (175, 155), (120 + foot, 240)]
    placed: dict[str, Any] = {"originX": "left", "originY": "top", "left": 80, "top": 60, "width": 130, "height": 180}
    return path(np.array(points, float), stroke="#ffffff", fill=None, **placed)
