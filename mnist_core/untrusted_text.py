"""Text from outside (files, zips, links, forms): made safe to print, store and send where it is read. No torch."""

from __future__ import annotations

import itertools

SHORT, SENTENCE = 80, 2_000
"""Characters: of a name, and of a sentence such as the reason why a run failed."""


def clean(text: object, longest: int, *, lines: bool = False) -> str:
    """Return a text without characters that nobody can see, and not longer than `longest` characters.

    Dropped are what Python calls unprintable: lone surrogates, which no file and no browser takes; control characters;
    and format characters, among them those that turn the direction of writing and so make a name read as another one.

    Args:
        text: what was read; anything that is no text is written as one.
        longest: the most characters to keep.
        lines: whether line ends are kept. Otherwise each row of white space becomes one space.
    """
    whole = text if isinstance(text, str) else str(text)
    if len(whole) <= longest and whole.isprintable() and "  " not in whole and whole == whole.strip():
        return whole  # nearly every text is: an event log has thousands
    # Much of what follows may be dropped or become one space, but not all of a text of megabytes has to be looked at.
    part = itertools.islice(whole, 20 * longest)
    kept = "".join(c for c in part if c.isprintable() or (c == "\n" if lines else c.isspace()))
    return (kept if lines else " ".join(kept.split()))[:longest].strip()


def quoted(value: object) -> str:
    """Return a value from outside as a sentence about it shows it: as Python writes it, in 80 characters at most.

    What is unprintable is written as an escape.
    """
    return _shortened(repr(value[:SHORT] if isinstance(value, str) else value))


def _shortened(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
