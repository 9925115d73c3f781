"""A seat goes on in another browser: by a link that works once, is asked about, and takes nobody's place."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.asker import seat_of
from mnist_core.classroom.seat_names import NAMES
from tests.support.classes import BOB, a_class
from tests.support.pages import texts, widget
from ui.cached import classes
from ui.live import seat_links
from ui.live.routes import ROUTES
from ui.live.seat_links import LINKS, MINUTES, SeatLinks
from ui.server.seats import COOKIE, new_secret
from ui.shared import visitor

MINE, OTHER = "m" * 43, "o" * 43
ANN = seat_of(MINE)


@pytest.fixture
def browser(runs):
    """Return another browser, at an address that is not the server's."""
    classes.forget()
    return TestClient(Starlette(routes=ROUTES), client=("203.0.113.7", 1), follow_redirects=False)


def given(answer):
    return dict([answer.headers.get("set-cookie", "=").split("; ")[0].split("=", 1)])


def test_a_browser_is_asked_and_then_has_the_seat(browser):
    address = f"/{seat_links.path(LINKS.make(MINE, 'Kind Otter'))}"
    for _ in range(2):  # looking at a link, as programs do that show what a link leads to, does not use it up
        asked = browser.get(address)
        assert (asked.status_code, given(asked)) == (200, {"": ""})
        assert "Go on as Kind Otter?" in asked.text
        assert asked.headers["cache-control"] == "no-store"
    taken = browser.post(address)
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert given(taken) == {COOKIE: MINE}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(taken.headers["set-cookie"].split("; "))
    for again in (browser.get(address), browser.post(address)):
        assert (again.status_code, given(again)) == (404, {"": ""})
        assert "leads nowhere" in again.text


def test_a_browser_that_has_a_seat_in_the_class_keeps_it(browser):
    a_class(ANN, seat_of(OTHER))
    code = LINKS.make(MINE, NAMES[0])
    browser.cookies.set(COOKIE, OTHER)
    for answer in (browser.get, browser.post):
        refused = answer(f"/{seat_links.path(code)}")
        assert (refused.status_code, given(refused)) == (409, {"": ""})
        assert f"You are {NAMES[1]}" in refused.text
    browser.cookies.set(COOKIE, MINE)
    assert browser.get(f"/{seat_links.path(code)}").status_code == 200, "its own link"
    browser.cookies.set(COOKIE, new_secret())
    assert given(browser.post(f"/{seat_links.path(code)}")) == {COOKIE: MINE}, "one that has not joined"


def test_a_name_is_shown_as_it_is(browser):
    assert "&lt;b&gt;" in browser.get(f"/{seat_links.path(LINKS.make(MINE, '<b>'))}").text


def test_a_link_is_good_for_ten_minutes_and_a_newer_one_takes_its_place():
    now = [0.0]
    links = SeatLinks(lambda: now[0])
    first, others = links.make(MINE, "Ann"), links.make(OTHER, "Bob")
    second = links.make(MINE, "Ann")
    assert len({first, second, others}) == 3
    assert (links.find(first), links.take(first)) == (None, None)
    now[0] = 60 * MINUTES - 1
    assert links.find(second).name == "Ann"
    assert links.take(others).secret == OTHER
    now[0] += 2
    assert (links.find(second), links.take(second)) == (None, None)


def test_who_has_joined_is_offered_a_link_to_its_own_seat(open_page, sit, monkeypatch):
    a_class(ANN, BOB)
    sit(ANN)
    monkeypatch.setattr(visitor, "secret", lambda: MINE)
    page = open_page("pages/9_Class.py")
    assert "/live/seats/" not in texts(page)
    widget(page.button, "Make a link").click().run()
    shown = "".join(str(one.proto.body) for one in page.get("html"))
    [code] = re.findall("/live/seats/([A-Za-z0-9_-]+)<", shown)
    assert LINKS.take(code)[:2] == (MINE, NAMES[0])
    page.run()
    assert "The link has been used, or is too old." in texts(page)
    monkeypatch.setattr(visitor, "secret", lambda: None)
    page.run()
    assert "Make a link" not in [button.label for button in page.button], "a browser without a cookie has none to give"
