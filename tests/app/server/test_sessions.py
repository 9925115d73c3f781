"""How many pages one address may have open."""

import contextlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from mnist_core import quotas
from mnist_core.quotas import Quota
from ui.server.seats import ADDRESS_HEADER
from ui.server.sessions import SessionLimit

HTML = {"accept": "text/html"}


async def stream(websocket):
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.receive_text()


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(quotas, "SESSIONS", Quota("pages open at once", 2, 3))
    monkeypatch.setenv(ADDRESS_HEADER, "X-Real-IP")
    routes = [
        Route("/{path:path}", lambda request: PlainTextResponse("a page")),
        WebSocketRoute("/{path:path}", stream),
    ]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(SessionLimit)])) as client:
        yield client


def opened(client, address):
    return client.websocket_connect("/_stcore/stream", headers={"X-Real-IP": address})


def test_an_address_has_so_many_pages_and_no_more_until_one_is_closed(client):
    with opened(client, "10.0.0.1"), opened(client, "10.0.0.1") as second:
        answer = client.get("/Train", headers=HTML | {"X-Real-IP": "10.0.0.1"})
        assert answer.status_code == 429
        assert "2 pages of Digit Lab open at your address already" in answer.text
        with pytest.raises(WebSocketDenialResponse), opened(client, "10.0.0.1"):
            pass
        assert client.get("/live/runs", headers={"X-Real-IP": "10.0.0.1"}).text == "a page", (
            "what an open page asks for"
        )
        assert client.get("/Train", headers=HTML | {"X-Real-IP": "10.0.0.2"}).text == "a page"
        second.send_text("close")
        second.close()
        with opened(client, "10.0.0.1"):
            pass


def test_all_together_have_so_many(client):
    with opened(client, "10.0.0.1"), opened(client, "10.0.0.2"), opened(client, "10.0.0.3"):
        assert "3 pages of Digit Lab open already" in client.get("/", headers=HTML | {"X-Real-IP": "10.0.0.4"}).text


def test_who_sits_at_the_server_is_not_counted(client, monkeypatch):
    monkeypatch.setattr("ui.server.seats.is_at_the_server", lambda headers, peer: True)
    with opened(client, "127.0.0.1"), opened(client, "127.0.0.1"), opened(client, "127.0.0.1"):
        assert client.get("/", headers=HTML).text == "a page"
