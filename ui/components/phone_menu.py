"""On a phone the sidebar covers the page: it closes once a page is chosen in it, as Streamlit's own list does."""

from __future__ import annotations

import streamlit as st

_JS = """
const NARROW = 768  // CSS pixels up to which Streamlit lays the sidebar over the page
const LINK = '[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]'
const CLOSE = '[data-testid="stSidebarCollapseButton"] button'

export default function () {
    const close = ({ target }) => {
        if (innerWidth <= NARROW && target.closest(LINK)) document.querySelector(CLOSE)?.click()
    }
    addEventListener("click", close)
    return () => removeEventListener("click", close)
}
"""
_component = st.components.v2.component("digit_lab_phone_menu", html="<span></span>", js=_JS)


def close_on_choice() -> None:
    """Have the sidebar of a narrow window close when one of its page links is chosen. Call it once a page."""
    _component(key="phone-menu", height=0)
