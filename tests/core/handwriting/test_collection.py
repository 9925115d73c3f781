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

from mnist_core.asker import TEACHER, seat_of
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CollectionError, NotYoursError, ZipError
from mnist_core.handwriting import collection as collection_module
from mnist_core.handwriting import collection_reader as reader_module
from mnist_core.handwriting import drawings_zip
from mnist_core.handwriting.collection import Collection, collection
from mnist_core.handwriting.collection_reader import CollectionReader
from mnist_core.storage.atomic import write_atomically
from tests.support.strokes import DIGITS


def strokes_of(digit):
    return [Stroke(np.array(points) * 300, 20) for points in DIGITS[digit]]


@pytest.fixture
def drawn(tmp_path):
    """Three drawings: a 4, a 7 and one from a picture, labelled 1."""
    kept = Collection(tmp_path / "kept")
    for digit in (4, 7):
        kept.add(from_strokes(strokes_of(digit)), digit, strokes_of(digit), asker=TEACHER)
    kept.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
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
    drawn.remove([seven], asker=TEACHER)
    assert set(by_label(drawn)) == {1, 4}
    drawn.remove([seven], asker=TEACHER)  # twice is once
    drawn.bring_back(drawn.last_deletion(asker=TEACHER), asker=TEACHER)
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
    assert other.add_zip(drawn.to_zip(), asker=TEACHER) == 3
    assert other.add_zip(drawn.to_zip(), asker=TEACHER) == 0
    for mine, theirs in zip(drawn.drawings()[0], other.drawings()[0], strict=True):
        assert (mine.id, mine.label, mine.created) == (theirs.id, theirs.label, theirs.created)
        assert (mine.image == theirs.image).all()
        assert len(mine.strokes) == len(theirs.strokes)


@pytest.fixture
def imported(drawn, tmp_path):
    """The same three drawings as an import brings them, and one that was drawn here."""
    other = Collection(tmp_path / "imported")
    other.add_zip(drawn.to_zip(), asker=TEACHER)
    other.add(np.eye(28, dtype=np.float32), 9, asker=TEACHER)
    return other


def test_an_import_is_one_file_and_its_drawings_are_whole(drawn, imported):
    assert len(list(imported.folder.glob("*.npz"))) == 1
    assert set(by_label(imported)) == {1, 4, 7, 9}
    mine, theirs = by_label(drawn)[7], by_label(imported)[7]
    assert [s.width for s in theirs.strokes] == [s.width for s in mine.strokes]
    assert theirs.strokes[0].points == pytest.approx(mine.strokes[0].points)
    assert not by_label(imported)[1].strokes
    assert imported.ids() == [drawing.id for drawing in imported.drawings()[0]]
    assert Collection(imported.folder).add_zip(imported.to_zip(), asker=TEACHER) == 0


def test_a_drawing_of_an_import_can_be_deleted_put_back_and_imported_again(drawn, imported):
    seven = by_label(imported)[7]

    def bring_back():
        imported.bring_back(imported.last_deletion(asker=TEACHER), asker=TEACHER)

    for again in (bring_back, lambda: imported.add_zip(drawn.to_zip(), asker=TEACHER)):
        imported.remove([seven], asker=TEACHER)
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
    packs = reader_module.read_pack
    monkeypatch.setattr(reader_module, "read_pack", lambda path: read.append(path.suffix) or packs(path))
    return read


def test_a_reader_reads_only_what_is_new(drawn, imported, monkeypatch):
    reader, read = CollectionReader(imported.folder), opened(monkeypatch)
    assert [drawing.label for drawing in reader.read()[0]] == [drawing.label for drawing in imported.drawings()[0]]
    read.clear()
    assert len(reader.read()[0]) == 4
    assert read == []
    imported.add(np.eye(28, dtype=np.float32), 5, asker=TEACHER)
    assert {drawing.label for drawing in reader.read()[0]} == {1, 4, 7, 9, 5}
    assert sorted(read) == [".json", ".png"]
    imported.remove([by_label(imported)[7]], asker=TEACHER)
    read.clear()
    assert {drawing.label for drawing in reader.read()[0]} == {1, 4, 9, 5}
    assert read == []


def test_a_folder_that_stays_as_it_is_is_not_even_listed(drawn, monkeypatch):
    reader = CollectionReader(drawn.folder)
    before = time.time() - 60
    os.utime(drawn.folder, (before, before))
    found = reader.read()
    monkeypatch.setattr(reader_module, "listing", lambda folder: pytest.fail("listed"))
    assert reader.read() == found


def test_a_change_in_the_same_tick_of_the_clock_is_seen(drawn):
    reader = CollectionReader(drawn.folder)
    reader.read()
    modified = drawn.folder.stat()
    drawn.add(np.eye(28, dtype=np.float32), 8, asker=TEACHER)
    os.utime(drawn.folder, ns=(modified.st_atime_ns, modified.st_mtime_ns))
    assert 8 in {drawing.label for drawing in reader.read()[0]}


def test_a_collection_that_is_not_there_yet_is_empty_and_then_is_there(tmp_path):
    kept = Collection(tmp_path / "later")
    reader = CollectionReader(kept.folder)
    assert reader.read() == ([], [])
    kept.add(np.eye(28, dtype=np.float32), 2, asker=TEACHER)
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
        {"a.json": GOOD.ljust(2**20 + 1), "a.png": picture()},
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
        drawn.add_zip(zipped({"good.json": GOOD, "good.png": picture()} | files), asker=TEACHER)
    assert sorted(drawn.folder.parent.rglob("*")) == before


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_packed_otherwise_is_refused(drawn, method):
    with pytest.raises(ZipError, match="packed in a way that Digit Lab does not use"):
        drawn.add_zip(zipped({"a.json": GOOD, "a.png": picture()}, method), asker=TEACHER)


def test_a_zip_that_is_larger_than_all_drawings_is_refused(drawn, monkeypatch):
    monkeypatch.setattr(drawings_zip, "LARGEST_ZIP", 2**20)
    files = {f"a{i}.json": GOOD.ljust(2**19) for i in range(3)} | {f"a{i}.png": picture() for i in range(3)}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with pytest.raises(ZipError, match=r"Digit Lab exports at most 1 MB|holds more than 1 MB"):
            drawn.add_zip(zipped(files, method), asker=TEACHER)


def test_a_collection_that_is_full_takes_no_more_from_the_teacher_either(drawn, monkeypatch):
    monkeypatch.setattr(collection_module, "MOST_DRAWINGS", 4)
    two = zipped({f"a{i}.{kind}": x for i in range(2) for kind, x in (("json", GOOD), ("png", picture()))})
    with pytest.raises(CollectionError, match="may hold 4 drawings: there are 3, and 2 are too many"):
        drawn.add_zip(two, asker=TEACHER)
    drawn.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
    with pytest.raises(CollectionError, match="there are 4, and 1 are too many"):
        drawn.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
    drawn.remove(drawn.drawings()[0][:2], asker=TEACHER)
    drawn.add_zip(two, asker=TEACHER)
    with pytest.raises(CollectionError, match="there are 4, and 2 are too many"):
        drawn.bring_back(drawn.last_deletion(asker=TEACHER), asker=TEACHER)


def test_a_million_entries_are_refused_before_they_are_listed(drawn, monkeypatch):
    entry = b"PK\1\2" + bytes(24) + b"\1" + bytes(17) + b"a"
    end = b"PK\5\6" + bytes(8) + (1_000_000 * len(entry)).to_bytes(4, "little") + bytes(6)
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: pytest.fail("listed: ten seconds and half a gigabyte"))
    with pytest.raises(ZipError, match="too many entries; Digit Lab exports at most 20,000"):
        drawn.add_zip(1_000_000 * entry + end, asker=TEACHER)


def test_the_folder_is_not_listed_anew_for_each_drawing_of_a_zip(drawn, monkeypatch):
    listed = []
    monkeypatch.setattr(Collection, "ids", lambda kept: listed.append(kept) or [])
    files = {f"a{i}.{kind}": content for i in range(20) for kind, content in (("json", GOOD), ("png", picture()))}
    assert drawn.add_zip(zipped(files), asker=TEACHER) == 20
    assert len(listed) == 1


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_keeps_nothing_of_a_zip(drawn, monkeypatch, tmp_path):
    content, other = drawn.to_zip(), Collection(tmp_path / "other")
    monkeypatch.setattr("mnist_core.handwriting.pack.write_atomically", full)
    with pytest.raises(CollectionError, match="No space left on device"):
        other.add_zip(content, asker=TEACHER)
    assert list(other.folder.iterdir()) == []


def test_a_disk_that_is_full_half_way_keeps_no_half_of_a_drawing(monkeypatch, tmp_path):
    kept, real = Collection(tmp_path / "kept"), write_atomically

    def half_full(path, content):
        real(path, content) if path.suffix == ".png" else full()

    monkeypatch.setattr("mnist_core.handwriting.collection.write_atomically", half_full)
    with pytest.raises(CollectionError, match="No space left on device"):
        kept.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
    assert list(kept.folder.iterdir()) == []


@given(st.binary(max_size=300))
def test_any_bytes_are_no_collection(noise):
    with pytest.raises(ZipError):
        Collection(collection().folder / "nowhere").add_zip(noise, asker=TEACHER)


@pytest.mark.parametrize("label", [-1, 10])
def test_only_digits_are_labels(drawn, label):
    with pytest.raises(ValueError, match="from 0 to 9"):
        drawn.add(np.zeros((28, 28), np.float32), label, asker=TEACHER)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CollectionError, match="nothing can be kept"):
        Collection(tmp_path / "file" / "in it").add(np.zeros((28, 28), np.float32), 1, asker=TEACHER)


def test_the_folder_is_the_installations_or_the_environments(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path))
    assert collection().folder == tmp_path
    monkeypatch.delenv("DIGIT_LAB_COLLECTION")
    assert collection().folder.name == "collection"


@pytest.mark.parametrize("points", ["[[1e999, 1]]", "[[NaN, 1]]", "[[null, 1]]"])
def test_a_drawing_whose_points_are_no_numbers_is_damaged(tmp_path, points):
    there = Collection(tmp_path / "there")
    drawing = there.add(np.zeros((28, 28), np.float32), 3, [Stroke(np.array([[1.0, 2.0]]), 5.0)], asker=TEACHER)
    path = there.folder / f"{drawing.id}.json"
    path.write_text(path.read_text().replace("[[1.0, 2.0]]", points))
    assert there.drawings() == ([], [drawing.id])


MINE, OTHER = seat_of("mine"), seat_of("another")
BLANK = np.zeros((28, 28), np.float32)


@pytest.fixture
def shared(tmp_path):
    """A collection with a drawing of each of two seats, and two that one of them has imported."""
    kept, other = Collection(tmp_path / "shared"), Collection(tmp_path / "elsewhere")
    kept.add(BLANK, 1, asker=MINE)
    kept.add(BLANK, 2, asker=OTHER)
    for label in (3, 4):
        other.add(BLANK, label, asker=MINE)
    kept.add_zip(other.to_zip(), asker=OTHER)
    return kept


def test_a_drawing_belongs_to_who_drew_or_imported_it(shared):
    assert {label: drawing.owner for label, drawing in by_label(shared).items()} == {
        1: MINE.owner,
        **dict.fromkeys((2, 3, 4), OTHER.owner),
    }


def test_a_zip_of_drawings_does_not_tell_whose_they_were(shared):
    with zipfile.ZipFile(io.BytesIO(shared.to_zip())) as packed:
        whole = b"".join(packed.read(name) for name in packed.namelist())
    assert MINE.seat.encode() not in whole
    assert OTHER.seat.encode() not in whole


@pytest.mark.parametrize("labels", [[2], [3], [1, 2]])
def test_anothers_drawings_cannot_be_deleted_nor_ones_own_with_them(shared, labels):
    before = by_label(shared)
    with pytest.raises(NotYoursError, match=r"the drawing .* belongs to another seat"):
        shared.remove([before[label] for label in labels], asker=MINE)
    assert by_label(shared).keys() == before.keys()


def test_each_brings_back_what_it_deleted_itself_and_all_at_once(shared):
    found = by_label(shared)
    shared.remove([found[1]], asker=MINE)
    shared.remove([found[2], found[3]], asker=OTHER)
    assert by_label(shared).keys() == {4}
    mine = shared.last_deletion(asker=MINE)
    assert mine.drawings == {found[1].id}
    shared.bring_back(mine, asker=MINE)
    shared.bring_back(mine, asker=MINE)  # twice is once
    assert shared.last_deletion(asker=MINE) is None
    with pytest.raises(NotYoursError, match="this deletion belongs to another seat"):
        shared.bring_back(shared.last_deletion(asker=OTHER), asker=MINE)
    shared.bring_back(shared.last_deletion(asker=TEACHER), asker=TEACHER)
    assert by_label(shared).keys() == {1, 2, 3, 4}
    assert (by_label(shared)[3].owner, by_label(shared)[3].image.tobytes()) == (OTHER.owner, found[3].image.tobytes())


def test_deleting_and_bringing_back_write_nothing(shared, monkeypatch):
    monkeypatch.setattr("mnist_core.storage.atomic.tempfile.mkstemp", lambda **_: pytest.fail("a file is written"))
    found = by_label(shared)
    shared.remove(found.values(), asker=TEACHER)
    assert shared.ids() == []
    shared.bring_back(shared.last_deletion(asker=TEACHER), asker=TEACHER)
    assert by_label(shared).keys() == found.keys()


def test_emptying_the_trash_frees_the_disk(shared):
    found = by_label(shared)
    shared.remove([found[1]], asker=MINE)
    shared.remove([found[2], found[3]], asker=OTHER)
    assert shared.empty_trash(asker=MINE) == 1
    assert shared.last_deletion(asker=MINE) is None
    assert shared.last_deletion(asker=OTHER) is not None
    assert shared.empty_trash(asker=TEACHER) == 2
    assert by_label(shared).keys() == {4}, "the other drawing of the import stays"
    shared.remove([by_label(shared)[4]], asker=OTHER)
    shared.empty_trash(asker=OTHER)
    assert list(shared.folder.iterdir()) == []


def test_what_another_has_deleted_stays_deleted_when_it_is_imported(shared, tmp_path):
    content, found = shared.to_zip(), by_label(shared)
    shared.remove([found[3]], asker=OTHER)
    assert shared.add_zip(content, asker=MINE) == 1
    again = by_label(shared)[3]
    assert (again.owner, again.id != found[3].id) == (MINE.owner, True)
