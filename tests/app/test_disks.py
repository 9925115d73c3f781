"""Folders that cannot be written: every button answers with a sentence, and nothing half-made is left behind."""

import errno
import io

import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import DigitLabError, RunError
from mnist_core.explore.analyses import PIXELS, Progress
from mnist_core.handwriting.collection import LEAST_DRAWINGS, collection
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs import archive, repetitions, trash
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from mnist_core.storage.png import png
from tests.support.disks import refusing
from tests.support.events import started, step
from tests.support.pages import finished_run, in_hand, texts, widget
from ui.cached import dataset, run_records


def press(page, label):
    """Click a button and return what the page then says."""
    widget(page.button, label).click().run()
    assert not page.exception, label
    return texts(page)


def choose(page, label, option):
    """Choose one of a row of choices."""
    [group] = [group for group in page.get("button_group") if group.label == label]
    group.set_value(option).run()
    assert not page.exception, label


def begun(config):
    run = create_run(config, "begun", asker=TEACHER)
    for event in (started(), step(5)):
        run.append(event)
    return run


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_every_button_of_train_answers_with_a_sentence(open_page, runs, tiny, number):
    finished, interrupted = finished_run(tiny), begun(tiny)
    queued = create_run(tiny, "queued", asker=TEACHER)
    queued.enqueue(asker=TEACHER)
    page = open_page("pages/4_Train.py", run=finished.id)
    with refusing(runs, number):
        assert "cannot be recorded" in press(page, "Start")
        assert "cannot" in press(page, "+1 epoch")
        assert "cannot tell the run" in press(page, "× 2")
        page = open_page("pages/4_Train.py", run=interrupted.id)
        assert "cannot" in press(page, "Resume")
        page = open_page("pages/4_Train.py", run=queued.id)
        said = press(page, "Stop")
        assert number == errno.ENOSPC or "cannot take the run" in said
    assert {run.path for run in list_runs()} == {path for path in runs.iterdir() if not path.name.startswith(".")}


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_every_button_of_runs_answers_with_a_sentence(open_page, runs, tiny, number):
    run, deleted = finished_run(tiny), finished_run(tiny)
    trash.delete(deleted, asker=TEACHER)
    page = open_page("pages/8_Runs.py", runs=run.id)
    undo = next(button.label for button in page.button if button.label.startswith("Undo"))
    with refusing(runs, number):
        assert "cannot" in press(page, "Start them")
        widget(page.text_input, "Name").set_value("mine").run()
        assert "cannot be recorded" in texts(page)
        if number == errno.EROFS:
            assert "cannot be brought back" in press(page, undo)
            assert "cannot be deleted" in press(page, "Delete")
        else:  # both only rename
            press(page, undo)
            assert set(list_runs()) == {run, deleted}
            page = open_page("pages/8_Runs.py", runs=run.id)
            press(page, "Delete")
    assert list_runs() == [run if number == errno.EROFS else deleted]


def test_nothing_of_a_start_that_was_refused_is_left(runs, tiny, monkeypatch):
    monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    run = finished_run(tiny)
    before = set(runs.iterdir())
    real = Run.enqueue

    def full(self, *, asker):
        with refusing(runs, errno.ENOSPC):
            real(self, asker=asker)

    monkeypatch.setattr(Run, "enqueue", full)
    with pytest.raises(RunError, match="No space left"):
        run_records.jobs().start(tiny, "fast", steps_per_second=2, asker=TEACHER)
    with pytest.raises(RunError, match="No space left"):
        repetitions.repeat(run, 3, asker=TEACHER)
    assert set(runs.iterdir()) == before


def test_a_run_whose_record_does_not_fit_leaves_no_directory(runs, tiny, monkeypatch):
    runs.mkdir()
    write = "mnist_core.runs.store.write_record"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(write, full)
    with pytest.raises(RunError, match="Free some space there"):
        create_run(tiny, "fast", asker=TEACHER)
    assert list_runs() == []
    assert [path.name for path in runs.iterdir()] == [".deleted"]


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_an_import_or_a_drawing_that_cannot_be_kept_is_a_sentence(runs, tiny, tmp_path, monkeypatch, number):
    content = archive.pack(finished_run(tiny))
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    before = set(runs.iterdir())
    with refusing(tmp_path, number):
        with pytest.raises(DigitLabError, match="cannot be imported"):
            archive.unpack(io.BytesIO(content), asker=TEACHER)
        with pytest.raises(DigitLabError, match="nothing can be kept in"):
            collection().add(np.zeros((28, 28), np.float32), 3, asker=TEACHER)
    assert set(runs.iterdir()) == before


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_every_button_of_draw_answers_with_a_sentence(open_page, runs, mnist, tmp_path, monkeypatch, number):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    kept = [
        collection().add(image / np.float32(255), 7, asker=TEACHER) for image in mnist.train_images[:LEAST_DRAWINGS]
    ]
    page = open_page("pages/6_Draw.py")
    choose(page, "Where the digit comes from", "Picture")
    page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[0])), "image/png").run()
    choose(page, "Look closer", "Your hand")
    with refusing(tmp_path, number):
        choose(page, "That was a …", 9)
        assert "nothing can be kept in" in texts(page)
        assert "cannot be recorded in" in press(page, "Teach everyone")
    assert set(collection().ids()) == {drawing.id for drawing in kept}
    choose(page, "That was a …", 8)
    [undo] = [button for button in page.button if button.label == "Undo" and not button.disabled]
    with refusing(tmp_path, number):
        undo.click().run()
        assert ("cannot" in texts(page)) == (number == errno.EROFS), "a full disk can be emptied"
    assert len(collection().ids()) == LEAST_DRAWINGS + (number == errno.EROFS)


def test_an_analysis_that_failed_and_cannot_begin_anew_is_a_sentence(open_page, runs):
    analyses = dataset.analysis_runner().analyses
    analyses.report(PIXELS, Progress(failed="The memory is full."))
    page = open_page("pages/3_Explore.py", section="splits")
    with refusing(runs, errno.EROFS):
        assert "the calculation cannot begin anew (Read-only file system)" in press(page, "Try again")
    assert analyses.progress(PIXELS).failed


@pytest.mark.parametrize("path", ["home.py", "pages/3_Explore.py", "pages/6_Draw.py", "pages/7_Inside.py"])
def test_every_other_page_opens(open_page, runs, tiny, mnist, path):
    finished_run(tiny)
    with refusing(runs, errno.EROFS):
        page = open_page(path)
        page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
        page.run()
    assert not page.exception
