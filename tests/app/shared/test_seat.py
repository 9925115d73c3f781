"""Who sits there, as a page asks: by the cookie, or by the address that it calls from."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.classroom.classroom import begin
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import join
from ui.cached import classes
from ui.server import seats
from ui.server.teacher_key import TEACHER_KEY
from ui.shared import visitor

SECRET, OTHER = "s" * 43, "o" * 43


@pytest.fixture
def sent(monkeypatch):
    """Somebody who does not sit at the server, and what the browser sends."""
    sent = SimpleNamespace(cookies={}, headers={})
    monkeypatch.setattr(st, "context", sent)
    monkeypatch.setattr(visitor, "at_the_server", lambda: False)
    monkeypatch.setattr(visitor, "_peer", lambda: "192.168.1.7")
    return sent


def page(**query):
    """A page that says who asks."""

    def script():
        import streamlit as st

        from ui.shared import visitor

        asker = visitor.asker()
        st.text(f"{asker.kind} {asker.seat}")

    page = AppTest.from_function(script)
    page.query_params.update(query)
    return page.run()


def said(page):
    assert not page.exception
    return page.text[0].value


def test_a_cookie_tells_the_seat(sent):
    sent.cookies[seats.COOKIE] = SECRET
    assert said(page()) == f"seat {seat_of(SECRET).seat}"


def test_no_link_lets_anybody_sit_down_at_anothers_seat(sent):
    sent.cookies[seats.COOKIE] = SECRET
    assert said(page(seat=OTHER)) == f"seat {seat_of(SECRET).seat}"
    sent.cookies.clear()
    assert said(page(seat=OTHER)) == said(page()) != f"seat {seat_of(OTHER).seat}"


def test_the_address_of_a_seat_counts_until_it_sits_in_the_class(sent, runs):
    sent.cookies[seats.COOKIE] = SECRET
    assert address_of_asker() == "192.168.1.7"
    classroom = begin(asker=TEACHER)
    join(classroom, NAMES[0], asker=seat_of(SECRET))
    classes.forget()
    assert address_of_asker() == ""
    sent.cookies[seats.COOKIE] = OTHER
    assert address_of_asker() == "192.168.1.7"


def address_of_asker():
    def script():
        import streamlit as st

        from ui.shared import visitor

        st.text(visitor.asker().address)

    return said(AppTest.from_function(script).run())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.168.1.7", "::ffff:192.168.1.7"),
        ("", ""),
    ],
)
def test_who_changes_an_ipv6_address_within_its_network_is_one_caller(address, network):
    assert seats.network_of(address) == network


def test_those_without_a_cookie_share_the_seat_of_their_address(sent, monkeypatch):
    first = said(page())
    assert first.startswith("seat ")
    assert said(page()) == first, "a program that opens many pages is one seat"
    monkeypatch.setattr(visitor, "_peer", lambda: "192.168.1.8")
    assert said(page()) != first


def test_who_has_entered_the_key_is_the_teacher(sent, monkeypatch):
    sent.cookies[seats.COOKIE] = SECRET
    monkeypatch.setattr(TEACHER_KEY, "is_teacher", lambda seat: seat == seat_of(SECRET))
    assert said(page()) == TEACHER.kind
