"""Who asks for a change: a seat, the teacher or the command line; and what is whose. No torch, no Streamlit.

Every function of the core that changes what others see takes an `Asker` and refuses what is not theirs. What a seat
makes carries the seat's public id as its owner. What carries no owner belongs to the teacher.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from mnist_core.errors import NotYoursError

Kind = Literal["teacher", "seat", "command line"]


@dataclass(frozen=True, slots=True)
class Asker:
    """One who asks for a change."""

    kind: Kind
    seat: str = ""
    """Of a seat its public id, 16 hexadecimal digits, which tells nothing of its secret; empty for the others."""
    address: str = field(default="", compare=False, repr=False)
    """From where it asks; empty for who sits in a class, or where nobody knows. It is never recorded."""

    def __post_init__(self) -> None:
        if (self.kind == "seat") != bool(self.seat):
            raise ValueError(f"a seat, and nobody else, has an id: received {self.kind!r} with the id {self.seat!r}")

    @property
    def owner(self) -> str:
        """What is written down as the owner of what it makes; empty for the teacher and the command line."""
        return self.seat

    def owns(self, owner: str) -> bool:
        """Return whether it may change what belongs to `owner`: the teacher may change everything."""
        return self.kind != "seat" or owner == self.seat

    def require(self, owner: str, what: str) -> None:
        """Do nothing if it may change what belongs to `owner`.

        Args:
            owner: the id of a seat; empty for the teacher.
            what: what is to be changed, as the subject of a sentence: "the run 20261128-fast".

        Raises:
            NotYoursError: it may not.
        """
        if not self.owns(owner):
            whose, who = ("another seat", "that seat and") if owner else ("the teacher", "")
            raise NotYoursError(f"{what} belongs to {whose}: look at it, but only {who} the teacher can change it")


TEACHER = Asker("teacher")
COMMAND_LINE = Asker("command line")
"""A program on the server's machine: a command, or a worker that carries out what it was handed."""


def seat_of(secret: str, address: str = "") -> Asker:
    """Return the seat that has a secret, as it asks from an address."""
    return Asker("seat", hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()[:16], address)
