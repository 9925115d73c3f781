"""The words of the field that a page uses, each explained where it comes up first, and in a list in the sidebar."""

from __future__ import annotations

from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from mnist_core.glossary.term import Term, pattern
from mnist_core.glossary.terms import BY_NAME, GLOSSARY

# A component's own code has no address that an import could be relative to.
_JS = """
export default function ({ parentElement, setTriggerValue }) {
    const here = new AbortController()
    import(new URL("live/js/glossary.js", document.baseURI)).then(
        ({ show, hide }) => {
            if (here.signal.aborted) return
            show(parentElement, setTriggerValue).catch(console.error)
            here.signal.addEventListener("abort", () => hide(parentElement))
        },
        console.error,  // the page is all there without it
    )
    return () => here.abort()
}
"""
_KEY = ".".join(("digit-lab", "live", "glossary"))
_component = st.components.v2.component(
    "digit_lab_glossary", html='<div class="glossary"></div>', js=_JS, isolate_styles=False
)


def explain_words() -> Term | None:
    """Explain the words of the page that is drawn. Call it once a page, where the list of them is to be.

    Returns:
        The term whose “See it” was just clicked, mostly None.
    """
    chosen: Any = _component(key=_KEY, height="content", on_see_change=lambda: None).see
    return BY_NAME.get(str(chosen)) if chosen else None


def send(_: Request) -> JSONResponse:
    """Send the glossary as glossary.js reads it."""
    terms = [
        {
            "name": term.name,
            "spellings": [one.lower() for one in term.spellings],
            "sentence": term.sentence,
            "see": term.page,
        }
        for term in GLOSSARY
    ]
    return JSONResponse(
        {"pattern": pattern(GLOSSARY), "terms": terms}, headers={"Cache-Control": "public, max-age=300"}
    )
