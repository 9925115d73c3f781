"""Whom the server answers: every name and page that is its own, and no other."""

import asyncio
import socket

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from ui.server import hosts
from ui.server.content_policy import ContentPolicy
from ui.server.hosts import OwnHostsOnly


async def page(request):
    return PlainTextResponse("a page")


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("a message")
    await websocket.close()


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(hosts, "addresses", lambda: ["192.168.1.5", "fd00::5"])
    monkeypatch.setattr(socket, "gethostname", lambda: "Teachers-Laptop.school")
    routes = [Route("/{path:path}", page), WebSocketRoute("/{path:path}", stream)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(OwnHostsOnly), Middleware(ContentPolicy)]))


def answer(client, host, **headers):
    return client.get("/Train", headers={"host": host} | headers)


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "LOCALHOST",
        "localhost.:8501",
        "127.0.0.1:8501",
        "127.8.8.8",
        "[::1]:8501",
        "192.168.1.5:8501",
        "[fd00::5]:8501",
        "teachers-laptop.school:8501",
        "teachers-laptop",
        "teachers-laptop.local:8501",
    ],
)
def test_it_answers_to_its_own_names_and_addresses(client, host):
    assert answer(client, host).text == "a page"
    assert answer(client, host, origin=f"http://{host}").text == "a page"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.6:8501",
        "8.8.8.8",
        "[fd00::6]",
        "",
        ":8501",
        "localhost:8501; script-src *",
        "localhost@evil.example",
        "localhost:x",
        "::1",
        "[::1",
        "localhost evil.example",
        "127.1",
        "2130706433",
        "0x7f000001",
    ],
)
def test_it_does_not_answer_to_another_name(client, host):
    refused = answer(client, host)
    assert refused.status_code == 421
    assert "Digit Lab does not answer to this name" in refused.text
    assert "DIGIT_LAB_HOSTS" in refused.text


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:9999", "null", "", "file://", "http://localhost:8501.evil.example", "x"],
)
def test_it_does_not_answer_to_another_page(client, origin):
    refused = answer(client, "localhost:8501", origin=origin)
    assert refused.status_code == 403
    assert "Digit Lab does not answer to other web pages" in refused.text
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        client.websocket_connect("/_stcore/stream", headers={"host": "localhost:8501", "origin": origin}),
    ):
        pass
    assert denied.value.status_code == 403


def test_a_websocket_to_another_name_is_refused_and_one_to_its_own_is_not(client):
    own = {"host": "localhost:8501", "origin": "http://localhost:8501"}
    with client.websocket_connect("/_stcore/stream", headers=own) as websocket:
        assert websocket.receive_text() == "a message"
    foreign = {"host": "evil.example:8501", "origin": "http://evil.example:8501"}
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        client.websocket_connect("/_stcore/stream", headers=foreign),
    ):
        pass
    assert denied.value.status_code == 421


def test_a_setting_adds_names(client, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_HOSTS", "lab.school.example, Other.example")
    assert answer(client, "lab.school.example", origin="https://lab.school.example").text == "a page"
    assert answer(client, "other.example:8501").text == "a page"
    # A proxy may call the server by its address and leave the browser's origin as it was.
    assert answer(client, "127.0.0.1:8501", origin="https://lab.school.example").text == "a page"
    assert answer(client, "evil.example").status_code == 421


def test_an_address_that_the_machine_gets_meanwhile_is_its_own(client, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(hosts.time, "monotonic", lambda: now[0])
    assert answer(client, "192.168.1.5").status_code == 200
    monkeypatch.setattr(hosts, "addresses", lambda: ["10.0.0.5"])
    now[0] += 11
    assert answer(client, "10.0.0.5").status_code == 200
    assert answer(client, "192.168.1.5").status_code == 421


def test_a_server_that_cannot_refuse_a_websocket_with_a_sentence_closes_it(client):
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", b"evil.example")]}
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(OwnHostsOnly(None)(scope, None, send))
    [message] = sent
    assert (message["type"], message["code"]) == ("websocket.close", 1008)
    assert message["reason"].startswith("Digit Lab does not answer to this name")


def test_two_hosts_at_once_are_none(client):
    assert client.get("/", headers=[("host", "localhost"), ("host", "evil.example")]).status_code == 421


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/lab/_stcore/metrics", "/_st_metrics"])
def test_nobody_is_told_how_the_server_is_doing(client, path):
    refused = client.get(path, headers={"host": "localhost"})
    assert refused.status_code == 403
    assert "Digit Lab tells nobody" in refused.text


def test_the_policy_goes_with_every_answer_and_names_no_other_machine(client):
    headers = answer(client, "localhost:8501").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    for name in ("frame-ancestors", "base-uri", "form-action"):  # the default is not for these
        assert policy[name] == "'self'"
    assert policy["connect-src"] == "'self' ws://localhost:8501 wss://localhost:8501 data: blob:"
    sources = {source for part in policy.values() for source in part.split()}
    assert not [s for s in sources if s.startswith("http") or s in ("*", "'unsafe-eval'") or s.endswith((".*", ":*"))]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin", "no other page is told the address of one of ours"


def test_this_machine_answers_to_all_its_addresses():
    assert "127.0.0.1" in hosts.addresses()
    assert "localhost" in hosts.names()
