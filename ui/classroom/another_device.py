"""A seat goes on in another browser: for an empty battery, or a browser that has forgotten its cookies."""

from __future__ import annotations

from html import escape

import streamlit as st

from mnist_core.classroom.seats import Seat
from ui.classroom import invitation, state
from ui.live import seat_links
from ui.shared import visitor


def show(seat: Seat) -> None:
    """Offer the way, to a browser that has a cookie to pass on."""
    secret = visitor.secret()
    if not secret:
        return
    with st.popover("Another device", icon=":material/devices:", help="Go on with this seat in another browser."):
        st.markdown(
            "Is your battery low? Open a link in another browser: it then has your seat, too, with your runs, drawings "
            "and lessons."
        )
        st.button(
            "Make a link",
            key=state.key("make-link"),
            type="primary",
            width="stretch",
            on_click=lambda: state.set_seat_link(seat_links.LINKS.make(secret, seat.name)),
        )
        code = state.seat_link()
        if not code:
            return
        if not seat_links.LINKS.find(code):
            st.caption("The link has been used, or is too old.")
            return
        link = f"{invitation.called_by()}/{seat_links.path(code)}"
        st.html(
            f'<img class="qr" src="{invitation.qr(link)}" alt="QR code of your link" '
            'style="width:100%;max-width:16rem;border-radius:8px;display:block;margin:auto">'
            f'<div style="overflow-wrap:anywhere">{escape(link)}</div>'
        )
        st.caption(
            f"Show it to nobody else: who opens it is {seat.name}. It works once, and for {seat_links.MINUTES} minutes."
        )
