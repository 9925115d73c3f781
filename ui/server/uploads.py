"""How much of what browsers upload the server keeps in memory.

Streamlit keeps a file until the field is gone that it was put into, and takes files for which there is no field at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from mnist_core import quotas
from ui.server import seats

_MEGABYTE = 10**6
_LEAST = 2**16
"""Bytes that a file counts at least: each takes some beside its content."""


class UploadLimit:
    """ASGI middleware that refuses, with a sentence, an upload for which there is no room."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._address: dict[str, str] = {}
        """From where each session has uploaded something that is kept or coming."""
        self._coming: Counter[str] = Counter()
        """Bytes that are being uploaded, by the session."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        session = _session(scope)
        if session is None:
            await self._app(scope, receive, send)
            return
        headers, peer = Headers(scope=scope), (scope.get("client") or (None,))[0]
        length = headers.get("content-length", "")
        if not length.isdecimal():
            await PlainTextResponse("Digit Lab takes no file without being told its length.\n", 411)(
                scope, receive, send
            )
            return
        address = "" if seats.is_at_the_server(headers, peer) else seats.network_of(seats.caller(headers, peer))
        size = max(int(length), _LEAST)
        if sentence := self._describe_refusal(address, size):
            await PlainTextResponse(f"{sentence}\n", 413)(scope, receive, send)
            return
        with self._counted(session, address, size):
            await self._app(scope, receive, send)

    @contextmanager
    def _counted(self, session: str, address: str, size: int) -> Iterator[None]:
        self._address[session] = address
        self._coming[session] += size
        try:
            yield
        finally:
            self._coming[session] -= size

    def _describe_refusal(self, address: str, size: int) -> str | None:
        """Return why a file of `size` bytes is not taken; None if it is. Where nobody knows the address, all count."""
        most = quotas.UPLOADED
        held = self._held()
        if most.everybody is not None and sum(held.values()) + size > most.everybody * _MEGABYTE:
            _forget_closed_pages(held)
            held = self._held()
        mine = sum(held[session] for session, known in self._address.items() if known == address)
        if address and most.seat is not None and mine + size > most.seat * _MEGABYTE:
            return (
                f"Files of {mine / _MEGABYTE:.0f} MB from your address are in use, and {most.seat} MB may be: "
                "leave the pages with files that are done with."
            )
        if most.everybody is not None and sum(held.values()) + size > most.everybody * _MEGABYTE:
            return "The server keeps as many files as its memory takes. Try again when others have left their pages."
        return None

    def _held(self) -> Counter[str]:
        """Return the bytes that are kept or coming, by the session, and forget the sessions that have none any more."""
        held = Counter({session: size for session, size in self._coming.items() if size})
        for session, files in _files().items():
            held[session] += sum(max(size, _LEAST) for size in files)
        self._coming = Counter({session: size for session, size in self._coming.items() if size})
        self._address = {session: address for session, address in self._address.items() if held[session]}
        return held


def _session(scope: Scope) -> str | None:
    """Return for which session a request uploads something; None if it uploads nothing."""
    if scope["type"] != "http" or scope["method"] != "PUT":
        return None
    _, found, rest = scope["path"].partition("/_stcore/upload_file/")
    return rest.partition("/")[0] if found else None


def _store() -> MemoryUploadedFileManager | None:
    store = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return store if isinstance(store, MemoryUploadedFileManager) else None


def _files() -> dict[str, list[int]]:
    """Return the sizes in bytes of the files that Streamlit keeps, by the session."""
    store = _store()
    if store is None:
        return {}
    kept = {session: list(files.values()) for session, files in list(store.file_storage.items())}
    return {session: [len(file.data) for file in files] for session, files in kept.items()}


def _forget_closed_pages(held: Counter[str]) -> None:
    """Let go of the files of pages that have been closed: their sessions wait an hour for them to come back."""
    store = _store()
    if store is not None:
        for session in held:
            if not runtime.get_instance().is_active_session(session):
                store.remove_session_files(session)
