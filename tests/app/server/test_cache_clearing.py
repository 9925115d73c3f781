"""Streamlit's message that clears its caches, as any program can send it."""

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.support.browser import serve
from tests.support.processes import running
from tests.support.streamlit_client import Client
from tests.support.waiting import wait_for
from ui.server.cache_clearing import CacheClearing

CLEAR, RERUN = BackMsg(clear_cache=True).SerializeToString(), BackMsg(stop_script=True).SerializeToString()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def workers(server):
    """The processes of the server that train, also those that it has forgotten."""
    return {worker.pid for worker in running("mnist_core.jobs.worker", of=server.process.pid)}


def test_clearing_the_caches_starts_no_worker_anew(server):
    client = Client(server.port)
    try:
        client.run("")
        wait_for(lambda: workers(server))
        before = workers(server)
        assert len(before) == 1
        for _ in range(3):
            client.send(CLEAR)
            client.run("")  # obeyed in order: the caches are cleared when the page is drawn
            assert not [told for told in client.told if told.startswith("exception")]
            assert workers(server) == before
    finally:
        client.close()


@pytest.mark.parametrize(
    ("address", "headers", "passed"),
    [
        ("127.0.0.1", {}, 1),
        ("::1", {}, 1),
        ("203.0.113.7", {}, 0),
        ("fe80::1", {}, 0),
        ("testclient", {}, 0),
        (None, {}, 0),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 0),  # through a proxy on the server's machine
    ],
)
def test_only_who_sits_at_the_server_can_clear_the_caches(address, headers, passed):
    received = [{"type": "websocket.receive", "bytes": content} for content in (CLEAR, RERUN, b"x")]
    odd = {"type": "websocket.receive", "text": "odd"}
    sent = [{"type": "websocket.connect"}, *received, odd, {"type": "websocket.disconnect"}]
    seen, messages = [], iter(sent)

    async def app(scope, receive, send):
        while (message := await receive())["type"] != "websocket.disconnect":
            seen.append(message)

    async def receive():
        return next(messages)

    sent_along = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "client": (address, 1) if address else None, "headers": sent_along}
    asyncio.run(CacheClearing(app)(scope, receive, None))
    assert [message for message in seen if message.get("bytes") == CLEAR] == sent[1:2] * passed
    assert [message for message in seen if message.get("bytes") != CLEAR] == [sent[0], *sent[2:5]]


def test_other_requests_pass():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope, receive, send))

    asyncio.run(CacheClearing(app)({"type": "http"}, 1, 2))
    assert seen == [({"type": "http"}, 1, 2)]
