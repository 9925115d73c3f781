"""Keys of the Home page's widgets."""

from __future__ import annotations

from ui.shared import session


def key(name: str, *parts: object) -> str:
    """Return the key of one of this page's widgets; `parts` tell apart those of the same name."""
    return session.widget_key("home", name, *parts)
