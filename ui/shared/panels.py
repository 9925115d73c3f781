"""Pieces of page that more than one page shows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.figures.colours import DIGITS, TRAINING
from mnist_core.formatting import percent
from mnist_core.storage.png import png_url

if TYPE_CHECKING:
    from mnist_core.drawing.strokes import Box
    from mnist_core.figures.echarts import Option
    from mnist_core.model.inference import Prediction

NO_TOOLBAR = {"displayModeBar": False}
"""The `config` of every plotly chart: its row of buttons would lie over title and legend."""

_TAG = 16
"""CSS pixels: the height of a number above the frame of a digit."""


def last_column_first(key: str) -> None:
    """Draw the last column of the container `key` at the top where the window is narrow and columns are stacked."""
    name = key.replace(".", "-")  # as Streamlit makes a class of it
    columns = f'.st-key-{name} > * > * > [data-testid="stColumn"]'
    st.html(f"<style>@media (max-width: 640px) {{ {columns}:last-child {{ order: -1; }} }}</style>")


def lines(option: Option, key: str, height: int) -> None:
    """Draw a chart of lines, `height` CSS pixels high; its title is what a screen reader says."""
    st.echarts_chart(option, key=key, height=height, alt=option["title"]["text"], renderer="svg")


_DASHES = {"solid": "━", "dashed": "╍", "dotted": "┅"}


def legend_html(looks: Mapping[str, tuple[str, str]]) -> str:
    """Return the colour and dash of each line of a chart by its name, in as many rows as it takes."""
    entries = "".join(
        f'<span style="overflow-wrap:anywhere"><b style="color:{colour}">{_DASHES[dash]}</b> {escape(name)}</span>'
        for name, (colour, dash) in looks.items()
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.85rem">{entries}</div>'


def pixels_html(image: NDArray[np.float32] | NDArray[np.uint8], side: int, alt: str) -> str:
    """Return an `img` element that shows every pixel of a 28 x 28 image as a sharp square, `side` CSS pixels in all."""
    return (
        f'<img class="pixels" src="{png_url(image)}" alt="{alt}" width="{side}" height="{side}" '
        'style="border-radius:6px;max-width:100%;height:auto;flex-shrink:0">'
    )


def svg_html(svg: str, alt: str) -> str:
    """Return an `img` element with an SVG file: Streamlit takes SVG elements out of a page's HTML."""
    data = b64encode(svg.encode()).decode()
    return f'<img class="drawn" src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" style="width:100%">'


def read_digit_html(image: NDArray[np.float32], found: Prediction, frame: str = "") -> str:
    """Return a digit, with a frame on it, beside what a network reads in it. Its twin is in ui/live/inside.js."""
    return (
        '<div style="display:flex;gap:.8rem;align-items:center">'
        f'<div style="position:relative;width:150px">{pixels_html(image, 150, "the digit in hand")}{frame}</div>'
        f'<div style="line-height:1.25"><div id="answer" style="font-size:3.6rem;font-weight:700;line-height:1" '
        f'data-answer="{found.digit}">{found.digit}</div><b>{percent(found.confidence)}</b> sure</div></div>'
    )


def bars_html(prediction: Prediction) -> str:
    """Return the ten probabilities as horizontal bars in the digits' colours.

    HTML and not a chart: it is painted in a few milliseconds, and the bars glide to their new lengths.
    """
    rows = []
    for digit, (probability, colour) in enumerate(zip(prediction.probabilities, DIGITS, strict=True)):
        weight = 700 if digit == prediction.digit else 400
        rows.append(
            f'<div style="display:flex;align-items:center;gap:.5rem;font-weight:{weight}" data-digit="{digit}">'
            f'<span style="width:1ch">{digit}</span>'
            '<span style="flex:1;background:color-mix(in srgb, currentColor 9%, transparent);border-radius:4px">'
            f'<span style="display:block;height:1.05rem;border-radius:4px;background:{colour};'
            f'width:{max(probability * 100, 0.3):.2f}%"></span></span>'
            '<span style="width:4.1em;text-align:right;font-variant-numeric:tabular-nums">'
            f"{percent(probability).replace('over ', '&gt;')}</span>"
            "</div>"
        )
    label = f'class="bars" role="img" aria-label="{_describe_prediction(prediction)}"'
    return f'<div {label} style="display:grid;gap:.24rem">{"".join(rows)}</div>'


def boxes_html(picture: NDArray[np.float32] | NDArray[np.uint8], boxes: Sequence[Box], side: int) -> str:
    """Return a picture, (H, W) or (H, W, 4), at most `side` CSS pixels wide, with a frame around each box.

    Its number stands above it, or below where there is no room: on it, it would hide a small digit. A picture as flat
    as a line of writing has room for none.
    """
    height, width = picture.shape[:2]
    shown = side / width
    numbered = height * shown >= 4 * _TAG
    frames = "".join(
        f'<span style="position:absolute;left:{100 * box.left / width:.2f}%;top:{100 * box.top / height:.2f}%;'
        f"width:{100 * box.width / width:.2f}%;height:{100 * box.height / height:.2f}%;"
        f'border:2px solid {TRAINING};border-radius:3px;font-size:.75rem;font-weight:700;line-height:1">'
        f"{_tag_html(number, above=box.top * shown >= _TAG) if numbered else ''}</span>"
        for number, box in enumerate(boxes, 1)
    )
    return (
        f'<div class="boxes" style="position:relative;width:100%;max-width:{side}px;overflow:hidden">'
        f'<img src="{png_url(picture)}" alt="the drawing, with a frame around each digit" '
        f'style="width:100%;display:block;background:#000;border-radius:6px">{frames}</div>'
    )


def _tag_html(number: int, above: bool) -> str:
    return (
        f'<b style="position:absolute;left:-2px;{"bottom" if above else "top"}:100%;padding:1px 3px;'
        f'background:{TRAINING};color:#000">{number}</b>'
    )


def recipes_html(prepared: Sequence[tuple[str, NDArray[np.float32], Prediction]]) -> str:
    """Return one drawing prepared in several ways, each with its name and what the network reads in it."""
    cells = "".join(
        f'<figure style="margin:0;display:flex;gap:.7rem;align-items:center">{pixels_html(image, 112, name)}'
        f'<figcaption style="line-height:1.3"><b style="font-size:1.7rem">{found.digit}</b> '
        f"{percent(found.confidence)}<br>"
        f'<span style="font-size:.85rem;opacity:.75">{name}</span></figcaption></figure>'
        for name, image, found in prepared
    )
    ways = ("one way", "two ways", "three ways", "four ways")[len(prepared) - 1]
    return (
        f"<b>The same drawing, prepared in {ways}.</b> A network fails on drawings that are prepared in another way "
        "than the images it learned from."
        f'<div class="recipes" style="display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:12px;'
        f'margin-top:.5rem">{cells}</div>'
    )


def _describe_prediction(prediction: Prediction) -> str:
    first, second = prediction.ranking[:2]
    return f"{first}: {percent(prediction.confidence)}, {second}: {percent(prediction.probabilities[second])}"
