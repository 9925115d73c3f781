"""The server: Streamlit's pages, Home first, and routes of our own beside them. Started by `streamlit run app.py`."""

import streamlit as st

from mnist_core.openmp import set_wait_policy
from ui.live.routes import ROUTES

set_wait_policy()  # before any page loads torch

app = st.App("home.py", routes=ROUTES)
