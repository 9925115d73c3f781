"""What a page offers of what is another's: to look, to compare, to take in hand; nothing that would be refused."""

import numpy as np
import pytest

from mnist_core import quotas
from mnist_core.asker import TEACHER, seat_of
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.deletion import deleted_files
from mnist_core.quotas import Quota
from mnist_core.runs import trash
from mnist_core.runs.notes import Notes, write_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from tests.support.events import started, step
from tests.support.pages import finished_run, texts, widget

OTHER = seat_of("other")
BLANK = np.zeros((28, 28), np.float32)


def buttons(page):
    return {button.label for button in page.button if not button.disabled}


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    return collection()


def your_hand(open_page):
    page = open_page("pages/6_Draw.py")
    widget(page.button_group, "Look closer").set_value("Your hand").run()
    assert not page.exception
    return page


@pytest.mark.parametrize("owner", [OTHER, TEACHER])
def test_anothers_run_is_watched_and_taken_in_hand_and_no_more(open_page, sit_down, tiny, owner):
    run = finished_run(tiny, asker=owner)
    write_notes(run, Notes(note="what I wanted to know"), asker=owner)
    sit_down("me")
    page = open_page("pages/4_Train.py", run=run.id)
    whose = "Somebody else" if owner == OTHER else "The teacher"
    assert f"{whose} has started this run: it can be watched" in texts(page)
    assert "Take in hand" in buttons(page)
    assert not buttons(page) & {"Stop", "Pause", "Resume", "+1 epoch", "× 2", "Watch twelve hard images"}
    page = open_page("pages/8_Runs.py", runs=run.id)
    assert "it can be compared and used here" in texts(page)
    assert {"Take in hand", "Watch its curves", "Start them"} <= buttons(page)
    assert "Delete" not in buttons(page)
    assert [field.label for field in page.text_input] == ["The teacher's key"]
    assert "what I wanted to know" in [text.value for text in page.text]


def test_the_teacher_is_offered_everything(open_page, tiny):
    run = finished_run(tiny, asker=OTHER)
    assert {"+1 epoch", "× 2"} <= buttons(open_page("pages/4_Train.py", run=run.id))
    assert "Delete" in buttons(open_page("pages/8_Runs.py", runs=run.id))


def test_anothers_run_watches_nothing_for_who_looks_on(open_page, sit_down, tiny, mnist):
    from tests.support.pages import in_hand

    run = create_run(tiny, "x", asker=OTHER)
    for event in (started(), step(5)):
        run.append(event)
    sit_down("me")
    page = open_page("pages/4_Train.py")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.query_params["run"] = run.id
    with run.lock():
        page.run()
    assert not page.exception
    assert run.watched.keys() == set()


def test_a_run_that_was_deleted_is_brought_back_by_who_deleted_it_also_on_an_empty_page(open_page, sit_down, tiny):
    me = sit_down("me")
    run = finished_run(tiny, asker=me)
    trash.delete(run, asker=me)
    sit_down("somebody else")
    assert not [label for label in buttons(open_page("pages/8_Runs.py")) if label.startswith(("Undo", "Remove"))]
    sit_down("me")
    page = open_page("pages/8_Runs.py")
    assert "Nothing has been trained here yet" in texts(page)
    next(button for button in page.button if button.label.startswith("Undo")).click().run()
    assert list_runs() == [run]


def test_emptying_the_trash_is_offered_and_is_for_good(open_page, sit_down, tiny):
    me = sit_down("me")
    for owner in (me, OTHER):
        trash.delete(finished_run(tiny, asker=owner), asker=owner)
    page = open_page("pages/8_Runs.py")
    widget(page.button, "Remove 1 deleted run for good").click().run()
    assert not page.exception
    assert trash.deleted(asker=me) == []
    assert len(trash.deleted(asker=OTHER)) == 1


def test_drawings_come_back_after_a_reload_of_a_page_that_is_empty(open_page, sit_down, drawn):
    me = sit_down("me")
    for label in range(3):
        drawn.add(BLANK, label, asker=me)
    drawn.remove(drawn.drawings()[0], asker=me)
    sit_down("somebody else")
    assert widget(your_hand(open_page).button, "Undo").disabled
    sit_down("me")
    page = your_hand(open_page)
    assert "The collection is empty" in texts(page)
    widget(page.button, "Undo").click().run()
    assert not page.exception
    assert len(drawn.ids()) == 3
    assert widget(page.button, "Undo").disabled


def test_emptying_the_trash_of_drawings_is_for_good(open_page, sit_down, drawn):
    me = sit_down("me")
    for owner in (me, OTHER):
        drawing = drawn.add(BLANK, 1, asker=owner)
        drawn.remove([drawing], asker=owner)
    page = your_hand(open_page)
    widget(page.button, "Empty the trash").click().run()
    assert not page.exception
    assert drawn.last_deletion(asker=me) is None
    assert drawn.last_deletion(asker=OTHER) is not None
    assert widget(page.button, "Empty the trash").disabled
    assert {file.by for file in deleted_files(drawn.folder)} == {OTHER.seat}


def test_who_has_as_many_runs_as_a_seat_keeps_is_offered_the_oldest(open_page, sit_down, runs, tiny, monkeypatch):
    monkeypatch.setattr(quotas, "RUNS_KEPT", Quota("runs", 2, 100))
    me = sit_down("me")
    finished_run(tiny, asker=OTHER)
    oldest, _ = finished_run(tiny, "old", asker=me), finished_run(tiny, asker=me)
    oldest = Run(oldest.path.rename(runs / f"20250101-{oldest.id[9:]}"))
    page = open_page("pages/4_Train.py")
    widget(page.button, "Start").click().run()
    assert "Not possible: this makes 3 runs, and a seat has 2 at most: delete some of yours." in texts(page)
    widget(page.button, "Delete the oldest of yours: old").click().run()
    assert not page.exception
    assert oldest not in list_runs()
    widget(page.button, "Start").click().run()
    assert len([run for run in list_runs() if run.owner() == me.seat]) == 2


def test_who_has_as_many_drawings_as_a_seat_keeps_is_offered_the_oldest(open_page, sit_down, drawn, monkeypatch):
    monkeypatch.setattr(quotas, "DRAWINGS", Quota("drawings", 2, 10_000))
    me = sit_down("me")
    for label in (3, 4):
        drawn.add(BLANK, label, asker=me)
    page = your_hand(open_page)
    zip_field = next(field for field in page.get("file_uploader") if field.label.startswith("Import a zip"))
    other = type(drawn)(drawn.folder.parent / "elsewhere")
    other.add(BLANK, 5, asker=TEACHER)
    zip_field.upload("drawings.zip", other.to_zip(), "application/zip").run()
    assert "this makes 3 drawings, and a seat has 2 at most" in texts(page)
    widget(page.button, "Delete the oldest of yours: a 3").click().run()
    assert not page.exception
    assert [drawing.label for drawing in drawn.drawings()[0]] == [4]
