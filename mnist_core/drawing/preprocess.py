"""Turn a drawing into 28 x 28 pixels, the way MNIST's digits were made. NumPy, Pillow and SciPy only: no torch.

`from_strokes` draws strokes anew at MNIST's own thickness, so that the brush does not matter. `ink_of` and then
`from_ink` read pixels, and move the contours of their lines to the same thickness. `photo` reads picture files.
"""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from mnist_core.drawing.pen import LONGEST, NOTHING, SIZE, centre, crop, draw, fit, redraw, resize
from mnist_core.drawing.strokes import Stroke, clean, gap, outline
from mnist_core.errors import DrawingError

TOO_SMALL = "That mark is too small to be a digit. Draw a digit from 0 to 9 that fills most of the board."
SMALLEST_PX = 8.0
# A line shorter than half the pen's width is a blot.
LEAST_PENS = 0.5
# A part is a stray dot if its line is shorter than 8 % of the longest one's extent (1.6 of MNIST's 20 px) and the pen
# would leave a gap between the two. The shortest bar of a 5 in 7,494 digits drawn on a tablet is longer.
STRAY = 0.08
STRAY_GAP = 0.12
# A row of digits has fewer parts; more are hatching, dots or noise, and one mark at most. They are not compared with
# each other: of 300 dots among 300 lines, that would take seconds.
MOST_PARTS = 100
# With no part as long as a fifth of the whole, the digit itself is made of dots.
DOTTED = 0.2
# Below this, ink is a picture's noise. Not in images as small as MNIST's own, of which 0.2 % end in a fainter row.
FAINTEST = 0.02
LEAST_CONTRAST = 0.1
# Ink this small has no line left to follow: MNIST's own images pass through unchanged.
PIXEL_DIGIT = 40
WORK = 560


def from_strokes(strokes: Sequence[Stroke]) -> np.ndarray:
    """Draw strokes anew with MNIST's pen, on MNIST's grid.

    Returns:
        (28, 28) float32 in [0, 1], white on black. The longest side of the ink, the pen's thickness included, is 20 px;
        less only where a lopsided mark would not fit otherwise. The centre of mass is within half a pixel of index 14.

    Raises:
        DrawingError: there is no stroke, or none is long enough to be a digit's.
    """
    strokes = without_stray(clean(strokes))
    if not strokes:
        raise DrawingError(NOTHING)
    lines = [stroke.points for stroke in strokes]
    if _extent(np.concatenate(lines)) < max(SMALLEST_PX, LEAST_PENS * max(stroke.width for stroke in strokes)):
        raise DrawingError(TOO_SMALL)
    return centre(lambda longest: draw(lines, longest))


def from_ink(ink: np.ndarray) -> np.ndarray:
    """Put ink, (H, W) in [0, 1] with 1 for full ink, on MNIST's grid.

    Ink that is more than 40 px on a side gets lines of MNIST's thickness. Smaller ink is only resized, so that an image
    of MNIST stays one.

    Returns:
        (28, 28), as `from_strokes` returns it.

    Raises:
        DrawingError: the ink is too small to be a digit.
    """
    ink = crop(shrink(ink))
    small = max(ink.shape) <= PIXEL_DIGIT
    if not small:
        ink = crop(without_specks(ink))
    even, pens = redraw(ink)
    if pens < LEAST_PENS or max(ink.shape) < SMALLEST_PX:
        raise DrawingError(TOO_SMALL)
    return centre(lambda longest: fit(ink if small else even, longest))


def recipes(rgba: np.ndarray) -> dict[str, np.ndarray]:
    """Prepare one drawing in four ways, from the most common mistake to MNIST's own way; for teaching.

    - resize: the whole canvas, squeezed to 28 x 28.
    - stretch: cropped to the ink, then squeezed, so that a 1 becomes a square.
    - box: cropped, the longest side 20 px, the aspect kept, the box in the middle.
    - mnist: as `from_ink` makes it.

    Args:
        rgba: what `ink_of` takes.

    Returns:
        The images by these names, each (28, 28) float32 in [0, 1], white on black. What cannot be made is left out:
        "mnist" where the pixels are no digit (a block filled with a thick brush, lines that left the canvas), and all
        four where nothing stands out.
    """
    try:
        whole = ink_of(rgba)
    except DrawingError:
        return {}
    ink = crop(whole)
    boxed = fit(ink, LONGEST)
    box = np.zeros((SIZE, SIZE), dtype=np.float32)
    top, left = [(SIZE - side) // 2 for side in boxed.shape]
    box[top : top + boxed.shape[0], left : left + boxed.shape[1]] = boxed
    made = {"resize": resize(whole, SIZE, SIZE), "stretch": resize(ink, SIZE, SIZE), "box": box}
    try:
        return made | {"mnist": from_ink(whole)}
    except DrawingError:
        return made


def ink_of(rgba: np.ndarray) -> np.ndarray:
    """Return how much ink lies on each pixel.

    Dark ink on light paper, light ink on dark paper and ink on a transparent canvas are all read. The paper's
    brightness is the median along the border.

    Args:
        rgba: (H, W), (H, W, 3) or (H, W, 4); integers, of which the type's largest is full brightness, or floats in
            [0, 1] or [0, 255].

    Returns:
        (H, W) float32 in [0, 1]: 1 where there is most ink, 0 where there is none.

    Raises:
        DrawingError: the array has another shape, numbers that are not finite, or pixels that are all alike.
    """
    pixels = _as_floats(rgba)
    grey = grey_of(pixels)
    alpha = pixels[..., 3] if pixels.ndim == 3 and pixels.shape[2] == 4 else np.ones_like(grey)
    if np.median(border(alpha)) < 0.5:
        ink = alpha * _against_paper(grey, alpha)
    else:
        ink = alpha * np.abs(grey - np.median(border(grey)))
    fullest = float(ink.max())
    if fullest < LEAST_CONTRAST:
        raise DrawingError(NOTHING)
    ink = ink / fullest
    if max(ink.shape) > PIXEL_DIGIT:
        ink[ink < FAINTEST] = 0
    return ink


def _against_paper(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return what stands out on a transparent canvas: all that is opaque, unless that is paper with ink on it."""
    opaque = grey[alpha > 0.5]
    if not opaque.size or np.ptp(np.percentile(opaque, [2, 98])) < 0.3:
        return np.ones_like(grey)
    return np.abs(grey - np.median(opaque))


def _as_floats(rgba: np.ndarray) -> np.ndarray:
    """Return the same pixels as float32 in [0, 1]; raise what `ink_of` raises."""
    pixels = np.asarray(rgba)
    if not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))) or not pixels.size:
        raise DrawingError(
            f"A picture must be an array of shape (height, width) with 3 or 4 colours or none, received {pixels.shape}."
        )
    if pixels.dtype == bool:
        return pixels.astype(np.float32)
    if np.issubdtype(pixels.dtype, np.unsignedinteger):
        return (pixels / np.iinfo(pixels.dtype).max).astype(np.float32)
    if not (np.issubdtype(pixels.dtype, np.floating) or np.issubdtype(pixels.dtype, np.integer)):
        raise DrawingError(f"A picture's pixels must be numbers, received {pixels.dtype}.")
    if not np.isfinite(pixels).all() or pixels.min() < 0 or pixels.max() > 255:
        raise DrawingError("A picture's pixels must lie in 0 to 1 or 0 to 255, received others. Save it again as PNG.")
    whole = np.issubdtype(pixels.dtype, np.integer) or pixels.max() > 1
    return (pixels / (255 if whole else 1)).astype(np.float32)


def without_stray(strokes: list[Stroke]) -> list[Stroke]:
    """Leave out stray dots: strokes that are tiny against the largest one and, with MNIST's pen, touch no other."""
    if not 2 <= len(strokes) <= MOST_PARTS:
        return strokes
    extents = [_extent(stroke.points) for stroke in strokes]
    largest = max(extents)
    if largest < DOTTED * _extent(np.concatenate([stroke.points for stroke in strokes])):
        return strokes
    pairs = list(zip(strokes, extents, strict=True))
    long = np.concatenate([outline(one) for one, extent in pairs if extent >= STRAY * largest])
    return [
        one
        for one, extent in pairs
        if extent >= STRAY * largest or gap(one.points.mean(axis=0)[None], long) < STRAY_GAP * largest
    ]


def without_specks(ink: np.ndarray) -> np.ndarray:
    """Leave out detached parts of cropped ink (H, W) whose line is tiny against the longest one's."""
    parts, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    if count < 2:
        return ink
    depth = ndimage.distance_transform_edt(np.pad(ink > 0.3, 1))[1:-1, 1:-1]
    boxes = ndimage.find_objects(parts)
    sides = np.array([max(rows.stop - rows.start, columns.stop - columns.start) for rows, columns in boxes])
    lengths = sides - 2 * ndimage.maximum(depth, parts, np.arange(1, count + 1))
    if lengths.max() < DOTTED * max(ink.shape):
        return ink
    keep = np.concatenate([[False], lengths >= STRAY * lengths.max()])
    return np.where(keep[parts], ink, 0).astype(np.float32)


def shrink(ink: np.ndarray, longest: int = WORK) -> np.ndarray:
    """Return the ink at most `longest` px on a side: what follows then costs the same for every camera."""
    return fit(ink, longest) if max(ink.shape) > longest else ink


def grey_of(pixels: np.ndarray) -> np.ndarray:
    """Return the brightness of pixels, (H, W) or (H, W, 3 or 4) in [0, 1], as (H, W): the luma of ITU-R BT.601."""
    return pixels if pixels.ndim == 2 else pixels[..., :3] @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def border(pixels: np.ndarray) -> np.ndarray:
    """Return the outermost pixels, one after the other."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _extent(points: np.ndarray) -> float:
    return float(np.ptp(points, axis=0).max())
