"""A plotly figure from plain dictionaries, without plotly's check of every value.

A live page builds its charts twice a second: with the check, and with plotly's own theme inside, a chart of 500 points
takes 14 ms and 15 kB, without them 1.5 ms and 8 kB. The tests check every chart instead.
"""

from __future__ import annotations

from typing import Any

# plotly looks into sys.modules for pandas, and fails where another visitor's thread has half imported it: so it is
# imported here, before the first figure, and plotly nowhere else.
import pandas  # noqa: F401
import plotly.graph_objects as go


def figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """Return the figure of `traces` and `layout`, as plotly's reference names them; a page's theme colours the rest."""
    return go.Figure({"data": traces, "layout": {"template": {"layout": {}}} | layout}, _validate=False)


def title(text: str) -> dict[str, Any]:
    """Return the title that every chart has: small, at the left."""
    return {"text": text, "font": {"size": 15}, "x": 0, "y": 0.98, "yanchor": "top"}


MARGIN = {"l": 8, "r": 8, "t": 34, "b": 8}
LEGEND = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"}
"""Above the chart, at the right."""
