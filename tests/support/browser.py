"""The real server on the real data and a window of a real Chromium. Waits are on the app's state, never on time."""

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from math import ceil, dist
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, TimeoutError, expect

from mnist_core.asker import TEACHER
from mnist_core.figures.colours import TRAINING, VALIDATION
from mnist_core.handwriting.collection import Collection
from mnist_core.paths import machine_file
from mnist_core.runs.store import list_runs

_log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


CHARTS = "[_echarts_instance_], .chart"
"""The charts that the server draws, and those that follow a run by themselves."""
CURVE_ENDS = """colours => [...document.querySelectorAll("[_echarts_instance_] svg, .chart svg")].flatMap(chart =>
    colours.flatMap(colour => {
        const below = chart.getBoundingClientRect().top + 28  // of the legend, which has the same colours
        const looks = ["path[stroke", "path[fill", "circle[fill"].map(look => `${look}="${colour}"]`)
        const drawn = [...chart.querySelectorAll(looks.join())]
        const places = drawn.map(path => path.getBoundingClientRect()).filter(place => place.top > below)
        return places.length ? [Math.max(...places.map(place => place.right))] : []
    }))"""
"""How far to the right, in CSS pixels, each curve of these colours reaches on each chart that has it."""

_GO = """address => {
    window.hasBegun = false
    const changes = new MutationObserver(() => { changes.disconnect(); window.hasBegun = true })
    changes.observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] })
    history.pushState({}, "", address)
    dispatchEvent(new PopStateEvent("popstate"))
}"""
"""Goes to an address of the app as the browser's own buttons do, and notes when its script is no more at rest."""
LONG = "Train?train_size=4000&validation_size=1000&epochs=200&batch_size=128"
"""A training that goes on for whatever a test does meanwhile: once it is slowed down, for five minutes."""
_STEPS_PER_SECOND = 20.0
"""An epoch of `LONG`, and with it the next validation, takes less than two seconds."""
_STEP = 30.0
"""CSS pixels that the mouse moves at once: as far as a hand does between two frames, each of which takes its time."""
_KEPT = "local_storage,indexeddb,websql,cache_storage,service_workers"
"""What a page may keep in a browser, but for cookies."""
LONGEST = 90_000
"""Milliseconds that a wait may last before it fails: long, since a busy machine is slow and the app not wrong."""
expect.set_options(timeout=LONGEST)


class Server:
    """One `streamlit run app.py` on a free port of the loopback, with runs and drawings of its own."""

    def __init__(self, runs: Path, *, address: str = "127.0.0.1", app: Path | str = ROOT, **environment: str) -> None:
        self.runs, self.app = runs, Path(app)
        """Where the runs are kept, and the checkout that is served."""
        self.address = address
        self.environment = environment
        self.collection = Collection(runs.parent / "collection")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.log = (self.runs.parent / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                f"--server.port={self.port}",
                *([f"--server.address={self.address}"] if self.address else []),
            ],
            cwd=self.app,
            env=os.environ
            | {
                "DIGIT_LAB_RUNS": str(self.runs),
                "DIGIT_LAB_COLLECTION": str(self.collection.folder),
                "DIGIT_LAB_MACHINE": str(machine_file()),  # not beside these runs: it would be measured anew
            }
            | self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the server did not start"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        """End the server and, since they outlive it by design, its trainings."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.stop_runs()
        deadline = time.monotonic() + 20
        while any(run.is_alive() for run in list_runs(self.runs)) and time.monotonic() < deadline:
            time.sleep(0.1)  # they still write, and the folder may be about to be removed
        self.log.close()

    def stop_runs(self) -> None:
        """End all trainings, and those that wait: a failed test must not leave the next one waiting for a place."""
        for run in list_runs(self.runs):
            if run.queue_number() is not None:
                run.dequeue(asker=TEACHER)
            if run.is_alive():
                run.control.request("stop", asker=TEACHER)

    def slow_down(self) -> None:
        """Have the trainings that are under way take few steps a second: they leave the processor to what is tested."""
        for run in list_runs(self.runs):
            if run.is_alive():
                run.control.request_steps_per_second(_STEPS_PER_SECOND, asker=TEACHER)

    def said(self) -> str:
        return (self.runs.parent / "server.log").read_text()


def serve(folder: Path, **environment: str) -> Iterator[Server]:
    """Yield a server with its data in `folder`; afterwards stop it, and see that it has not said any traceback."""
    server = Server(folder / "runs", **environment)
    yield server
    server.stop()
    assert not tracebacks(server.said())


def tracebacks(said: str) -> list[str]:
    """Every traceback in a server's words, but for one of Streamlit's own: 1.67 can end a script while another script
    of the same session begins, and the triggers that it resets are then a dictionary that grows meanwhile."""
    return [text for text in said.split("Traceback")[1:] if "_reset_triggers" not in text]


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium on the PATH, or else Playwright's own; with neither, it raises."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return playwright.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)


class Visitor:
    """One visitor's window."""

    def __init__(self, chromium: Browser, server: Server, **options: Any) -> None:
        self.server = server
        self.context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}} | options)
        self.abroad: list[str] = []
        """Addresses outside the server that the page asked for: a classroom may have no network."""
        self.blocked: list[str] = []
        """What the browser refused to load or to run, since the server's content security policy forbids it."""
        self.failed: list[str] = []
        """What no code in the page has caught: Streamlit's then draws nothing any more, and the window is white."""
        self.context.on("request", lambda request: self._note(request.url))
        self.context.on("weberror", lambda error: self.failed.append(str(error.error)))
        self.context.on("console", self._log_complaint)
        self.context.on("page", self._note_websockets)
        self.context.expose_function("noteBlocked", lambda what: self.blocked.append(what))
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', e => noteBlocked(`${e.violatedDirective}: ${e.blockedURI}`))"
        )
        self._open_window()

    def _open_window(self) -> None:
        self.page = self.context.new_page()
        self.page.set_default_timeout(LONGEST)

    def leave(self) -> None:
        """Close all windows, and forget all that a page may keep; the browser's cache of files stays."""
        window = self.context.new_page()
        self.context.new_cdp_session(window).send(
            "Storage.clearDataForOrigin", {"origin": self.server.url, "storageTypes": _KEPT}
        )
        for page in self.context.pages:
            page.close()
        self.context.clear_cookies()

    def come_anew(self, server: Server) -> None:
        """Be somebody new, at this server, after having left."""
        self.server = server
        self.abroad.clear()
        self.blocked.clear()
        self.failed.clear()
        self._open_window()

    def _log_complaint(self, message: ConsoleMessage) -> None:
        """Log what a page warns of: it is shown with a test that fails."""
        if message.type in ("warning", "error"):
            _log.warning("%s: %s", message.page.url if message.page else "", message.text[:300])

    def _note_websockets(self, page: Page) -> None:
        page.on("websocket", lambda websocket: self._note(websocket.url))  # they are no requests to Playwright
        page.on("websocket", lambda websocket: websocket.on("close", lambda _: _log.warning("%s: closed", page.url)))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.server.url).netloc:
            self.abroad.append(url)

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.server.url}/{path}")
        self.settle()

    def go_to(self, path: str) -> None:
        """Open a view as the browser's own buttons do: nothing is loaded anew, and the session stays."""
        self.page.evaluate(_GO, f"/{path}")
        with contextlib.suppress(TimeoutError):  # a change of colours may draw the whole app anew meanwhile
            self.page.wait_for_function("() => window.hasBegun", timeout=5_000)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached")

    def go(self, label: str) -> None:
        self.page.get_by_test_id("stSidebar").get_by_role("link", name=label, exact=True).click()
        self.page.wait_for_url(f"**/{label}*")
        self.settle()

    def click_twice_over(self, name: str) -> None:
        """Click a button once in a browser so busy that it sends this one click more than once.

        A click is sent by a timer of no length, and ticks that are sent before it take the click along.
        """
        self.page.evaluate(
            """() => {
                const real = window.setTimeout
                window.sentClick = false
                window.setTimeout = (run, wait, ...rest) =>
                    wait ? real(run, wait, ...rest) : real(() => { run(); window.sentClick = true }, 2500, ...rest)
                window.beQuickAgain = () => { window.setTimeout = real }
            }"""
        )
        self.page.get_by_role("button", name=name).click()
        self.page.evaluate("window.beQuickAgain()")
        self.page.wait_for_function("() => window.sentClick")
        self.settle()

    def draw(self, *strokes: list[tuple[float, float]], lift: bool = True) -> None:
        """Draw strokes, each a list of points in 0..1 of the board, with the mouse; the last one may go on."""
        board = self.page.locator("canvas.upper-canvas")
        expect(board).to_have_css("position", "absolute")  # a new board lies for a moment under its own background
        board.scroll_into_view_if_needed()
        box = board.bounding_box()
        assert box, "there is no board"
        for stroke in strokes:
            points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            self.page.mouse.move(*points[0])
            self.page.mouse.down()
            for before, point in pairwise(points):
                self.page.mouse.move(*point, steps=ceil(dist(before, point) / _STEP))
            if lift or stroke is not strokes[-1]:
                self.page.mouse.up()

    def clear(self) -> None:
        """Wipe the board, and wait for the new one: a stroke begun on the old one would be lost with it."""
        self.page.locator("canvas.upper-canvas").evaluate("canvas => canvas.dataset.old = 1")
        self.page.get_by_role("button", name="Clear").click()
        self.page.get_by_text("Draw a digit from 0 to 9 on the black board").filter(visible=True).first.wait_for()
        self.page.locator("canvas.upper-canvas:not([data-old])").wait_for()
        self.settle()

    def answer(self, digit: int | str) -> None:
        """Wait until the server reads `digit`, or several as a number, and the page says so."""
        self.page.wait_for_selector(f'#answer[data-answer="{digit}"]', state="attached")
        self.page.wait_for_selector(f'[id$="answer"][data-answer="{digit}"]:visible')

    def ready(self) -> None:
        """Wait until the bars would follow the pen."""
        self.page.wait_for_selector("[data-live=ready] .live", state="attached")

    def live_answer(self, digit: int | str) -> None:
        """Wait until the bars that follow the pen say `digit`, or several as a number."""
        self.page.wait_for_selector(f'#live-answer[data-answer="{digit}"]')

    def watch_curves_move(self) -> None:
        """Wait until both charts show a training and a validation curve, and then until all four have grown.

        The charts are still the same elements then: one that is built anew with every report would flicker. A curve
        that is shorter than it was is another run's, which the page had not shown yet.
        """
        ends = f"({CURVE_ENDS})({[TRAINING, VALIDATION]})"
        self.page.wait_for_function(f"() => {ends}.length == 4")
        charts = self.page.locator(CHARTS)
        charts.evaluate_all("charts => charts.forEach(chart => chart.classList.add('seen-before'))")
        self.page.evaluate("window.curvesBefore = undefined")
        self.page.wait_for_function(
            f"""() => {{
                const now = {ends}
                if (now.length != 4) return false
                if (!window.curvesBefore || now.some((end, i) => end < window.curvesBefore[i]))
                    window.curvesBefore = now
                return now.every((end, i) => end > window.curvesBefore[i])
            }}"""
        )
        expect(charts.and_(self.page.locator(".seen-before"))).to_have_count(2)
