"""The teacher's key: who enters it at another machine is the teacher there, too.

The server makes a new one and prints it whenever it starts, unless DIGIT_LAB_TEACHER_KEY sets it. Beside the runs lies
only a hash of it (scrypt, RFC 7914), with the seats that have entered it: they stay the teacher's over a reload, and
over a restart with the same key.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Any

from mnist_core.asker import Asker
from mnist_core.errors import DigitLabError
from mnist_core.paths import runs_folder
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import read_at_most

SETTING = "DIGIT_LAB_TEACHER_KEY"
SHORTEST = 8
"""Characters of a key that is set: a shorter one is guessed in a lesson, however slowly."""
_MOST_ADDRESSES = 1_000
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
"""Seconds after one wrong attempt and after many, of one address; of all addresses together a quarter of it."""


class WrongKeyError(DigitLabError):
    """A key that is not the teacher's, or an attempt that came too soon after a wrong one."""


class TeacherKey:
    """The key of one server. All methods may be called from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._kept: dict[str, Any] = {}
        self._wrong: dict[str, tuple[int, float]] = {}

    def prepare(self) -> str:
        """Set the key of a server that starts, and return it if nobody has set one; else an empty text.

        Raises:
            WrongKeyError: the key that is set is too short.
        """
        given = os.environ.get(SETTING, "")
        if given and len(given) < SHORTEST:
            raise WrongKeyError(f"{SETTING} has {len(given)} characters: set at least {SHORTEST}, or none")
        key = given or "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        with self._guard:
            self._kept = self._read()
            if not self._matches(key):
                salt = secrets.token_bytes(16)
                self._kept = {"salt": salt.hex(), "hash": _hash(key, salt).hex(), "seats": []}
                self._write()
        return "" if given else key

    def is_teacher(self, seat: Asker) -> bool:
        """Return whether a seat has entered the key."""
        with self._guard:
            return seat.seat in self._kept.get("seats", [])

    def enter(self, key: str, seat: Asker, address: str) -> None:
        """Make a seat the teacher's.

        Args:
            key: what was entered.
            seat: who enters it.
            address: where from; each address waits after its wrong attempts, ever longer.

        Raises:
            WrongKeyError: it is not the key, or another attempt has to wait; the message says how long.
        """
        with self._guard:
            now = time.monotonic()
            if (left := max(self._free_at(place) for place in (address, "")) - now) > 0:
                raise WrongKeyError(f"wait {left:.0f} s before the next attempt: a wrong key was entered just now")
            if not self._matches(key):
                if len(self._wrong) > _MOST_ADDRESSES:
                    self._wrong.clear()
                for place in (address, ""):
                    self._wrong[place] = self._wrong.get(place, (0, 0.0))[0] + 1, now
                raise WrongKeyError("this is not the teacher's key: the server's terminal shows it when it starts")
            self._wrong.pop(address, None)
            self._kept["seats"] = [*self._kept["seats"], seat.seat][-20:]
            self._write()

    def _free_at(self, place: str) -> float:
        """Return when an address may try again; "" stands for all of them together."""
        count, last = self._wrong.get(place, (0, float("-inf")))
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(count - 1, 10))
        return last + (wait if place else min(1.0, wait / 4))

    def _matches(self, key: str) -> bool:
        try:
            salt, known = bytes.fromhex(self._kept["salt"]), bytes.fromhex(self._kept["hash"])
        except (KeyError, TypeError, ValueError):
            return False
        return hmac.compare_digest(_hash(key, salt), known)

    def _read(self) -> dict[str, Any]:
        try:
            kept = dict(json.loads(read_at_most(self._file)))
        except (OSError, ValueError, TypeError, RecursionError):
            return {}
        return kept if isinstance(kept.get("seats"), list) else {}

    def _write(self) -> None:
        with contextlib.suppress(OSError):  # kept in memory then, until the server ends
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, json.dumps(self._kept))
            self._file.chmod(0o600)


def _hash(key: str, salt: bytes) -> bytes:
    return hashlib.scrypt(key.strip().encode(errors="replace"), salt=salt, n=2**14, r=8, p=1)  # 16 MB, 50 ms


TEACHER_KEY = TeacherKey(runs_folder() / ".teacher.json")
"""That of this server."""
