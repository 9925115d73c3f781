"""Records and zips without an end: what is read of them is bounded, and the rest is refused or passed over."""

import io
import json
import os
import tracemalloc
import zipfile

import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError, ZipError
from mnist_core.event_json import LONGEST_LINE, from_json, to_json
from mnist_core.history import History
from mnist_core.runs import archive, event_log
from mnist_core.runs.archive import unpack
from mnist_core.runs.event_log import EventReader
from mnist_core.storage.untrusted_file import LARGEST_RECORD, read_at_most
from tests.support.events import inspection, rate_changed, started, step
from tests.support.hostile.records import config_json

LINE = to_json(step(5)).encode() + b"\n"


def zipped(events, packed=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as made:
        made.writestr("a-run/config.json", config_json())
        made.writestr("a-run/events.jsonl", events)
    return buffer.getvalue()


def refused(content, folder, error, sentence):
    with pytest.raises(error, match=sentence):
        unpack(io.BytesIO(content), folder, asker=TEACHER)
    assert list(folder.iterdir()) == []


@pytest.fixture
def read(monkeypatch):
    """The lines that are read as JSON, by an import or by a reader."""
    lines = []
    for module in (archive, event_log):
        monkeypatch.setattr(module, "from_json", lambda line: (lines.append(line), from_json(line))[1])
    return lines


def test_a_small_zip_of_thirty_megabytes_of_newlines_is_refused_unread(tmp_path, read):
    content = zipped(b"\n" * 32_000_000, zipfile.ZIP_DEFLATED)
    assert len(content) < 40_000
    refused(content, tmp_path, ZipError, "31 MB that are packed into .* bytes: no file of Digit Lab is as empty")
    refused(zipped(b"\n" * 32_000_000), tmp_path, RunError, "has 32,000,000 lines; at most 100,000 are read")
    assert read == []


def test_a_zip_of_more_events_than_a_day_has_is_refused_unread(tmp_path, read):
    refused(zipped(LINE * 100_001), tmp_path, RunError, "has 100,001 lines; at most 100,000 are read")
    assert read == []


def test_a_state_whose_header_has_no_end_is_refused_unread(tmp_path):
    header = b'{"__metadata__":{"epoch":"1"}' + b" " * 2**19 + b"}"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("a-run/config.json", config_json())
        made.writestr("a-run/state.safetensors", len(header).to_bytes(8, "little") + header)
    refused(buffer.getvalue(), tmp_path, RunError, "its header has 524,318 bytes, expected at most 262,144")


def test_a_text_that_is_packed_as_texts_are_is_taken(tmp_path):
    events = b"".join(to_json(step(number)).encode() + b"\n" for number in range(1, 2_000))
    run = unpack(io.BytesIO(zipped(events, zipfile.ZIP_DEFLATED)), tmp_path, asker=TEACHER)
    assert len(run.history().steps) == 1_999


def test_empty_lines_cost_a_reader_nothing(tmp_path, read):
    (tmp_path / "events.jsonl").write_bytes(LINE + b"\n" * 5_000_000 + LINE)
    reader = EventReader(tmp_path / "events.jsonl")
    assert len(reader.read().steps) == 2
    assert reader.unreadable_lines(under_way=False) == 5_000_000
    assert len(read) == 2


def test_a_reader_stops_where_no_training_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "MOST_LINES", 10)
    (tmp_path / "events.jsonl").write_bytes(LINE * 15)
    reader = EventReader(tmp_path / "events.jsonl")
    assert len(reader.read().steps) == 10
    assert reader.unreadable_lines(under_way=False) == 5
    monkeypatch.setattr(event_log, "LARGEST_LOG", 3 * len(LINE))
    short = EventReader(tmp_path / "events.jsonl")
    assert len(short.read().steps) == 3
    assert len(short.read().steps) == 3


@pytest.mark.parametrize("size", [1, LONGEST_LINE + 1, 2**20 - len(LINE), 2**20, 3 * 2**20 + 5])
def test_a_line_of_any_length_costs_only_itself(tmp_path, size):
    (tmp_path / "events.jsonl").write_bytes(LINE + b"x" * size)
    reader = EventReader(tmp_path / "events.jsonl")
    assert len(reader.read().steps) == 1
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b"\n" + LINE)
    assert len(reader.read().steps) == 2
    assert reader.unreadable_lines(under_way=False) == 1


def test_no_event_is_near_the_longest_line():
    names = {f"stage9.convolution{i}.normalised": 0.12345678901234567 for i in range(64)}
    longest = to_json(inspection(10**9, gradients=names, changes=names, dead=names))
    assert len(longest) < LONGEST_LINE / 2
    with pytest.raises(ValueError, match="an event has at most 32,768 bytes"):
        from_json(longest[:-1] + " " * LONGEST_LINE + "}")


def test_resuming_again_and_again_takes_back_what_came_after_and_copies_nothing():
    history = History()
    steps, changes = history.steps, history.rate_changes
    for number in range(1, 200):
        history.add(step(number))
        history.add(rate_changed(number, 2.0))
        history.add(started(epoch=10))
    assert history.steps is steps
    assert history.rate_changes is changes
    assert [s.step for s in steps] == list(range(1, 101))


def test_a_record_without_an_end_is_not_read(tmp_path):
    (tmp_path / "longest").write_bytes(b"x" * LARGEST_RECORD)
    assert read_at_most(tmp_path / "longest") == b"x" * LARGEST_RECORD
    assert b"Pid:" in read_at_most("/proc/self/status"), "its size is said to be 0"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileNotFoundError, match="expected a file"):
        read_at_most(tmp_path / "pipe")
    (tmp_path / "a").write_bytes(b" " * LARGEST_RECORD + json.dumps({}).encode())
    with pytest.raises(OSError, match="the file has more than 65,536 bytes"):
        read_at_most(tmp_path / "a")
    with pytest.raises(FileNotFoundError):
        read_at_most(tmp_path)


def test_of_a_file_without_an_end_no_more_is_read_than_a_record_has(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(2**26)
    tracemalloc.start()
    try:
        with pytest.raises(OSError, match="the file has more than 65,536 bytes"):
            read_at_most(tmp_path / "a")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
