"""What takes too long to read is refused, and leaves everything as it was."""

import io

import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.drawing import photo
from mnist_core.drawing.photo import read_picture
from mnist_core.errors import DrawingError, ZipError
from mnist_core.handwriting.collection import Collection
from mnist_core.handwriting.drawings_zip import from_zip
from mnist_core.handwriting.unipen import read_unipen
from mnist_core.runs.archive import pack, unpack
from mnist_core.runs.store import create_run, list_runs
from mnist_core.storage import time_limit
from mnist_core.storage.time_limit import TimeLimit
from tests.support.events import step
from tests.support.hostile.files import many_scans


@pytest.fixture
def exported(runs, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    for number in range(50):
        run.append(step(number + 1))
    return pack(run)


def test_a_run_that_takes_too_long_is_refused(exported, runs, monkeypatch):
    before = list_runs()
    monkeypatch.setattr(time_limit, "LONGEST", 0.0)
    with pytest.raises(ZipError, match="takes more than 0 s to read"):
        unpack(io.BytesIO(exported), asker=TEACHER)
    assert list_runs() == before
    assert not list(runs.glob(".import-*"))


def test_the_time_is_looked_at_for_each_event(exported, monkeypatch):
    looks = []
    monkeypatch.setattr(TimeLimit, "check", lambda _: looks.append(1))
    unpack(io.BytesIO(exported), asker=TEACHER)
    assert len(looks) > 50


def test_drawings_that_take_too_long_are_refused(tmp_path, monkeypatch):
    kept = Collection(tmp_path / "kept")
    kept.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
    content = kept.to_zip()
    assert len(from_zip(content)) == 1
    monkeypatch.setattr(time_limit, "LONGEST", 0.0)
    with pytest.raises(ZipError, match="takes more than 0 s to read"):
        from_zip(content)


def test_a_picture_that_takes_too_long_is_refused_while_it_is_decoded(monkeypatch):
    content = many_scans(1_500, side=800)
    monkeypatch.setattr(photo, "MOST_SCANS", 2_000)
    with pytest.raises(DrawingError, match="No digit stands out"):
        read_picture(content)
    monkeypatch.setattr(photo, "LONGEST", 0.1)
    with pytest.raises(DrawingError, match="The picture takes more than 0 s to open"):
        read_picture(content)


def test_pen_digits_that_take_too_long_are_refused(tmp_path, monkeypatch):
    file = tmp_path / "digits.txt"
    file.write_text('.SEGMENT DIGIT ? OK "1"\n' + ".PEN_DOWN\n1 1\n.PEN_UP\n" * 10)
    assert len(read_unipen(file)) == 1
    monkeypatch.setattr(time_limit, "LONGEST", 0.0)
    with pytest.raises(DrawingError, match="takes more than 0 s to read"):
        read_unipen(file)
