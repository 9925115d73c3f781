"""Read the ink in picture files, photos and scans, from anybody: opened safely, the paper taken away. No torch."""

import warnings
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile, ImageOps
from scipy import ndimage

from mnist_core.drawing.preprocess import PIXEL_DIGIT, border, grey_of, ink_of
from mnist_core.errors import DrawingError
from mnist_core.storage.time_limit import TimedFile, TimeLimit

# Named, because Pillow would hand others (EPS) to programs outside. MPO, from some phones, is opened as JPEG.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
# The sensors of most phones (48 to 64 megapixels). Opening that many pixels was measured to take at most 290 MB, most
# of it the decoded picture of 4 bytes a pixel; a JPEG is decoded smaller, in 48 MB, or 390 MB if it is progressive.
MOST_PIXELS = 64_000_000
# A WebP cannot be decoded smaller, and takes 15.4 bytes a pixel inside its own decoder: 250 MB.
MOST_WEBP_PIXELS = 16_000_000
# A scan of a JPEG is a pass over the whole picture, and may have 10 bytes: one of 440 kB with 2,000 of them took 178 s.
# Encoders make about ten. libjpeg-turbo's own advice is a limit ("Two Issues with the JPEG Standard").
MOST_SCANS = 100
SCAN = b"\xff\xda"
# Processor seconds, whatever else a file has thought of: the largest pictures take one and a half.
LONGEST = 10.0
# Bytes that are decoded between two looks at the time.
AT_ONCE = 4096
# A class uploads at once what each of its members may: pictures are opened one at a time.
_one_at_a_time = Lock()
# Side a picture is reduced to before its paper is looked at. A digit needs a hundredth of it.
WORK = 1120
# Rows of the reduced picture that are made at once.
STRIP = 32
# A border this even, on a picture whose middle tone is the border's, is a canvas or a screenshot: no light to correct.
EVEN = 0.04
# The paper is what is left when lines narrower than a tenth of the picture are filled in, on a grid of 280 cells: fine
# enough to follow the edge of a shadow, coarse enough to average the camera's noise.
PAPER_GRID = 280
WIDEST_LINE = 29
AROUND = 15
# Ink must be this much darker (or lighter) than its paper, as a share of the paper's brightness.
LEAST_CONTRAST = 0.1
LEAST_NOISE = 0.01
# JPEG surrounds an edge with ripples of up to a tenth of its height, which would count as ink in a picture of 28 x 28.
RINGING = 0.12
CHOOSE = "Choose a PNG or JPEG picture of a digit."


def read_picture(source: str | Path | bytes | BinaryIO) -> np.ndarray:
    """Read the ink in a picture file, for `segmentation.split_raster`.

    The picture is turned as its EXIF says; of an animation, the first frame is read. Dark ink on light paper and light
    ink on dark paper are both read, and paper of uneven brightness is taken away.

    Args:
        source: a path, the file's bytes, or a file opened for reading bytes.

    Returns:
        (H, W) float32 in [0, 1], white on black, at most 1,120 px on a side.

    Raises:
        DrawingError: the file is no picture that can be read, or nothing stands out in it.
    """
    with _one_at_a_time:
        return _ink_in(*_decode(source))


def _ink_in(pixels: np.ndarray, lossy: bool) -> np.ndarray:
    grey = grey_of(pixels)
    see_through = pixels.ndim == 3 and pixels.shape[2] == 4 and float(pixels[..., 3].min()) < 0.5
    if see_through or max(grey.shape) <= PIXEL_DIGIT:
        ink = ink_of(pixels)
        return np.where(ink < RINGING, 0, ink) if lossy else ink
    middle = float(np.median(border(grey)))
    if np.mean(np.abs(border(grey) - middle) < EVEN) > 0.9 and abs(float(np.median(grey)) - middle) < EVEN:
        return _ink(np.abs(grey - middle))
    # The negative of chalk on a board is ink on paper.
    ink_is_dark = grey if _is_dark_on_light(grey) else 1 - grey
    paper = np.clip(_paper(ink_is_dark), 0.02, 1)
    # Light falls on ink and paper alike, so contrast is a share of the paper's brightness.
    contrast = np.clip(1 - ink_is_dark / paper, 0, 1)
    return _without_surroundings(_ink(contrast))


def _is_dark_on_light(grey: np.ndarray) -> bool:
    """Return whether the paper is lighter than the ink.

    Take the pixels within AROUND / 2 cells of a line. The outermost of them are paper, so they tell whether the paper
    is the lighter one. The edge of a shadow or of a desk has as many of them on its light side as on its dark one.
    """
    small = _at_most(grey, PAPER_GRID)
    high, low = ndimage.maximum_filter(small, AROUND), ndimage.minimum_filter(small, AROUND)
    seen = high - low > LEAST_CONTRAST
    rim = seen & ~ndimage.binary_erosion(seen, structure=np.ones((3, 3)), border_value=1)
    return bool(np.sum(rim & (small >= (high + low) / 2)) >= np.sum(rim) / 2)


def _paper(grey: np.ndarray) -> np.ndarray:
    """Return the brightness, (H, W), of the paper under and around dark ink."""
    # Continued outwards first, so that a strip of desk along the border is a wide thing and not a line.
    small = np.pad(_at_most(grey, PAPER_GRID), WIDEST_LINE, mode="edge")
    filled = ndimage.grey_closing(small, size=(WIDEST_LINE, WIDEST_LINE))
    # The darkest of the cells around, so that the dark side of a shadow's edge is not measured by its light side.
    filled = ndimage.grey_erosion(filled, size=(5, 5))[WIDEST_LINE:-WIDEST_LINE, WIDEST_LINE:-WIDEST_LINE]
    return np.asarray(Image.fromarray(filled).resize(grey.shape[::-1], Image.Resampling.BILINEAR))


def _at_most(grey: np.ndarray, longest: int) -> np.ndarray:
    scale = min(1.0, longest / max(grey.shape))
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def _ink(contrast: np.ndarray) -> np.ndarray:
    """Return what stands out from the paper as ink, (H, W) float32 in [0, 1].

    Raises:
        DrawingError: nothing stands out enough to be ink.
    """
    noise = max(LEAST_NOISE, 1.5 * float(np.median(np.abs(contrast))))
    threshold = _two_groups(contrast[contrast > 2 * noise])
    if (contrast > threshold).any():
        # A ruled line is less than half as dark as the pen that wrote over it.
        threshold = max(threshold, float(np.percentile(contrast[contrast > threshold], 97)) / 2)
    inked = contrast > threshold
    full = float(np.median(contrast[inked])) if inked.any() else 0.0
    if full < max(LEAST_CONTRAST, 3 * noise):
        raise DrawingError(
            "No digit stands out from the background: expected dark ink on light paper or light on dark. "
            "Take the picture closer and with more light."
        )
    depth = (contrast - threshold) / max(full - threshold, 1e-6)
    return np.where(inked, np.clip(0.51 + depth / 2, 0, 1), 0).astype(np.float32)


def _two_groups(values: np.ndarray) -> float:
    """Return the threshold in (0, 1) that separates pale from dark best (Otsu, IEEE Trans. SMC 9(1), 1979)."""
    if not values.size:
        return 0.5
    count, edges = np.histogram(values, bins=128, range=(0, 1))
    middle = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(count)
    above = below[-1] - below
    mass = np.cumsum(count * middle)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    between = np.nan_to_num(between)
    # One group only leaves the criterion at 0 everywhere: any ink is then ink.
    return float(edges[int(between.argmax()) + 1]) if between.max() > 0 else float(values.min()) / 2


def _without_surroundings(ink: np.ndarray) -> np.ndarray:
    """Leave out the ink that reaches the picture's border (a desk, a shadow, a ruled line), if a digit remains."""
    parts, count = ndimage.label(ink > 0, structure=np.ones((3, 3)))
    if count < 2:
        return ink
    inner = np.ones(count + 1, dtype=bool)
    inner[0] = False
    inner[border(parts)] = False
    boxes = ndimage.find_objects(parts)
    sides = [max(rows.stop - rows.start, columns.stop - columns.start) for rows, columns in boxes]
    if max((side for side, is_inner in zip(sides, inner[1:], strict=True) if is_inner), default=0) < min(ink.shape) / 8:
        return ink
    return np.where(inner[parts], ink, 0)


def _decode(source: str | Path | bytes | BinaryIO) -> tuple[np.ndarray, bool]:
    """Return the pixels of a picture file, and whether its format loses detail.

    Returns:
        (H, W), (H, W, 3) or (H, W, 4) float32 in [0, 1], at most 1,120 px on a side; and the truth value.

    Raises:
        DrawingError: the file is no picture, too large or damaged, or takes too long to decode.
    """
    data = _read(source)
    if not data:
        raise DrawingError(f"The picture file is empty (0 bytes). {CHOOSE}")
    too_long = DrawingError(
        f"The picture takes more than {LONGEST:.0f} s to open. Save it anew, or choose another one."
    )
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is refused below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(TimedFile(data, TimeLimit(LONGEST, too_long)), formats=FORMATS)
        width, height = image.size
    except Image.DecompressionBombError:
        raise DrawingError(
            f"The picture has more than the {MOST_PIXELS // 10**6} megapixels allowed. Save it smaller."
        ) from None
    except DrawingError:
        raise
    except Exception as error:
        # Pillow's readers meet damaged files with a dozen types of error, from SyntaxError to struct.error.
        raise DrawingError(f"The file is no picture that can be read. {CHOOSE}") from error
    most = MOST_WEBP_PIXELS if image.format == "WEBP" else MOST_PIXELS
    if width * height > most:
        raise DrawingError(
            f"The picture has {width:,} x {height:,} pixels, more than the {most // 10**6} megapixels allowed"
            f"{' of a WebP' if image.format == 'WEBP' else ''}. Save it smaller."
        )
    if image.format in ("JPEG", "MPO") and (scans := data.count(SCAN)) > MOST_SCANS:
        raise DrawingError(f"The picture has {scans:,} scans, expected at most {MOST_SCANS}. Save it anew.")
    try:
        return _pixels(image), image.format in ("JPEG", "MPO", "WEBP")
    except DrawingError:
        raise
    except Exception as error:
        raise DrawingError(f"The picture is damaged or incomplete and cannot be opened. {CHOOSE}") from error


def _read(source: str | Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    try:
        return Path(source).read_bytes() if isinstance(source, (str, Path)) else source.read()
    except (OSError, ValueError) as error:
        raise DrawingError(f"The picture {str(source)!r} cannot be read. {CHOOSE}") from error


def _pixels(image: Image.Image) -> np.ndarray:
    image.draft(None, (WORK, WORK))
    if isinstance(image, ImageFile.ImageFile):
        image.decodermaxblock = AT_ONCE
    image.load()
    deep = image.mode == "F" or image.mode.startswith("I")
    clear = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    image = _reduced(image, "F" if deep else "RGBA" if clear else "L" if image.mode in ("1", "L") else "RGB")
    # A damaged EXIF block says nothing about how to turn the picture; the pixels are as good as ever.
    with suppress(ValueError, TypeError, SyntaxError, KeyError):
        image = ImageOps.exif_transpose(image)
    pixels = np.asarray(image, dtype=np.float32)
    return _deep(pixels) if deep else pixels / 255


def _reduced(image: Image.Image, mode: str) -> Image.Image:
    """Return the picture in another mode, at most WORK px on a side: by strips, since a whole copy may take 256 MB."""
    factor = -(-max(image.size) // WORK)
    width, height = (-(-side // factor) for side in image.size)
    small = Image.new(mode, (width, height))
    small.info = image.info
    for top in range(0, height, STRIP):
        strip = image.crop((0, top * factor, image.width, min((top + STRIP) * factor, image.height)))
        # Pillow has no way from 16 bits to floats but by way of 32.
        strip = strip.convert("I").convert(mode) if strip.mode.startswith("I;") else strip.convert(mode)
        small.paste(strip.reduce(factor), (0, top))
    return small


def _deep(values: np.ndarray) -> np.ndarray:
    """Return pixels of 16 or 32 bits as float32 in [0, 1]: 0 (or the darkest below it) becomes 0, the brightest 1.

    The type's full scale is no measure: cameras and scanners leave 12 bits in 16.
    """
    if not np.isfinite(values).all():
        raise DrawingError(f"The picture has pixels that are no numbers. {CHOOSE}")
    values = values.astype(np.float64)
    low, high = min(0.0, float(values.min())), float(values.max())
    return ((values - low) / max(high - low, 1e-9)).astype(np.float32)
