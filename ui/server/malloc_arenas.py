"""How many arenas the server's malloc has: few, so that what one session frees is used by the next one.

glibc gives threads arenas of their own, up to eight for each core, and hardly ever gives back what lies in them. The
scripts of a page run in a new thread each time, and each arena grows to what a page takes at most.
"""

from __future__ import annotations

import ctypes
import os

ARENAS = 2
"""The main one and one more."""
_M_ARENA_MAX = -8
"""As malloc.h has it."""
_SET_BY_HAND = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")
"""Environment variables with which glibc has started otherwise."""


def limit_arenas() -> None:
    """Have malloc make no more than ARENAS; those that threads have already stay. Do nothing where there is no glibc.

    Call it at the start: with more than eight arenas, glibc asks for the limit no more (`arena_get2` in arena.c).
    """
    if is_glibc() and not any(name in os.environ for name in _SET_BY_HAND):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


def is_glibc() -> bool:
    """Return whether the process has the GNU C library, as on most Linux systems."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):  # as on Windows, macOS and with musl
        return False
