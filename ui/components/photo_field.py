"""A field for files whose picture a phone may take with its own camera, where the page itself is lent none."""

from __future__ import annotations

import streamlit as st

# Streamlit asks for endings of names, at which a phone offers files alone; at types of pictures it offers its camera.
# Not for all types: an iPhone then turns its own format into JPEG.
_JS = """
const TYPES = "image/jpeg,image/png,image/webp"

export default function ({ data }) {
    let frame
    const offer = () => {
        const input = document.querySelector(`.st-key-${data} input[type=file]`)
        if (input) input.accept = TYPES
        else frame = requestAnimationFrame(offer)  // it is not there yet
    }
    offer()
    return () => cancelAnimationFrame(frame)
}
"""
_component = st.components.v2.component("digit_lab_photo_field", html="<span></span>", js=_JS)


def offer_camera(uploader_key: str) -> None:
    """Have the field for files with that key offer the phone's camera. Call it after the field."""
    _component(key="photo-field", data=uploader_key.replace(".", "-"), height=0)
