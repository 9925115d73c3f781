import errno
import io
import json
import os
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError, ZipError
from mnist_core.handwriting import collection as module
from mnist_core.handwriting.collection import Collection, CollectionReader, collection
from mnist_core.storage.atomic import write_atomically
from tests.support.strokes import DIGITS


def strokes_of(digit):
    return [Stroke(np.array(points) * 300, 20) for points in DIGITS[digit]]


@pytest.fixture
def drawn(tmp_path):
    """Three drawings: a 4, a 7 and one from a picture, labelled 1."""
    kept = Collection(tmp_path / "kept")
    for digit in (4, 7):
        kept.add(from_strokes(strokes_of(digit)), digit, strokes_of(digit))
    kept.add(np.eye(28, dtype=np.float32), 1)
    return kept


def by_label(kept):
    return {drawing.label: drawing for drawing in kept.drawings()[0]}


def test_a_drawing_comes_back_with_its_label_its_image_and_its_strokes(drawn):
    read = by_label(drawn)
    assert set(read) == {1, 4, 7}
    assert (read[7].image == np.round(from_strokes(strokes_of(7)) * 255)).all()
    assert [s.width for s in read[7].strokes] == [20]
    assert read[7].strokes[0].points == pytest.approx(strokes_of(7)[0].points, abs=0.01)
    assert read[1].strokes == ()


def test_a_deleted_drawing_can_be_put_back(drawn):
    seven = by_label(drawn)[7]
    drawn.remove(seven)
    assert set(by_label(drawn)) == {1, 4}
    drawn.remove(seven)  # twice is once
    drawn.put(seven)
    assert (by_label(drawn)[7].image == seven.image).all()


def test_one_damaged_file_costs_only_itself(drawn):
    (drawn.folder / f"{by_label(drawn)[7].id}.png").write_bytes(b"no picture")
    read, damaged = drawn.drawings()
    assert sorted(d.label for d in read) == [1, 4]
    assert len(damaged) == 1
    assert "-7-" in damaged[0]
    for record in ('{"label": 7', *HOSTILE):
        (drawn.folder / f"{damaged[0]}.json").write_text(record)
        assert drawn.drawings()[1] == damaged


def test_a_zip_brings_a_collection_to_another_installation_once(drawn, tmp_path):
    other = Collection(tmp_path / "other")
    assert other.add_zip(drawn.to_zip()) == 3
    assert other.add_zip(drawn.to_zip()) == 0
    for mine, theirs in zip(drawn.drawings()[0], other.drawings()[0], strict=True):
        assert (mine.id, mine.label, mine.created) == (theirs.id, theirs.label, theirs.created)
        assert (mine.image == theirs.image).all()
        assert len(mine.strokes) == len(theirs.strokes)


@pytest.fixture
def imported(drawn, tmp_path):
    """The same three drawings as an import brings them, and one that was drawn here."""
    other = Collection(tmp_path / "imported")
    other.add_zip(drawn.to_zip())
    other.add(np.eye(28, dtype=np.float32), 9)
    return other


def test_an_import_is_one_file_and_its_drawings_are_whole(drawn, imported):
    assert len(list(imported.folder.glob("*.npz"))) == 1
    assert set(by_label(imported)) == {1, 4, 7, 9}
    mine, theirs = by_label(drawn)[7], by_label(imported)[7]
    assert [s.width for s in theirs.strokes] == [s.width for s in mine.strokes]
    assert theirs.strokes[0].points == pytest.approx(mine.strokes[0].points)
    assert not by_label(imported)[1].strokes
    assert imported.ids() == [drawing.id for drawing in imported.drawings()[0]]
    assert Collection(imported.folder).add_zip(imported.to_zip()) == 0


def test_a_drawing_of_an_import_can_be_deleted_put_back_and_imported_again(drawn, imported):
    seven = by_label(imported)[7]
    for again in (lambda: imported.put(seven), lambda: imported.add_zip(drawn.to_zip())):
        imported.remove(seven)
        assert set(by_label(imported)) == {1, 4, 9}
        assert seven.id not in imported.ids()
        assert seven not in imported
        again()
        assert seven in imported
        assert (by_label(imported)[7].image == seven.image).all()
        assert by_label(imported)[7].strokes[0].points == pytest.approx(seven.strokes[0].points, abs=0.01)


def test_a_damaged_import_costs_only_itself(imported):
    [pack] = imported.folder.glob("*.npz")
    whole = pack.read_bytes()
    for damage in (b"", b"no zip", whole[: len(whole) // 2], whole.replace(b"labels", b"lables")):
        pack.write_bytes(damage)
        read, damaged = imported.drawings()
        assert [drawing.label for drawing in read] == [9]
        assert damaged == [pack.stem]


def opened(monkeypatch):
    """Return a list that names each file of a drawing or a pack as it is read."""
    read, real = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.suffix) or real(path))
    packs = module.read_pack
    monkeypatch.setattr(module, "read_pack", lambda path: read.append(path.suffix) or packs(path))
    return read


def test_a_reader_reads_only_what_is_new(drawn, imported, monkeypatch):
    reader, read = CollectionReader(imported), opened(monkeypatch)
    assert [drawing.label for drawing in reader.read()[0]] == [drawing.label for drawing in imported.drawings()[0]]
    read.clear()
    assert len(reader.read()[0]) == 4
    assert read == []
    imported.add(np.eye(28, dtype=np.float32), 5)
    assert {drawing.label for drawing in reader.read()[0]} == {1, 4, 7, 9, 5}
    assert sorted(read) == [".json", ".png"]
    imported.remove(by_label(imported)[7])
    read.clear()
    assert {drawing.label for drawing in reader.read()[0]} == {1, 4, 9, 5}
    assert read == []


def test_a_folder_that_stays_as_it_is_is_not_even_listed(drawn, monkeypatch):
    reader = CollectionReader(drawn)
    before = time.time() - 60
    os.utime(drawn.folder, (before, before))
    found = reader.read()
    monkeypatch.setattr(Collection, "listing", lambda self: pytest.fail("listed"))
    assert reader.read() == found


def test_a_change_in_the_same_tick_of_the_clock_is_seen(drawn):
    reader = CollectionReader(drawn)
    reader.read()
    modified = drawn.folder.stat()
    drawn.add(np.eye(28, dtype=np.float32), 8)
    os.utime(drawn.folder, ns=(modified.st_atime_ns, modified.st_mtime_ns))
    assert 8 in {drawing.label for drawing in reader.read()[0]}


def test_a_collection_that_is_not_there_yet_is_empty_and_then_is_there(tmp_path):
    kept = Collection(tmp_path / "later")
    reader = CollectionReader(kept)
    assert reader.read() == ([], [])
    kept.add(np.eye(28, dtype=np.float32), 2)
    assert [drawing.label for drawing in reader.read()[0]] == [2]


def zipped(files, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def picture(side=28):
    buffer = io.BytesIO()
    Image.new("L", (side, side)).save(buffer, "PNG")
    return buffer.getvalue()


def empty_profile():
    """A picture that is followed by a colour profile of no bytes."""
    chunk = b"iCCP"
    whole = picture()
    end = whole.rindex(b"IEND") - 4
    return whole[:end] + bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4, "big") + whole[end:]


GOOD = json.dumps({"label": 3, "created": "2026-01-01", "strokes": []})


HOSTILE = [
    "[" * 200_000,
    GOOD.replace("[]", f'[{{"width": 1, "points": [[1{"0" * 400}, 1]]}}]'),
    GOOD.replace("[]", f'[{{"width": 1{"0" * 400}, "points": [[1, 1]]}}]'),
]


@pytest.mark.parametrize(
    "files",
    [
        {"../a.json": GOOD, "../a.png": picture()},
        {"/tmp/a.json": GOOD, "/tmp/a.png": picture()},
        {"a.json": GOOD, "a.png": picture(), "run.exe": "x"},
        {"a.json": GOOD},
        {"a.json": GOOD, "a.png": picture(29)},
        {"a.json": GOOD.replace("3", "10"), "a.png": picture()},
        {"a.json": GOOD.replace("3", "true"), "a.png": picture()},
        {"a.json": GOOD.replace("[]", '[{"width": 1, "points": [[1]]}]'), "a.png": picture()},
        {"a.json": "x" * (2**20 + 1), "a.png": picture()},
        {"a.json": GOOD, "a.png": empty_profile()},
        *({"a.json": record, "a.png": picture()} for record in HOSTILE),
    ],
    ids=[
        *(
            "climbs out",
            "absolute",
            "foreign",
            "no picture",
            "size",
            "label",
            "boolean",
            "strokes",
            "oversized",
            "profile",
        ),
        *("brackets", "coordinate", "width"),
    ],
)
def test_a_zip_with_anything_wrong_in_it_adds_nothing(drawn, files):
    before = sorted(drawn.folder.parent.rglob("*"))
    with pytest.raises(CollectionError):
        drawn.add_zip(zipped({"good.json": GOOD, "good.png": picture()} | files))
    assert sorted(drawn.folder.parent.rglob("*")) == before


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_packed_otherwise_is_refused(drawn, method):
    with pytest.raises(ZipError, match="packed in a way that Digit Lab does not use"):
        drawn.add_zip(zipped({"a.json": GOOD, "a.png": picture()}, method))


def test_a_million_entries_are_refused_before_they_are_listed(drawn, monkeypatch):
    entry = b"PK\1\2" + bytes(24) + b"\1" + bytes(17) + b"a"
    end = b"PK\5\6" + bytes(8) + (1_000_000 * len(entry)).to_bytes(4, "little") + bytes(6)
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: pytest.fail("listed: ten seconds and half a gigabyte"))
    with pytest.raises(ZipError, match="too many entries; Digit Lab exports at most 20,000"):
        drawn.add_zip(1_000_000 * entry + end)


def test_the_folder_is_not_listed_anew_for_each_drawing_of_a_zip(drawn, monkeypatch):
    listed = []
    monkeypatch.setattr(Collection, "ids", lambda kept: listed.append(kept) or [])
    files = {f"a{i}.{kind}": content for i in range(20) for kind, content in (("json", GOOD), ("png", picture()))}
    assert drawn.add_zip(zipped(files)) == 20
    assert len(listed) == 1


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_keeps_nothing_of_a_zip(drawn, monkeypatch, tmp_path):
    content, other = drawn.to_zip(), Collection(tmp_path / "other")
    monkeypatch.setattr("mnist_core.handwriting.pack.write_atomically", full)
    with pytest.raises(CollectionError, match="No space left on device"):
        other.add_zip(content)
    assert list(other.folder.iterdir()) == []


def test_a_disk_that_is_full_half_way_keeps_no_half_of_a_drawing(monkeypatch, tmp_path):
    kept, real = Collection(tmp_path / "kept"), write_atomically

    def half_full(path, content):
        real(path, content) if path.suffix == ".png" else full()

    monkeypatch.setattr("mnist_core.handwriting.collection.write_atomically", half_full)
    with pytest.raises(CollectionError, match="No space left on device"):
        kept.add(np.eye(28, dtype=np.float32), 1)
    assert list(kept.folder.iterdir()) == []


@given(st.binary(max_size=300))
def test_any_bytes_are_no_collection(noise):
    with pytest.raises(ZipError):
        Collection(collection().folder / "nowhere").add_zip(noise)


@pytest.mark.parametrize("label", [-1, 10])
def test_only_digits_are_labels(drawn, label):
    with pytest.raises(ValueError, match="from 0 to 9"):
        drawn.add(np.zeros((28, 28), np.float32), label)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CollectionError, match="nothing can be kept"):
        Collection(tmp_path / "file" / "in it").add(np.zeros((28, 28), np.float32), 1)


def test_the_folder_is_the_installations_or_the_environments(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path))
    assert collection().folder == tmp_path
    monkeypatch.delenv("DIGIT_LAB_COLLECTION")
    assert collection().folder.name == "collection"


@pytest.mark.parametrize("points", ["[[1e999, 1]]", "[[NaN, 1]]", "[[null, 1]]"])
def test_a_drawing_whose_points_are_no_numbers_is_damaged(tmp_path, points):
    there = Collection(tmp_path / "there")
    drawing = there.add(np.zeros((28, 28), np.float32), 3, [Stroke(np.array([[1.0, 2.0]]), 5.0)])
    path = there.folder / f"{drawing.id}.json"
    path.write_text(path.read_text().replace("[[1.0, 2.0]]", points))
    assert there.drawings() == ([], [drawing.id])
