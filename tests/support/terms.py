"""Which words of the glossary a text uses, as the browser finds them (ui/live/glossary.js)."""

from __future__ import annotations

import re

from mnist_core.glossary.term import Term, pattern
from mnist_core.glossary.terms import GLOSSARY

_BY_SPELLING = {spelling.lower(): term for term in GLOSSARY for spelling in term.spellings}
_FOUND = re.compile(pattern(GLOSSARY), re.IGNORECASE)


def find(text: str) -> list[Term]:
    """Return the terms that a text uses, each once, in the order in which they come up."""
    return list(dict.fromkeys(_term(match[0]) for match in _FOUND.finditer(text)))


def _term(written: str) -> Term:
    written = written.lower()
    return _BY_SPELLING.get(written) or _BY_SPELLING[written.removesuffix("s")]
