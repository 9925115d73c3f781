"""How much of what is uploaded the server keeps in memory."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_core import quotas
from mnist_core.quotas import Quota
from ui.server import uploads
from ui.server.seats import ADDRESS_HEADER
from ui.server.uploads import UploadLimit

ME, OTHER, HERE = "10.0.0.1", "10.0.0.2", "127.0.0.1"
MEGABYTE = bytes(10**6)


class Uploading:
    """A server that keeps what it is sent, for the sessions that are open."""

    def __init__(self):
        self.store = MemoryUploadedFileManager("/upload")
        self.before_it_is_kept = lambda: None
        self.open = {"mine", "mine too", "other's", "third"}
        self.app = Starlette(
            routes=[Route("/{path:path}", self._keep, methods=["PUT", "GET", "DELETE"])],
            middleware=[Middleware(UploadLimit)],
        )
        self.client = TestClient(self.app)

    def is_active_session(self, session):
        return session in self.open

    @property
    def uploaded_file_mgr(self):
        return self.store

    async def _keep(self, request):
        *_, session, file = request.url.path.split("/")
        await asyncio.to_thread(self.before_it_is_kept)
        self.store.add_file(session, UploadedFileRec(file, "a.zip", "application/zip", await request.body()))
        return PlainTextResponse("kept")

    def put(self, session, file, content=MEGABYTE, address=ME):
        headers = {"X-Real-IP": address}
        return self.client.put(f"/lab/_stcore/upload_file/{session}/{file}", content=content, headers=headers)


@pytest.fixture
def server(monkeypatch):
    server = Uploading()
    monkeypatch.setattr(uploads, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: server))
    monkeypatch.setattr(quotas, "UPLOADED", Quota("megabytes of uploads in use", 2, 4))
    monkeypatch.setenv(ADDRESS_HEADER, "X-Real-IP")
    return server


def test_an_address_has_so_much_in_all_its_pages_until_it_leaves_one(server):
    assert [server.put(session, "1").text for session in ("mine", "mine too")] == ["kept", "kept"]
    for session in ("mine", "mine too", "third"):
        refused = server.put(session, "2")
        assert refused.status_code == 413
        assert "Files of 2 MB from your address are in use, and 2 MB may be: leave the pages" in refused.text
    assert server.put("other's", "1", address=OTHER).text == "kept"
    server.store.remove_session_files("mine")
    assert server.put("third", "1").text == "kept"
    assert server.put("third", "2").status_code == 413


def test_all_together_have_so_much_and_pages_that_were_closed_make_room(server):
    for number, session in enumerate(("mine", "mine too", "other's", "third")):
        assert server.put(session, "1", address=f"10.0.1.{number}").text == "kept"
    assert "The server keeps as many files as its memory takes" in server.put("third", "2", address=OTHER).text
    server.open.remove("mine")
    assert server.put("third", "2", address=OTHER).text == "kept"
    assert server.store.get_files("mine", ["1"]) == []
    assert server.store.get_files("mine too", ["1"])


def test_who_sits_at_the_server_has_what_all_have(server, monkeypatch):
    monkeypatch.setattr("ui.server.seats.is_at_the_server", lambda headers, peer: True)
    assert [server.put("mine", str(number)).text for number in range(4)] == ["kept"] * 4
    assert server.put("mine", "4").status_code == 413


def test_many_small_files_are_many_too(server):
    assert [server.put("mine", str(number), b"").status_code for number in range(40)].count(200) == 30


def test_a_file_that_is_on_its_way_counts(server):
    answers = []

    def meanwhile():
        if not answers:
            answers.append("one comes")
            answers.append(server.put("mine too", "1", 2 * MEGABYTE).status_code)

    server.before_it_is_kept = meanwhile
    assert server.put("mine", "1").text == "kept"
    assert answers == ["one comes", 413]
    server.store.remove_session_files("mine")
    assert server.put("mine", "2", 2 * MEGABYTE).text == "kept", "it comes no more"


def test_a_file_of_unknown_length_is_refused_and_other_requests_pass(server):
    def pieces():
        yield MEGABYTE

    refused = server.put("mine", "1", pieces())
    assert refused.status_code == 411
    assert "takes no file without being told its length" in refused.text
    assert server.client.get("/Draw/x", headers={"X-Real-IP": ME}).text == "kept"
    assert server.client.delete("/_stcore/upload_file/mine/1", headers={"X-Real-IP": ME}).text == "kept"
    assert server.client.put("/live/x/y", content=pieces(), headers={"X-Real-IP": ME}).text == "kept"
