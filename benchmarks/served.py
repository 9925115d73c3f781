"""Servers of their own for the programs that measure: one with a window of a real browser, one with an open class."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from mnist_core.asker import TEACHER
from mnist_core.classroom.classroom import Classroom, begin
from tests.support.browser import ROOT, Server, Visitor, launch


@contextmanager
def only_visitor(app: Path = ROOT) -> Iterator[Visitor]:
    """Yield the one visitor of a new server, which has no runs yet; the server and the browser end with the context.

    `app` is the checkout that is served.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "runs", app=app)
        try:
            with launch(playwright) as browser:
                yield Visitor(browser, server)
        finally:
            server.stop()


@contextmanager
def open_class() -> Iterator[tuple[Server, Classroom]]:
    """Yield a new server and the class that is open there; the server ends with the context."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "runs")
        try:
            yield server, begin(asker=TEACHER, folder=server.runs / ".classes")
        finally:
            server.stop()
