"""JavaScript modules in a real Chromium: a page on the loopback that can import them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def module_page(chromium: Browser, folder: Path) -> Iterator[Page]:
    """Open a page on an empty `folder`, in which /live/ has the modules and /checkpoints/ the shipped networks."""
    (folder / "index.html").write_text("<!doctype html><title>modules</title>")
    (folder / "live").symlink_to(ROOT / "ui" / "live")
    (folder / "checkpoints").symlink_to(ROOT / "checkpoints")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
    yield page
    context.close()
    server.shutdown()
    server.server_close()
