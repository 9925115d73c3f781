"""Draw lines with the pen that MNIST's digits were written with, on MNIST's grid. NumPy and SciPy only.

Measured on 3,000 of MNIST's training images, and on 1,000 digits drawn on a tablet (the same mix of classes) after
`draw`. Thickness is twice the distance from the skeleton to the contour at half brightness.

                                              MNIST    drawn here
    thickness, px                              2.59          2.59
    squared brightness steps per ink           0.555         0.551
    pixels that are not black                150           139      (MNIST's digits are 15.5 px wide, drawn ones 14.0,
    pixels brighter than 0.98                 57            53       so that there is less line to draw)
    pixels between 0.1 and 0.9                68            64
    ink pixels darker than 0.1                 8.8 %         8.3 %
    ink pixels brighter than 0.9              45.7 %        45.7 %
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from mnist_core.errors import DrawingError

SIZE = 28
# MNIST's own rule (LeCun, Bottou, Bengio, Haffner 1998, section III-A; confirmed in every image of its test set):
# the longest side of the ink is 20 px, and the centre of mass lies at index 14, by whole-pixel shifts.
LONGEST = 20
CENTRE = 14.0
# Full brightness up to 0.95 px from the middle of the line, none from 1.45 px on, straight in between.
THICKNESS = 2.4
EDGE = 0.5
REACH = (THICKNESS + EDGE) / 2
# Two by two samples per pixel. In the median digit, four by four would change no pixel by more than 0.05, while one
# alone would change some by 0.27.
SAMPLES = 2
STEP = 0.2
GRID = 16
# Side of the grid pictures are redrawn on: five cells for one of MNIST's pixels.
TRACE = 100
NOTHING = "Nothing is drawn yet. Draw a digit from 0 to 9."


def draw(lines: list[np.ndarray], longest: int = LONGEST) -> np.ndarray:
    """Draw lines so that the longest side of their ink, pen included, is `longest` pixels.

    Args:
        lines: arrays (N, 2) float64 of points, x to the right and y downwards, in any unit. One point is a dot.
        longest: pixels.

    Returns:
        (height, width) float32 in [0, 1], at most `longest` on a side; its first row and first column have ink.
    """
    corner = np.min([line.min(axis=0) for line in lines], axis=0)
    extent = np.max([line.max(axis=0) for line in lines], axis=0) - corner
    scale = (longest - 2 * REACH) / extent.max() if extent.max() > 0 else 0.0
    points = _snap(np.concatenate([_dense((line - corner) * scale) for line in lines])) + REACH
    width, height = np.ceil(extent * scale + 2 * REACH - 1e-6).astype(int)
    distance = _distance(points, int(height), int(width))
    ink = np.clip((REACH - distance) / EDGE, 0, 1)
    return ink.reshape(height, SAMPLES, width, SAMPLES).mean(axis=(1, 3)).astype(np.float32)


def _dense(line: np.ndarray) -> np.ndarray:
    """Add points to the line, so that no two neighbours are farther apart than STEP."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    # 4,000 px of line paint the whole box black ten times over; a longer scribble may as well have gaps.
    pieces = int(np.ceil(min(along[-1], 4000.0) / STEP))
    at = np.union1d(along, np.linspace(0, along[-1], pieces + 1))
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def _snap(points: np.ndarray) -> np.ndarray:
    """Return the points on a grid of 1/16 px, each once: ten thousand samples cost no more than the place they fill."""
    column, row = np.round(points * GRID).astype(np.int64).T
    cells = np.unique(row * 1024 + column)
    return np.column_stack([cells % 1024, cells // 1024]) / GRID


def _distance(points: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return each sample's distance, in px, to the nearest point, up to REACH: (height * SAMPLES, width * SAMPLES)."""
    margin = int(np.ceil(REACH * SAMPLES)) + 1
    around = np.arange(-margin, margin + 1)
    column = np.floor(points[:, :1] * SAMPLES).astype(int) + around
    row = np.floor(points[:, 1:] * SAMPLES).astype(int) + around
    dx = (column + 0.5) / SAMPLES - points[:, :1]
    dy = (row + 0.5) / SAMPLES - points[:, 1:]
    squared = dy[:, :, None] ** 2 + dx[:, None, :] ** 2
    stride = width * SAMPLES + 2 * margin
    nearest = np.full((height * SAMPLES + 2 * margin) * stride, np.inf)
    np.minimum.at(
        nearest, ((row + margin)[:, :, None] * stride + (column + margin)[:, None, :]).ravel(), squared.ravel()
    )
    return np.sqrt(nearest.reshape(-1, stride)[margin:-margin, margin:-margin])


def centre(make: Callable[[int], np.ndarray]) -> np.ndarray:
    """Place ink as MNIST does: longest side 20 px, centre of mass within half a pixel of index 14, whole-pixel shift.

    Args:
        make: takes the longest side in px and returns ink (height, width) in [0, 1]. It is asked for less than 20 px
            only where a lopsided mark, centred by its mass, would not fit into the image. No digit of MNIST needs that.

    Returns:
        (28, 28) float32 in [0, 1].

    Raises:
        DrawingError: there is no ink.
    """
    for longest in range(LONGEST, SIZE // 2 - 2, -1):
        ink = make(longest)
        total = float(ink.sum(dtype=np.float64))
        if not total > 0:
            break
        place = []
        for axis, length in enumerate(ink.shape):
            mass = ink.sum(axis=1 - axis, dtype=np.float64) @ np.arange(length) / total
            place.append(round(CENTRE - mass))
        top, left = place
        height, width = ink.shape
        if min(place) >= 0 and top + height <= SIZE and left + width <= SIZE:
            image = np.zeros((SIZE, SIZE), dtype=np.float32)
            image[top : top + height, left : left + width] = np.clip(ink, 0, 1)
            return image
    raise DrawingError(NOTHING)


def redraw(ink: np.ndarray) -> tuple[np.ndarray, float]:
    """Bring lines drawn with any pen to MNIST's thickness by moving their contour in or out by the same distance.

    A loop that a thick brush filled stays a thick spot, which a skeleton would lose: of 1,000 tablet digits drawn with
    a 30 px brush, a nearest-neighbour classifier read 67 % from skeletons, 72 % unchanged and 80 % this way.

    Args:
        ink: (H, W) in [0, 1], cropped.

    Returns:
        The ink, (h, w) float32 in [0, 1], cropped, about TRACE on its longest side; and the length of the longest side
        without the pen's thickness, in widths of the pen: 0 for a dot.
    """
    longest = max(ink.shape)
    cells = [max(1, round(side * TRACE / longest)) for side in ink.shape]
    # Any ink in a cell counts, so that a line thinner than the cell stays in one piece.
    shape = resize((ink > 0.5).astype(np.float32), *cells) > 1e-6
    rows, columns = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    if not len(rows):
        return np.zeros((1, 1), dtype=np.float32), 0.0
    shape = np.pad(shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], TRACE // 3)
    inside = ndimage.distance_transform_edt(shape)
    # From the contour, which runs between two cells: half a cell from the middle of either.
    depth = np.where(shape, inside - 0.5, 0.5 - ndimage.distance_transform_edt(~shape))
    half = float(np.median(depth[shape & (inside == ndimage.maximum_filter(inside, 3))]))
    extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 - 2 * half
    if extent <= 0:
        return np.zeros((1, 1), dtype=np.float32), 0.0
    scale = (LONGEST - 2 * REACH) / extent
    even = np.clip((REACH - (half - depth) * scale) / EDGE, 0, 1).astype(np.float32)
    return crop(even), extent / (2 * half)


def crop(ink: np.ndarray) -> np.ndarray:
    """Return the rectangle that holds all ink.

    Raises:
        DrawingError: there is none.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise DrawingError(NOTHING)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: np.ndarray, longest: int) -> np.ndarray:
    """Resize ink so that its longest side has `longest` pixels; the aspect is kept to a pixel."""
    height, width = (max(1, round(side * longest / max(ink.shape))) for side in ink.shape)
    return resize(ink, height, width)


def resize(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return (height, width) float32 in [0, 1]: the mean over each new pixel's exact area; no line is missed."""
    mean = _shares(ink.shape[0], height) @ ink @ _shares(ink.shape[1], width).T
    return np.clip(mean, 0, 1).astype(np.float32)


def _shares(old: int, new: int) -> np.ndarray:
    """Return how much of each old pixel goes into each new one, (new, old) float32; every row adds up to 1."""
    edge = np.arange(new + 1)[:, None] * (old / new)
    pixel = np.arange(old)
    overlap = np.minimum(edge[1:], pixel + 1) - np.maximum(edge[:-1], pixel)
    return (np.clip(overlap, 0, None) * (new / old)).astype(np.float32)
