"""The stage of the class for one who asks: a short text that differs as soon as their page must be drawn anew."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from mnist_core.asker import Asker
from ui.cached import classes


def stage(asker: Asker, now: classes.Now | None) -> str:
    """Return it; empty where no class is open.

    Args:
        asker: who looks.
        now: the open class as the page was drawn for: a newer one would have what changed meanwhile missed for ever.
    """
    if now is None:
        return ""
    # Who is pinned changes nothing on a page: the board itself asks for it.
    settings = replace(now.settings, pinned=())
    seat = now.seat(asker)
    mine = seat.name if seat else "removed" if asker.seat in now.removed else ""
    joined = "" if asker.seat else len(now.seats)
    seen = repr((now.classroom.code, settings, mine, joined, now.task))
    return hashlib.blake2b(seen.encode(), digest_size=8).hexdigest()
