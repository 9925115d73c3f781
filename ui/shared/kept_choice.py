"""A choice among a few options: one is always chosen, and it stays chosen while other pages are visited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

_Option = TypeVar("_Option")


def kept_choice(
    label: str,
    options: Sequence[_Option],
    default: _Option,
    *,
    key: str,
    help: str,
    said: Callable[[_Option], str] = str,
    labelled: bool = True,
    wrap: bool | None = None,
) -> _Option:
    """Draw the options in a row and return the chosen one.

    Args:
        label: what is chosen; a screen reader says it, too, where it is not shown.
        options: what can be chosen.
        default: what is chosen at first.
        key: the widget's.
        help: what the choice is about, in a sentence.
        said: returns the text of an option.
        labelled: whether the label is shown above the options.
        wrap: whether the options go on in another row where they do not fit into one; None leaves it to Streamlit.
    """
    return st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        format_func=said,
        key=key,
        persist_state="session",  # the choice would be dropped where another page does not draw it
        label_visibility="visible" if labelled else "collapsed",
        wrap=wrap,
        help=help,
    )
