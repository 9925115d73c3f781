"""A filed drawing: its label, its image, its strokes, and the two files that hold them. No torch."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError
from mnist_core.untrusted_text import SHORT, clean

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What a drawing may be called: a plain name, so that none can point outside its folder."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One drawing and what it was meant to be."""

    id: str
    label: int
    image: NDArray[np.uint8]
    """(28, 28) grey values, white on black, as the network saw it."""
    strokes: Sequence[Stroke]
    """Empty where it came from a picture."""
    created: str
    owner: str = ""
    """The id of the seat that it belongs to; empty for the teacher's."""


def to_record(drawing: Drawing, *, with_owner: bool = False) -> str:
    """Return the label, the time and the strokes of a drawing as JSON; `read_drawing` reads it back.

    `with_owner` tells whose it is, too: within a collection, but not where it leaves it.
    """
    strokes = [{"width": s.width, "points": np.round(s.points, 2).tolist()} for s in drawing.strokes]
    owner = {"owner": drawing.owner} if with_owner and drawing.owner else {}
    return json.dumps({"label": drawing.label, "created": drawing.created, "strokes": strokes} | owner)


def read_drawing(name: str, record: bytes, picture_file: bytes) -> Drawing:
    """Rebuild a drawing from its record and its PNG file.

    Raises:
        CollectionError: one of them is damaged.
    """
    try:
        described: dict[str, Any] = json.loads(record)
        label = described["label"]
        with Image.open(io.BytesIO(picture_file), formats=("PNG",)) as picture:
            if type(label) is not int or label not in range(10) or picture.size != (28, 28):
                raise ValueError(name)
            image = np.asarray(picture if picture.mode == "L" else picture.convert("L"))
            created, owner = (clean(text, SHORT) for text in (described["created"], described.get("owner", "")))
            return Drawing(name, label, image, read_strokes(described), created, owner)
    except Exception as error:
        # Somebody has edited it. JSON, numpy and Pillow meet that with a dozen types of error, IndexError among them.
        raise CollectionError(f"the drawing {name} is damaged: draw it again") from error


def read_strokes(described: dict[str, Any]) -> tuple[Stroke, ...]:
    """Return the strokes of a record's content; raises whatever JSON's odd values make numpy raise.

    Raises:
        ValueError: a point is infinite or no number.
    """
    strokes = tuple(Stroke(np.array(s["points"]), float(s["width"])) for s in described["strokes"])
    if not all(np.isfinite(stroke.points).all() for stroke in strokes):
        raise ValueError("expected points that are numbers")
    return strokes
