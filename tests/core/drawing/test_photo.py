"""Picture files: photos, scans and screenshots, whole and damaged."""

import gzip
import warnings
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from mnist_core.drawing import photo as photo_module
from mnist_core.drawing.photo import read_picture
from mnist_core.drawing.preprocess import from_ink, from_strokes
from mnist_core.drawing.segmentation import split_raster
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import DrawingError
from mnist_core.paths import DATA
from tests.support.hostile.files import many_scans

MNIST = DATA / "MNIST" / "raw" / "t10k-images-idx3-ubyte.gz"

SEVEN = [(180, 180), (430, 190), (400, 260), (300, 560)]
BAR = [(260, 370), (400, 362)]
EXPECTED = from_strokes([Stroke(np.array(SEVEN), 10), Stroke(np.array(BAR), 10)])


def page(pen: int = 12, size: tuple[int, int] = (640, 800), ink: int = 40, paper: int = 230) -> Image.Image:
    """A crossed 7 on plain paper."""
    image = Image.new("L", size, paper)
    draw = ImageDraw.Draw(image)
    for line in (SEVEN, BAR):
        draw.line(line, fill=ink, width=pen, joint="curve")
        for x, y in line:
            draw.circle((x, y), pen / 2, fill=ink)
    return image


def photo(pen: int, kind: str) -> Image.Image:
    """The same page as a camera sees it: blurred, noisy, and lit from one side."""
    chalk = kind == "board"
    grey = np.asarray(
        page(pen, ink=200 if chalk else 50, paper=45 if chalk else 230).filter(ImageFilter.GaussianBlur(1.5))
    )
    rows, columns = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    light = 0.6 + 0.4 * columns / grey.shape[1]
    if kind == "shadow":
        light = light * np.where(columns + 0.3 * rows > 420, 1, 0.55)
    seen = grey * light
    if kind == "desk":
        seen[:, :40] = 45
        seen[770:] = 60
    if kind == "lined":
        for row in range(4):
            seen[row::40] *= 0.72
    if kind == "margin":
        seen[:, 590:596] = 45
    seen += np.random.default_rng(0).normal(0, 5, seen.shape)
    return Image.fromarray(seen.clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def prepared(source: str | Path | bytes | BinaryIO) -> np.ndarray:
    """What becomes of a picture file that shows one digit."""
    return from_ink(read_picture(source))


def likeness(one: np.ndarray, other: np.ndarray = EXPECTED) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("pen", [6, 14, 40])
@pytest.mark.parametrize("kind", ["plain", "shadow", "desk", "lined", "margin", "board"])
def test_a_photo_is_read_whatever_the_pen_and_the_light(pen: int, kind: str) -> None:
    image = prepared(saved(photo(pen, kind), "JPEG", quality=80))
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert likeness(image) > 0.93


@pytest.mark.parametrize(
    ("kind", "convert"),
    [
        ("PNG", lambda page: page),
        ("PNG", lambda page: page.convert("RGB")),
        ("PNG", lambda page: page.convert("1", dither=Image.Dither.NONE)),
        ("PNG", lambda page: page.convert("P")),
        ("PNG", lambda page: page.point(lambda v: 255 - v)),
        ("PNG", lambda page: Image.fromarray(np.asarray(page).astype(np.uint16) * 200)),
        ("TIFF", lambda page: Image.fromarray(np.asarray(page).astype(np.float32) * 3 - 100)),
        ("TIFF", lambda page: page.convert("CMYK")),
        ("JPEG", lambda page: page.convert("CMYK")),
        ("JPEG", lambda page: page),
        ("BMP", lambda page: page),
        ("WEBP", lambda page: page.convert("RGB")),
        ("PNG", lambda page: page.resize((1900, 2375))),
    ],
)
def test_every_kind_of_file_is_the_same_digit(kind: str, convert) -> None:  # type: ignore[no-untyped-def]
    assert likeness(prepared(saved(convert(page()), kind))) > 0.95


def test_transparency_is_no_ink() -> None:
    ink = page().point(lambda v: 255 if v < 128 else 0)
    for colour in ("black", "white", "blue"):
        image = Image.new("RGBA", ink.size, colour)
        image.putalpha(ink)
        assert likeness(prepared(saved(image))) > 0.95, colour
    palette = page().convert("P")
    palette_paper = palette.getpixel((0, 0))
    assert likeness(prepared(saved(palette, transparency=palette_paper))) > 0.95


def test_a_turned_phone_is_turned_back() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = page().transpose(Image.Transpose.ROTATE_90)
    assert likeness(prepared(saved(sideways, "JPEG", exif=exif))) > 0.95
    assert likeness(prepared(saved(sideways, "JPEG"))) < 0.6


def test_the_first_frame_of_an_animation_counts() -> None:
    frames = [page(), page(ink=230)]
    for kind in ("GIF", "TIFF", "PNG", "WEBP"):
        assert likeness(prepared(saved(frames[0], kind, save_all=True, append_images=frames[1:]))) > 0.95


def test_an_image_of_mnist_comes_back_as_it_was(tmp_path: Path) -> None:
    with gzip.open(MNIST) as file:
        images = np.frombuffer(file.read(16 + 60 * 784), dtype=np.uint8, offset=16).reshape(-1, 28, 28)
    for image in images:
        Image.fromarray(image).save(tmp_path / "digit.png")
        np.testing.assert_allclose(prepared(tmp_path / "digit.png"), image / 255.0, atol=0.01)
    compressed = [prepared(saved(Image.fromarray(image), "JPEG", quality=90)) for image in images]
    assert np.median(np.abs(np.array(compressed) - images / 255.0).mean(axis=(1, 2))) < 0.01


def test_a_path_bytes_and_an_open_file_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(saved(page()))
    with path.open("rb") as file:
        images = [prepared(source) for source in (path, str(path), path.read_bytes(), file)]
    for image in images[1:]:
        np.testing.assert_array_equal(image, images[0])


def test_several_digits_on_paper_are_told_apart() -> None:
    both = Image.new("L", (1200, 800), 225)
    both.paste(page(paper=225), (-60, 0))
    both.paste(page(paper=225).crop((150, 0, 640, 800)), (560, 0))
    pieces = split_raster(read_picture(saved(both, "JPEG")))
    assert len(pieces) == 2
    left, right = (piece.box for piece in pieces)
    np.testing.assert_allclose(left.left, 120 * _factor(both), atol=8)
    assert right.left > left.right


def _factor(image: Image.Image) -> float:
    return read_picture(saved(image)).shape[1] / image.width


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello", "no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
        (saved(page())[:400], "damaged or incomplete"),
        (saved(page(), "JPEG")[:2000], "damaged or incomplete"),
        (saved(Image.new("L", (300, 300), 200)), "No digit stands out"),
        (saved(Image.new("RGBA", (300, 300))), "Nothing is drawn"),
        (saved(Image.fromarray(np.full((50, 50), np.nan, dtype=np.float32)), "TIFF"), "no numbers"),
    ],
)
def test_what_is_no_picture_of_a_digit_is_told_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DrawingError, match=words) as caught:
        prepared(data)
    assert str(caught.value).endswith(".")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path, "nul\0name"):
        with pytest.raises(DrawingError, match="cannot be read"):
            prepared(path)


def test_noise_alone_is_no_digit() -> None:
    noise = np.random.default_rng(0).normal(200, 8, (400, 300)).clip(0, 255).astype(np.uint8)
    with pytest.raises(DrawingError):
        prepared(saved(Image.fromarray(noise)))


def test_a_huge_picture_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    # A hundred megapixels in a file of some 12 kB.
    huge = saved(Image.new("1", (10_000, 10_000)))
    monkeypatch.setattr(photo_module, "_pixels", lambda image: pytest.fail("decoded"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DrawingError, match="64 megapixels"):
            prepared(huge)


def test_a_webp_is_refused_before_its_decoder_takes_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_module, "MOST_WEBP_PIXELS", 300 * 300)
    assert prepared(saved(page(60, (300, 300)), "WEBP")).any()
    monkeypatch.setattr(photo_module, "_pixels", lambda image: pytest.fail("decoded"))
    with pytest.raises(DrawingError, match="has 300 x 301 pixels, more than the 0 megapixels allowed of a WebP"):
        prepared(saved(page(60, (300, 301)), "WEBP"))


def test_pictures_are_opened_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    decode, inside, most = photo_module._decode, list[bytes](), list[int]()

    def watched(source: bytes) -> tuple[np.ndarray, bool]:
        inside.append(source)
        most.append(len(inside))
        try:
            return decode(source)
        finally:
            inside.pop()

    monkeypatch.setattr(photo_module, "_decode", watched)
    file = saved(page(60, (900, 900)))
    with ThreadPoolExecutor(4) as visitors:
        list(visitors.map(read_picture, [file] * 8))
    assert most == [1] * 8


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16", "F"])
def test_no_copy_of_a_large_picture_is_made(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    large = page(60, (2100, 3500)).convert("I" if mode == "I;16" else mode).convert(mode)
    file = saved(large, "TIFF" if mode == "F" else "PNG")
    copied: list[int] = []

    def spied(name: str) -> None:
        original = getattr(Image.Image, name)

        def spy(image: Image.Image, *arguments: object, **options: object) -> Image.Image:
            copied.append(image.width * image.height)
            return original(image, *arguments, **options)

        monkeypatch.setattr(Image.Image, name, spy)

    for name in ("convert", "copy", "reduce", "resize", "transpose"):
        spied(name)
    image = prepared(file)
    assert copied
    assert max(copied) < large.width * large.height / 4
    assert likeness(image) > 0.9


def test_a_large_jpeg_is_decoded_at_reduced_size(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    reduced = photo_module._reduced
    monkeypatch.setattr(
        photo_module, "_reduced", lambda image, mode: decoded.append(image.size) or reduced(image, mode)
    )
    prepared(saved(page(60, (4800, 6000)), "JPEG"))
    assert decoded == [(1200, 1500)]


def test_a_large_picture_is_reduced_without_seams() -> None:
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (2999, 2001, 3), dtype=np.uint8))
    np.testing.assert_array_equal(photo_module._reduced(noisy, "RGB"), noisy.reduce(3))


GOOD = [saved(page()), saved(page(), "JPEG"), saved(page().convert("P"), "GIF"), saved(page().resize((60, 75)), "TIFF")]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8), st.data())
def test_a_damaged_file_is_a_digit_or_a_sentence(
    good: bytes, changes: list[tuple[int, int]], data: st.DataObject
) -> None:
    damaged = bytearray(good)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    cut = data.draw(st.integers(0, len(damaged)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = prepared(bytes(damaged[:cut] if cut % 2 else damaged))
        except DrawingError:
            return
    assert image.shape == (28, 28)
    assert np.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1


def test_a_progressive_jpeg_is_read_and_one_of_more_scans_than_encoders_make_is_not_decoded(monkeypatch):
    assert likeness(prepared(saved(page(), "JPEG", quality=90, progressive=True))) > 0.95
    monkeypatch.setattr(photo_module, "_pixels", None)
    with pytest.raises(DrawingError, match=r"has 20\d scans, expected at most 100"):
        read_picture(many_scans(200, side=80))
