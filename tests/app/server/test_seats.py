"""Who sits there: the cookie of a seat, and from which addresses one is the teacher."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

from ui.server import hosts, seats
from ui.server.seats import ADDRESS_HEADER, COOKIE, SeatCookie


@pytest.fixture
def client():
    routes = [Route("/{path:path}", lambda request: PlainTextResponse("a page"))]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SeatCookie)]))


def opens(client, **headers):
    return client.get("/Train", headers={"accept": "text/html,*/*"} | headers).headers.get("set-cookie", "")


def test_a_browser_gets_a_seat_once_that_no_script_and_no_other_site_can_use(client):
    cookie = opens(client)
    name, _, rest = cookie.partition("=")
    secret = rest.partition(";")[0]
    assert name == COOKIE
    assert seats.is_secret(secret)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(rest.split("; "))
    assert opens(client) == "", "it has one by now"
    client.cookies.clear()
    assert secret not in opens(client)


def test_what_a_page_loads_brings_no_second_seat(client):
    assert opens(client, accept="*/*") == ""


@pytest.mark.parametrize("forged", ["", "x", "x" * 31, "x" * 65, "../" * 12, "ä" * 40])
def test_a_cookie_that_is_none_of_ours_is_replaced(client, forged):
    assert opens(client, cookie=f"{COOKIE}={forged}".encode()).startswith(f"{COOKIE}=")
    assert not seats.is_secret(forged)


@pytest.fixture(autouse=True)
def laptop(monkeypatch):
    monkeypatch.setattr(hosts, "addresses", lambda: ["127.0.0.1", "192.168.1.5", "::1"])
    monkeypatch.delenv(ADDRESS_HEADER, raising=False)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1", "192.168.1.5"])
def test_who_calls_from_the_servers_machine_sits_at_it(peer):
    assert seats.is_at_the_server({"Host": "localhost:8501"}, peer)


@pytest.mark.parametrize("peer", ["192.168.1.6", "8.8.8.8", "fe80::1%eth0", "", None, "testclient"])
def test_who_calls_from_elsewhere_or_nobody_knows_where_from_does_not(peer):
    assert not seats.is_at_the_server({}, peer)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "x-real-ip", "Forwarded", "Via", "X-Forwarded-Proto"])
def test_behind_a_proxy_nobody_sits_at_the_server_unless_a_header_is_trusted(header):
    assert not seats.is_at_the_server({header: "127.0.0.1"}, "127.0.0.1")


def test_the_header_that_is_trusted_tells_the_address(monkeypatch):
    monkeypatch.setenv(ADDRESS_HEADER, "X-Forwarded-For")
    assert seats.caller({"x-forwarded-for": "10.0.0.1, 203.0.113.7"}, "127.0.0.1") == "203.0.113.7"
    assert not seats.is_at_the_server({"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}, "127.0.0.1")
    assert seats.is_at_the_server({}, "127.0.0.1"), "it was called without the proxy"


def test_a_forged_header_makes_nobody_the_teacher_where_the_server_can_be_reached_without_the_proxy(monkeypatch):
    monkeypatch.setenv(ADDRESS_HEADER, "X-Forwarded-For")
    bound = {"server.address": None}
    monkeypatch.setattr(config, "get_option", bound.get)
    assert not seats.is_at_the_server({"X-Forwarded-For": "127.0.0.1"}, "192.168.1.6")
    bound["server.address"] = "127.0.0.1"
    assert seats.is_at_the_server({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1")
