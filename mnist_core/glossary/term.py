"""Term: one word of the field, what it means, how it is written in a text, and where in the app it can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One entry of the glossary."""

    name: str
    """As the glossary lists it."""
    sentence: str
    """What it means, in one sentence."""
    see: str
    """Address of where it can be seen, relative to the app: a page, and what is chosen there."""
    forms: tuple[str, ...] = ()
    """Other ways in which texts write it."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """All the ways in which texts write it, the longest first; a plural in -s is understood."""
        return tuple(sorted((self.name, *self.forms), key=len, reverse=True))

    @property
    def page(self) -> str:
        """The name of the page on which it can be seen."""
        return self.see.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """What is chosen on that page."""
        return dict(parse_qsl(self.see.partition("?")[2]))


def pattern(terms: tuple[Term, ...]) -> str:
    """Return a regular expression, for Python and JavaScript, that finds each spelling of the terms as whole words.

    It is to be used without regard to capitals. The longest spelling is tried first: "weight decay" is no "weight".
    """
    spellings = sorted({one for term in terms for one in term.spellings}, key=len, reverse=True)
    return rf"\b(?:{'|'.join(spellings)})s?\b"
