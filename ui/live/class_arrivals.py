"""Which windows have arrived where everybody in a class was brought: their browsers say so.

That a page's script has run there is not enough: a browser that is still on another page may ask for that one once
more, and its run then takes the place of the new page's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

_MOST, _LONGEST = 1_000, 40
"""Windows that are remembered, those that came last; and characters of what a browser says."""

_guard = threading.Lock()
_arrived: OrderedDict[str, str] = OrderedDict()


def note(window: str, brought: str) -> None:
    """Note that a window shows the page where it was `brought`; what no page has given to a browser is passed over."""
    if window and brought and len(window) <= _LONGEST and len(brought) <= _LONGEST:
        with _guard:
            _arrived.pop(window, None)
            _arrived[window] = brought
            while len(_arrived) > _MOST:
                _arrived.popitem(last=False)


def has_arrived(window: str, brought: str) -> bool:
    """Return whether the last place that a window has shown is the one where it was `brought`."""
    with _guard:
        return _arrived.get(window) == brought
