"""Softmax step by step: logits, exponentials, sum, probabilities, and what a temperature does to them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.explain.softmax import Softmax, softmax
from mnist_core.figures.colours import DIGITS
from mnist_core.formatting import percent, signed
from ui.inside import state
from ui.shared.numbers import short


def show(logits: NDArray[np.float32]) -> None:
    """Show the steps from ten logits to ten probabilities."""
    temperature = st.slider(
        "Temperature",
        0.2,
        10.0,
        1.0,
        0.1,
        key=state.key("temperature"),
        persist_state="session",
        help="The logits are divided by it first: above 1 the network sounds less sure, below 1 surer.",
    )
    steps = softmax(logits, temperature)
    st.html(_table_html(logits, steps, temperature))
    second, first = np.argsort(logits)[-2:]
    share, usual = steps.probabilities[first], softmax(logits).probabilities[first]
    gap = float(logits[first] - logits[second])
    st.caption(
        f"The logit of {first} is {gap:.2f} above that of {second}, so its exponential is "
        f"e^({gap:.2f} ÷ {temperature:g}) = {short(np.exp(gap / temperature))} times as large. "
        + (
            f"At this temperature {first} gets {percent(share, 2)} instead of {percent(usual, 2)}; the order never "
            "changes."
            if temperature != 1
            else "Differences of logits become ratios of probabilities: that is all that softmax does."
        )
    )


def _table_html(logits: NDArray[np.float32], steps: Softmax, temperature: float) -> str:
    heads = ("digit", "logit", f"÷ {temperature:g}, minus the largest", "e to that power", "share of the sum")
    head = "".join(f'<th style="{_CELL}font-weight:600">{text}</th>' for text in heads)
    head += f'<td style="{_CELL}"></td>'
    rows = ""
    for digit, logit in enumerate(logits):
        probability = steps.probabilities[digit]
        bar = (
            f'<div style="height:1rem;border-radius:4px;background:{DIGITS[digit]};'
            f'width:{max(100 * probability, 0.3):.2f}%"></div>'
        )
        weight = 700 if digit == int(np.argmax(logits)) else 400
        rows += (
            f'<tr data-digit="{digit}" style="font-weight:{weight}"><td style="{_CELL}">{digit}</td>'
            f'<td style="{_CELL}">{signed(logit, 2)}</td><td style="{_CELL}">{signed(steps.scaled[digit], 2)}</td>'
            f'<td style="{_CELL}white-space:nowrap">{short(steps.exponentials[digit])}</td>'
            f'<td style="{_CELL}">{percent(probability, 2)}</td>'
            f'<td style="{_CELL}width:30%;min-width:60px">{bar}</td></tr>'
        )
    total = (
        f'<tr style="font-weight:600"><td style="{_CELL}" colspan="3">sum</td>'
        f'<td style="{_CELL}">{short(steps.total)}</td><td style="{_CELL}">100%</td><td style="{_CELL}"></td></tr>'
    )
    return (
        '<div style="overflow-x:auto"><table class="softmax" style="width:100%;border-collapse:collapse;'
        f'font-variant-numeric:tabular-nums"><tr>{head}</tr>{rows}{total}</table></div>'
    )


_CELL = "border:none;padding:.12rem .5rem;text-align:right;"
