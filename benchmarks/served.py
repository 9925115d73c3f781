"""A window of a real browser on a server of its own, for the programs that measure what a visitor waits for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

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
