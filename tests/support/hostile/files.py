"""Hostile files to upload: pictures, exported runs and drawings as zips; made of one seed, the same each time."""

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw

from tests.support.hostile import records
from tests.support.hostile.texts import ALL_MARKDOWN

KINDS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def picture(kind: str, side: tuple[int, int] = (320, 240), mode: str = "RGB") -> bytes:
    """Return a picture file of a 1 on paper."""
    paper, ink = (1, 0) if mode == "1" else ("white", "black")
    image = Image.new(mode, side, paper)
    ImageDraw.Draw(image).rectangle((side[0] * 0.45, side[1] * 0.2, side[0] * 0.5, side[1] * 0.8), ink)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def mutated(content: bytes, seed: int) -> bytes:
    """Return the content with some bytes changed, cut off, doubled or moved."""
    chance = random.Random(seed)
    data = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        match chance.randrange(5):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                data[place : place + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
            case 2:
                del data[place : place + chance.randrange(1, 40)]
            case 3:
                data[place:place] = data[place : place + chance.randrange(1, 200)]
            case 4:
                del data[max(place, 8) :]
        if not data:
            return b"\0"
    return bytes(data)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, extra: bytes = b"") -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes(min((width // 8 + 1) * height, 40_000_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def many_scans(count: int, side: int = 8_000) -> bytes:
    """Return a progressive JPEG of an empty picture, whose last scan, of few bytes, comes `count` times more.

    Each scan is a pass over the whole picture, and no decoder may leave one out (libjpeg-turbo,
    "Two Issues with the JPEG Standard").
    """
    file = io.BytesIO()
    Image.new("L", (side, side), 200).save(file, "JPEG", progressive=True)
    content, end = file.getvalue(), b"\xff\xd9"
    last = content[content.rindex(b"\xff\xda") :].removesuffix(end)
    return content.removesuffix(end) + last * count + end


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield picture files by their names."""
    for kind in KINDS:
        usual = picture(kind)
        yield f"usual.{kind.lower()}", usual
        for seed in range(8):
            yield f"mutated-{seed}.{kind.lower()}", mutated(usual, seed)
    for number in range(3):
        yield f"large-{number}.webp", picture("WEBP", (8_000, 8_000), "RGB")
    yield "scans.jpg", many_scans(2_000)
    yield "allowed.webp", picture("WEBP", (4_000, 4_000))
    yield "large.png", picture("PNG", (8_000, 8_000), "1")
    yield "enormous.png", _png(60_000, 60_000)
    yield "endless.png", _png(2**31 - 1, 2**31 - 1)
    yield "line.png", _png(60_000_000, 1)
    yield "text-bomb.png", _png(28, 28, _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000), 9)))
    yield "profile-bomb.png", _png(28, 28, _chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(60_000_000), 9)))
    yield "empty.png", b""
    yield "page.png", b"<html><script>alert(1)</script></html>"
    yield "vector.png", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://evil.example/x"/></svg>'
    yield "postscript.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(evil) run\n"
    yield f"{ALL_MARKDOWN[:60].replace('/', '-')}.png", b"no picture"


def zipped(entries: list[tuple[str, bytes]], packed: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip file of these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as made:
        for name, content in entries:
            made.writestr(name, content)
    return buffer.getvalue()


def exported(name: str, files: records.Files) -> bytes:
    """Return a run directory as the zip that an export would be."""
    taken = ("config.json", "notes.json", "events.jsonl", "snapshot.safetensors", "lesson.safetensors")
    return zipped([(f"{name}/{file}", content) for file, content in files.items() if file in taken])


def run_zips() -> Iterator[tuple[str, bytes]]:
    """Yield exported runs that somebody has made up, by what is wrong with them."""
    made = list(records.runs())
    for name, files in made[::3]:
        yield f"run {name}", exported(name, files)
    usual = {"config.json": records.config_json(), "events.jsonl": records.events_jsonl(*records.USUAL, records.END)}
    good = exported("good", usual)
    for seed in range(20):
        yield f"mutated {seed}", mutated(good, seed)
    config = ("a/config.json", records.config_json())
    for name in (
        "../../evil",
        "/etc/evil",
        "a/../evil",
        "a\\..\\evil",
        "a/b/c",
        "a/worker.log",
        "a/lock",
        "\ud7ffa/x",
        "a/",
    ):
        yield f"entry {name!r}", zipped([config, (name, b"evil")])
    yield "newlines", zipped([config, ("a/events.jsonl", b"\n" * 32_000_000)], zipfile.ZIP_DEFLATED)
    yield "newlines, unpacked", zipped([config, ("a/events.jsonl", b"\n" * 32_000_000)])
    line = records.events_jsonl(records.USUAL[1])
    yield "events, packed", zipped([config, ("a/events.jsonl", line * 150_000)], zipfile.ZIP_DEFLATED)
    yield "as many events as are taken", zipped([config, ("a/events.jsonl", line * 100_000)])
    starts = records.events_jsonl(*records.USUAL[:2]) * 45_000
    yield "a start after each step", zipped([config, ("a/events.jsonl", starts)])
    yield "one endless line", zipped([config, ("a/events.jsonl", b"[" * 30_000_000)])
    yield "many entries", zipped([(f"a/{i}", b"") for i in range(70_000)])
    yield "no zip", b"evil"
    yield "empty", b""
    header = json.dumps({"__metadata__": {"format": "digit-lab-1", "config": " " * 2**24}}).encode()
    yield "endless card", zipped([config, ("a/snapshot.safetensors", len(header).to_bytes(8, "little") + header)])


def drawing_zips() -> Iterator[tuple[str, bytes]]:
    """Yield collections of drawings that somebody has made up, by what is wrong with them."""
    grey = picture("PNG", (28, 28), "L")
    record = {"label": 3, "created": ALL_MARKDOWN, "strokes": []}

    def one(name: str = "a", image: bytes = grey, **changes: object) -> bytes:
        return zipped([(f"{name}.png", image), (f"{name}.json", json.dumps(record | changes).encode())])

    points: Any
    for label in (-1, 10, "3", 3.0, None, True, [3]):
        yield f"label {label!r}", one(label=label)
    for points in ([], [[]], [[1]], [[1, 2, 3]], [["a", "b"]], [[1e400, 1]], [[None, 1]], "x", [[1, 2]] * 50_000):
        yield f"points {str(points)[:20]}", one(strokes=[{"width": 3, "points": points}])
    yield "name", one(name="../evil")
    yield "large picture", one(image=_png(60_000, 60_000))
    yield "text bomb", one(image=_png(28, 28, _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000), 9))))
    for seed in range(6):
        yield f"mutated {seed}", mutated(one(), seed)
