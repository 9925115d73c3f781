"""The server as `make app` starts it, on a machine without a network: it asks nobody for anything."""

import asyncio
import http.client
import os
import re
import subprocess
import sys

import pytest

from mnist_core.asker import seat_of
from mnist_core.paths import PROJECT
from tests.support.browser import Server
from tests.support.network import processes_without_network, without_network
from tests.support.waiting import wait_for
from ui.server import start
from ui.server.teacher_key import SETTING, TeacherKey


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return without_network(tmp_path_factory.mktemp("network"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, asked):
    server = Server(tmp_path_factory.mktemp("served") / "runs", address="", PYTHONPATH=str(asked.parent))
    yield server
    server.stop()


def answer(server, path="/", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def test_it_says_where_it_is_and_asks_no_other_machine(server, asked):
    assert answer(server)[0] == 200
    assert f"Digit Lab is at http://localhost:{server.port}/" in server.said()
    assert re.search(r"enters the key [a-z2-9]{4}(-[a-z2-9]{4}){2} elsewhere", server.said())
    assert server.process.pid in processes_without_network(asked)
    assert asked.read_text() == ""


def test_every_guard_stands_before_the_pages():
    code = "import app; print(*(one.cls.__name__ for one in app.app._user_middleware))"
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    guards = ["OwnHostsOnly", "ContentPolicy", "SessionLimit", "UploadLimit", "SeatCookie", "CacheClearing"]
    assert told.split() == guards, "who is refused gets no seat"


def said_at_the_start(capsys):
    async def begin():
        async with start.said(None):
            pass

    asyncio.run(begin())
    return capsys.readouterr().out


@pytest.mark.parametrize("user", [0, 1000])
def test_a_server_that_runs_as_root_says_so(user, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("It runs as root" in said_at_the_start(capsys)) == (user == 0)


@pytest.fixture
def teacher_key(tmp_path, monkeypatch):
    key = TeacherKey(tmp_path / ".teacher.json")
    monkeypatch.setattr(start, "TEACHER_KEY", key)
    return key


def test_the_key_that_is_printed_is_the_one_that_makes_a_teacher(teacher_key, monkeypatch, capsys):
    monkeypatch.delenv(SETTING, raising=False)
    printed = re.search(
        r"The teacher is who sits at this machine, or enters the key (\S+) elsewhere", said_at_the_start(capsys)
    )
    assert printed
    teacher_key.enter(printed[1], seat_of("tablet"), "192.168.1.7")
    assert teacher_key.is_teacher(seat_of("tablet"))


def test_a_key_that_is_set_is_not_printed(teacher_key, monkeypatch, capsys):
    monkeypatch.setenv(SETTING, "our own key")
    said = said_at_the_start(capsys)
    assert f"enters the key that {SETTING} sets" in said
    assert "our own key" not in said
    monkeypatch.setenv(SETTING, "short")
    assert f"There is no teacher's key: {SETTING} has 5 characters" in said_at_the_start(capsys)


def test_streamlits_own_greeting_would_ask_for_the_public_address(tmp_path):
    """The test above could not fail if a server that asks were not noticed."""
    asked = without_network(tmp_path)
    settings = {"PYTHONPATH": str(tmp_path), "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "false"}
    server = Server(tmp_path / "runs", address="", **settings)
    try:
        assert answer(server)[0] == 200
        wait_for(lambda: "checkip" in asked.read_text())
    finally:
        server.stop()


def test_a_foreign_name_or_page_is_refused_with_a_sentence(server, asked):
    status, sentence = answer(server, Host="evil.example")
    assert status == 421
    assert "does not answer to this name" in sentence
    status, sentence = answer(server, "/_stcore/stream", Origin="http://evil.example", **WEBSOCKET)
    assert status == 403
    assert "does not answer to other web pages" in sentence
    assert answer(server, "/_stcore/metrics")[0] == 403
    assert asked.read_text() == ""


def test_an_upload_without_a_length_is_refused(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("PUT", "/_stcore/upload_file/session/file", body=iter([b"piece"]), encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, b"told its length" in response.read()) == (411, True)


def test_a_process_without_a_network_is_one(server, asked, tmp_path):
    """The test above could not fail if nothing were noted."""
    other = without_network(tmp_path)
    code = "import requests; requests.get('http://evil.example', timeout=1)"

    ended = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert b"unreachable" in ended.stderr
    assert "evil.example" in other.read_text()
