"""The server: Streamlit's pages, Home first, and routes of our own beside them. Started by `streamlit run app.py`."""

import streamlit as st

from ui.live.routes import ROUTES

app = st.App("home.py", routes=ROUTES)
