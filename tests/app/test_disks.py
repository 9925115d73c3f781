"""Folders that cannot be written: every button answers with a sentence, and nothing half-made is left behind."""

import errno
import io

import numpy as np
import pytest

from mnist_core.errors import DigitLabError, RunError
from mnist_core.handwriting.collection import collection
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs import archive, repetitions, trash
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from tests.support.disks import refusing
from tests.support.events import started, step
from tests.support.pages import finished_run, in_hand, texts, widget
from ui.cached import run_records


def press(page, label):
    """Click a button and return what the page then says."""
    widget(page.button, label).click().run()
    assert not page.exception, label
    return texts(page)


def begun(config):
    run = create_run(config, "begun")
    for event in (started(), step(5)):
        run.append(event)
    return run


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_every_button_of_train_answers_with_a_sentence(open_page, runs, tiny, number):
    finished, interrupted = finished_run(tiny), begun(tiny)
    queued = create_run(tiny, "queued")
    queued.enqueue()
    page = open_page("pages/2_Train.py", run=finished.id)
    with refusing(runs, number):
        assert "cannot be recorded" in press(page, "Start")
        assert "cannot" in press(page, "+1 epoch")
        assert "cannot tell the run" in press(page, "× 2")
        page = open_page("pages/2_Train.py", run=interrupted.id)
        assert "cannot" in press(page, "Resume")
        page = open_page("pages/2_Train.py", run=queued.id)
        said = press(page, "Stop")
        assert number == errno.ENOSPC or "cannot take the run" in said
    assert {run.path for run in list_runs()} == set(runs.iterdir()) - {runs / ".deleted"}


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_every_button_of_runs_answers_with_a_sentence(open_page, runs, tiny, number):
    run, deleted = finished_run(tiny), finished_run(tiny)
    trash.delete(deleted)
    page = open_page("pages/6_Runs.py", runs=run.id)
    undo = next(button.label for button in page.button if button.label.startswith("Undo"))
    with refusing(runs, number):
        assert "cannot be brought back" in press(page, undo)
        assert "cannot" in press(page, "Start them")
        widget(page.text_input, "Name").set_value("mine").run()
        assert "cannot be recorded" in texts(page)
        assert "cannot be deleted" in press(page, "Delete")
    assert list_runs() == [run]


def test_nothing_of_a_start_that_was_refused_is_left(runs, tiny, monkeypatch):
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    run = finished_run(tiny)
    before = set(runs.iterdir())
    real = Run.enqueue

    def full(self):
        with refusing(runs, errno.ENOSPC):
            real(self)

    monkeypatch.setattr(Run, "enqueue", full)
    with pytest.raises(RunError, match="No space left"):
        run_records.jobs().start(tiny, "fast", steps_per_second=2)
    with pytest.raises(RunError, match="No space left"):
        repetitions.repeat(run, 3)
    assert set(runs.iterdir()) == before


def test_a_run_whose_record_does_not_fit_leaves_no_directory(runs, tiny, monkeypatch):
    runs.mkdir()
    write = "mnist_core.runs.store.write_record"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write, full)
    with pytest.raises(RunError, match="Free some space there"):
        create_run(tiny, "fast")
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_an_import_or_a_drawing_that_cannot_be_kept_is_a_sentence(runs, tiny, tmp_path, monkeypatch, number):
    content = archive.pack(finished_run(tiny))
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    before = set(runs.iterdir())
    with refusing(tmp_path, number):
        with pytest.raises(DigitLabError, match="cannot be imported"):
            archive.unpack(io.BytesIO(content))
        with pytest.raises(DigitLabError, match="nothing can be kept in"):
            collection().add(np.zeros((28, 28), np.float32), 3)
    assert set(runs.iterdir()) == before


@pytest.mark.parametrize("path", ["home.py", "pages/1_Explore.py", "pages/4_Draw.py", "pages/5_Inside.py"])
def test_every_other_page_opens(open_page, runs, tiny, mnist, path):
    finished_run(tiny)
    with refusing(runs, errno.EROFS):
        page = open_page(path)
        page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
        page.run()
    assert not page.exception
