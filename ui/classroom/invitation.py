"""How phones come to the class: the QR code, the address and the code, large enough to be read from the last row."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.classroom.addresses import addresses, reached
from ui.cached import classes
from ui.classroom import acting, state
from ui.server import hosts

_NO_NETWORK = (
    "**This computer is in no network**, so no phone can reach it. Join the room's Wi-Fi, or open a hotspot on this "
    "computer or on a phone and let all join it: no internet connection is needed. This page looks again by itself."
)


def show(now: classes.Now, *, large: bool) -> None:
    """Draw the invitation; `large` on the projector, where there are no controls."""
    if proxied := _proxied():  # the machine's own addresses may lead nowhere then
        _invite(now, proxied)
        return
    known = [one.address for one in addresses()]
    if not known:
        st.warning(_NO_NETWORK, icon=":material/wifi_off:")
        return
    address = now.settings.address if now.settings.address in known else known[0]
    with _invite(now, f"http://{address}:{port()}{_base()}"):
        if not large:
            _choose_address(now, address, known)


def _invite(now: classes.Now, app: str) -> DeltaGenerator:
    """Draw the way to the app and return the column beside the QR code.

    Args:
        now: the class.
        app: the app's address, without a slash at its end.
    """
    left, right = st.columns([4, 5], gap="large", vertical_alignment="center")
    link = f"{app}/Class?code={now.classroom.code}"
    with left:
        st.html(
            f'<img class="qr" src="{qr(link)}" alt="QR code of {escape(link)}" '
            'style="width:100%;max-width:62vh;border-radius:8px;display:block">'
        )
    with right:
        joined = len(now.seats)
        st.html(
            '<div style="font-size:1.1rem">Scan the code, or type this address:</div>'
            f'<div class="address" style="font-size:clamp(1rem, 2.5vw, 2rem);font-weight:700;overflow-wrap:anywhere">'
            f"{escape(app.removeprefix('http://'))}</div>"
            f'<div style="font-size:1.1rem;margin-top:.8rem">and this code:</div>'
            f'<div class="code" style="font-size:clamp(2.5rem, 7vw, 5rem);font-weight:700;letter-spacing:.12em;'
            f'line-height:1.1">{now.classroom.code}</div>'
            f'<div class="joined" style="font-size:1.1rem;margin-top:.8rem"><b>{joined}</b> '
            f"{'has' if joined == 1 else 'have'} joined</div>"
        )
    return right


def qr(link: str) -> str:
    """Return a link's QR code as an address of a picture: black on white in light and dark, as cameras want it."""
    return str(segno.make(link, error="m").svg_data_uri(omitsize=True, border=3, dark="#000", light="#fff"))


def port() -> int:
    """Return the port under which the server is reached."""
    return int(st.get_option("server.port"))


def _proxied() -> str:
    """Return the address by which this browser calls the app, where a proxy has that name (see `hosts`); else ""."""
    return called_by() if hosts.split(urlsplit(st.context.url or "").netloc) in hosts.added() else ""


def called_by() -> str:
    """Return the address by which this browser calls the app, without a slash at its end; "" where nobody knows."""
    called = urlsplit(st.context.url or "")
    return f"{called.scheme}://{called.netloc}{_base()}" if called.scheme in ("http", "https") else ""


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def _choose_address(now: classes.Now, address: str, known: list[str]) -> None:
    came = reached(now.classroom)
    key = state.key("address", address)
    st.selectbox(
        "Address for phones",
        known,
        index=known.index(address),
        format_func=lambda one: f"{one} {'✓ a phone has come through it' if one in came else ''}".strip(),
        key=key,
        on_change=acting.take,
        args=(now, "address", key),
        help="This computer's addresses in its networks, the likeliest first. If a phone does not get through, try "
        "another one, or another network: some networks keep phones apart.",
    )
    if bound := st.get_option("server.address"):
        if bound not in ("0.0.0.0", "::"):
            st.warning(
                f"The server listens at {bound} alone: start it without --server.address, so that phones reach it."
            )
    elif address not in came:
        st.caption(f"No phone has come through {address} yet. The port is {port()}; a firewall has to let it in.")
