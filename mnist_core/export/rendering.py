"""Renders the templates of this package: pages, in which values are escaped, and programs, in which they are literals.

What a value may do in a template is decided here, once: no template has to remember it.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup, escape

from mnist_core.formatting import in_words, percent, with_article

WIDTH = 120
"""Columns of a program's longest line."""
_TEMPLATES = Path(__file__).with_name("templates")


def to_page(template: str, **values: Any) -> str:
    """Return a page of HTML; each value in it is escaped unless it is `Markup`."""
    return _pages().get_template(template).render(values)


def to_python(template: str, **values: Any) -> str:
    """Return a program; each value in it is a Python literal unless a filter has made source text of it.

    Raises:
        TypeError: a value is no number, text, truth value, None, or tuple or list of these.
        ValueError: a number is infinite or not a number, or a name is none.
    """
    return _programs().get_template(template).render(values)


@functools.cache
def _pages() -> Environment:
    environment = _environment(autoescape=True)
    environment.filters |= {
        "bold": _bold,
        "in_words": in_words,
        "percent": percent,
        "formatted": format,
        "with_article": with_article,
    }
    return environment


@functools.cache
def _programs() -> Environment:
    environment = _environment(autoescape=False, finalize=_literal)
    environment.filters |= {
        "docstring": _docstring,
        "name": _name,
        "one_line_if_short": _one_line_if_short,
        "rows": _rows,
    }
    return environment


def _environment(**options: Any) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )


def _bold(text: str) -> Markup:
    """Return text in which what stands between two pairs of asterisks is bold."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(text))))


class _Source(str):
    """Source text, which stays as it is."""

    __slots__ = ()


def _literal(value: Any) -> str:
    if isinstance(value, _Source):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises what says which name is missing
    if type(value) in (tuple, list):
        inner = ", ".join(map(_literal, value))
        return f"[{inner}]" if type(value) is list else f"({inner}{',' * (len(value) == 1)})"
    if type(value) is float and not math.isfinite(value):
        raise ValueError(f"expected a finite number, received {value}")
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    raise TypeError(f"expected what has a Python literal, received {type(value).__name__}")


def _name(value: str) -> _Source:
    if not value.isidentifier():
        raise ValueError(f"expected a Python name, received {value!r}")
    return _Source(value)


def _docstring(text: str) -> _Source:
    """Return text as a docstring, whatever is in it; its lines stay lines."""
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    return _Source('"""' + "".join(c if c == "\n" or c.isprintable() else repr(c)[1:-1] for c in written) + '"""')


def _one_line_if_short(lines: str) -> str:
    joined = " ".join(line.strip() for line in lines.splitlines()) + "\n"
    return joined if len(joined) <= WIDTH + 1 else lines


def _rows(pieces: str) -> str:
    """Set pieces of code, one a line, in indented lines as long as may be; an empty line ends a row before."""
    return "".join(f"{row}\n" for row in _rows_of(pieces.splitlines()))


def _rows_of(pieces: list[str]) -> Iterator[str]:
    row = ""
    for piece in pieces:
        if row and (not piece or len(row) + 1 + len(piece) > WIDTH):
            yield row
            row = ""
        if piece:
            row = f"{row} {piece}" if row else f"    {piece}"
    if row:
        yield row
