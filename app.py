"""The server: Streamlit's pages, Home first, and routes of our own beside them. Started by `streamlit run app.py`."""

import sys

import streamlit as st
from starlette.middleware import Middleware

from mnist_core.openmp import set_wait_policy
from ui.live.routes import ROUTES
from ui.server import start
from ui.server.cache_clearing import CacheClearing
from ui.server.content_policy import ContentPolicy
from ui.server.hosts import OwnHostsOnly
from ui.server.malloc_arenas import limit_arenas
from ui.server.seats import SeatCookie
from ui.server.sessions import SessionLimit
from ui.server.uploads import UploadLimit

SWITCH_INTERVAL = 0.0005
"""Seconds for which one thread computes while others want to: after each read of a file a thread waits so long for each
that computes, and a script reads dozens. Python's own is 0.005."""

limit_arenas()  # before pages begin threads
set_wait_policy()  # before any page loads torch
sys.setswitchinterval(SWITCH_INTERVAL)

app = st.App(
    "home.py",
    routes=ROUTES,
    middleware=[
        Middleware(OwnHostsOnly),
        Middleware(ContentPolicy),
        Middleware(SessionLimit),
        Middleware(UploadLimit),
        Middleware(SeatCookie),
        Middleware(CacheClearing),
    ],
    lifespan=start.said,
)
