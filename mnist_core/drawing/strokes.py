"""Strokes: the movements of the pen as points, read from the canvas's JSON. No pixels, no torch, no Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mnist_core.drawing.pen import NOTHING
from mnist_core.errors import DrawingError

# Points of one curve. Pointer samples are rarely more than 30 px apart, so the pieces stay under 4 px.
CURVE_PIECES = 8
# Enough points to tell how close two strokes come, to 2 % of a digit's height.
OUTLINE = 128
FARTHEST_PX = 100_000.0
# A pen that never rests draws 60 pieces a second: a quarter of an hour of them.
MOST_STROKES, MOST_PIECES = 1_000, 50_000
# How far along the object's box its reference point lies, as a share of the box (fabric.js, `originX`, `originY`).
ORIGIN_SHARE = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of the pen, from touching down to lifting off."""

    points: np.ndarray
    """(N, 2) float64, N >= 1, x to the right and y downwards, in canvas pixels."""
    width: float
    """Of the brush, in canvas pixels. It never changes what the network sees, only what counts as too small."""

    def __post_init__(self) -> None:
        points = np.asarray(self.points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise DrawingError(f"A stroke must be a list of x, y points, received an array of shape {points.shape}.")
        if not (np.isfinite(self.width) and 0 < self.width <= FARTHEST_PX):
            raise DrawingError(f"A brush must be wider than 0 px, received {self.width}.")
        object.__setattr__(self, "points", points)


class Box(NamedTuple):
    """A rectangle in canvas pixels: left and top inside, right and bottom just outside."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The width in canvas pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in canvas pixels."""
        return self.bottom - self.top


def clean(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Leave out points that are no numbers, and strokes that have no other point.

    Raises:
        DrawingError: a point is more than 100,000 px away from the canvas's corner.
    """
    kept = []
    for stroke in strokes:
        points = stroke.points[np.isfinite(stroke.points).all(axis=1)]
        if not len(points):
            continue
        farthest = float(np.abs(points).max())
        if farthest > FARTHEST_PX:
            raise DrawingError(
                f"The drawing reaches {farthest:.3g} px from the board's corner, expected at most "
                f"{FARTHEST_PX:,.0f} px. Clear the board and draw again."
            )
        kept.append(Stroke(points, stroke.width))
    return kept


def bounding_box(strokes: Sequence[Stroke]) -> Box:
    """Return the rectangle around the ink as it was drawn, brush width included.

    Raises:
        DrawingError: there is no stroke.
    """
    strokes = clean(strokes)
    if not strokes:
        raise DrawingError(NOTHING)
    low = np.min([stroke.points.min(axis=0) - stroke.width / 2 for stroke in strokes], axis=0)
    high = np.max([stroke.points.max(axis=0) + stroke.width / 2 for stroke in strokes], axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def outline(stroke: Stroke) -> np.ndarray:
    """Return (OUTLINE, 2) points, evenly spaced along the stroke."""
    return evenly(stroke.points, OUTLINE)[1]


def evenly(points: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how far along a line (N, 2), and where, `count` points lie evenly spaced on it: (count,), (count, 2)."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], count)
    return at, np.column_stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)])


def gap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the smallest distance between two sets of points (N, 2), in their own unit."""
    return float(np.sqrt(((one[:, None] - other[None]) ** 2).sum(axis=2).min()))


def from_canvas(json_data: dict[str, Any] | None) -> list[Stroke]:
    """Read the strokes in a canvas's fabric.js JSON; None and an empty canvas give [].

    Free drawing gives objects of type "Path" (fabric.js 7; "path" before), whose `path` is a list such as
    ["M", x, y], ["Q", cx, cy, x, y], ["L", x, y] in canvas pixels. The canvas's edit tool moves, scales or turns a
    stroke without changing `path`: it sets the object's own `left`, `top`, `scaleX`, `angle` and so on. So both are
    read. Objects of other types, and paths that cannot be read, are left out.

    Raises:
        DrawingError: there are more strokes, or more of them in all, than anybody draws on one board.
    """
    objects = json_data.get("objects") if isinstance(json_data, dict) else None
    _refuse_endless(objects)
    strokes = []
    for item in objects if isinstance(objects, list) else []:
        if not isinstance(item, dict) or str(item.get("type", "")).lower() != "path" or item.get("visible") is False:
            continue
        try:
            stroke = _read_path(item)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            continue
        if stroke is not None:
            strokes.append(stroke)
    return strokes


def _refuse_endless(objects: Any) -> None:
    paths = [item.get("path") for item in objects if isinstance(item, dict)] if isinstance(objects, list) else []
    pieces = sum(len(path) for path in paths if isinstance(path, list))
    if len(paths) > MOST_STROKES or pieces > MOST_PIECES:
        raise DrawingError(
            f"The drawing has {len(paths):,} strokes of {pieces:,} pieces, expected at most {MOST_STROKES:,} of "
            f"{MOST_PIECES:,} in all. Clear the board and draw again."
        )


def _read_path(item: dict[str, Any]) -> Stroke | None:
    points, low, high = _flatten(item["path"])
    if not len(points):
        return None
    scale = np.array([float(item.get("scaleX", 1)), float(item.get("scaleY", 1))])
    width = float(item.get("strokeWidth", 1))
    drawn_scale = 1.0 if item.get("strokeUniform") else float(np.sqrt(abs(scale[0] * scale[1])))
    centre = (low + high) / 2
    matrix, shift = _placement(item, scale, high - low + width, centre)
    return Stroke((points - centre) @ matrix.T + shift, max(width * drawn_scale, 1e-3))


def _placement(
    item: dict[str, Any], scale: np.ndarray, size: np.ndarray, centre: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (2, 2) matrix and the centre's place on the canvas, as fabric.js composes them in `calcOwnMatrix`."""
    angle, skew_x, skew_y = np.radians([float(item.get(name, 0)) for name in ("angle", "skewX", "skewY")])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flip = np.diag([-1.0 if item.get("flipX") else 1.0, -1.0 if item.get("flipY") else 1.0])
    shape = np.array([[1, np.tan(skew_x)], [0, 1]]) @ np.array([[1, 0], [np.tan(skew_y), 1]])
    matrix = turn @ flip @ np.diag(scale) @ shape
    if "left" not in item or "top" not in item:
        return matrix, centre
    share = np.array([ORIGIN_SHARE[str(item.get("originX", "left"))], ORIGIN_SHARE[str(item.get("originY", "top"))]])
    reference = np.array([float(item["left"]), float(item["top"])])
    return matrix, reference + turn @ ((0.5 - share) * size * scale)


def _flatten(path: list[list[Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (N, 2) points on the path, and the corners of its box as fabric.js takes it: curves by their extremes."""
    points: list[np.ndarray] = []
    box: list[np.ndarray] = []
    start = here = np.zeros(2)
    for name, *numbers in path:
        values = np.array(numbers, dtype=np.float64).reshape(-1, 2)
        if name in ("M", "L"):
            if name == "M":
                start = values[-1]
            points.append(values[-1:])
        elif name in ("Q", "C"):
            control = np.vstack([here, values])
            points.append(_bezier(control, np.linspace(0, 1, CURVE_PIECES + 1)[1:]))
            box.append(_bezier(control, _turning_points(control)))
        elif name in ("Z", "z"):
            values = start[None]
            points.append(values)
        else:
            raise ValueError(name)
        here = values[-1]
        box.append(here[None])
    if not points:
        return np.empty((0, 2)), np.zeros(2), np.zeros(2)
    corners = np.concatenate(box)
    return np.concatenate(points), corners.min(axis=0), corners.max(axis=0)


def _bezier(control: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return (T, 2) points of a quadratic or cubic Bézier curve at the parameters t, by de Casteljau's construction."""
    level = np.repeat(control[None], len(t), axis=0)
    while level.shape[1] > 1:
        level = level[:, :-1] * (1 - t)[:, None, None] + level[:, 1:] * t[:, None, None]
    return level[:, 0]


def _turning_points(control: np.ndarray) -> np.ndarray:
    """Return the parameters in (0, 1) at which the curve turns back in x or y."""
    step = np.diff(control, axis=0)
    if len(step) == 2:
        bend = step[0] - step[1]
        roots = [step[0][axis] / bend[axis] for axis in (0, 1) if bend[axis]]
    else:
        roots = [r.real for axis in (0, 1) for r in np.roots(_slope(step[:, axis])) if abs(r.imag) < 1e-9]
    return np.array([t for t in roots if 0 < t < 1])


def _slope(step: np.ndarray) -> np.ndarray:
    return np.array([step[0] - 2 * step[1] + step[2], 2 * (step[1] - step[0]), step[0]])
