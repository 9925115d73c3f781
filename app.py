"""The server: Streamlit's pages, Home first, and routes of our own beside them. Started by `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware

from mnist_core.openmp import set_wait_policy
from ui.live.routes import ROUTES
from ui.server import start
from ui.server.cache_clearing import CacheClearing
from ui.server.content_policy import ContentPolicy
from ui.server.hosts import OwnHostsOnly
from ui.server.seats import SeatCookie
from ui.server.sessions import SessionLimit

set_wait_policy()  # before any page loads torch

app = st.App(
    "home.py",
    routes=ROUTES,
    middleware=[
        Middleware(OwnHostsOnly),
        Middleware(ContentPolicy),
        Middleware(SessionLimit),
        Middleware(SeatCookie),
        Middleware(CacheClearing),
    ],
    lifespan=start.said,
)
