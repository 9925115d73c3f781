"""Parts that the plotly charts share."""

from __future__ import annotations

# plotly looks into sys.modules for pandas, and fails where another visitor's thread has half imported it: so it is
# imported here, before the first figure, and plotly nowhere else.
import pandas  # noqa: F401
import plotly.graph_objects as go

MARGIN = {"l": 8, "r": 8, "t": 34, "b": 8}


def title(text: str) -> go.layout.Title:
    """Return the title that every chart has: small, at the left."""
    return go.layout.Title(text=text, font={"size": 15}, x=0, y=0.98, yanchor="top")
