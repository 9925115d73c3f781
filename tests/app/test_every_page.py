"""Every page as a script: what it shows, what a click changes, what bad input does."""

import os
import shutil

import pytest

from mnist_core.architecture import parameter_count
from mnist_core.asker import TEACHER
from mnist_core.config import field_info
from mnist_core.events import Failed
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import preset
from mnist_core.runs.store import create_run, list_runs
from tests.support.events import epoch, started, step
from tests.support.live import headline, live_views, looks, spoken
from tests.support.pages import PAGES, as_read, finished_run, in_hand, texts, widget
from tests.support.waiting import wait_for
from ui.cached import run_records


def model_in_hand(page):
    return widget(page.sidebar.selectbox, "Model in hand").value


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_alone(path, open_page):
    page = open_page(path)
    assert page.title
    assert model_in_hand(page) == ("everyone" if "Draw" in path else "best")
    assert "of the 10,000 test images read right" in texts(page.sidebar)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_survives_odd_urls(path, open_page):
    page = open_page(path, model="../../etc/passwd", run="../x", preset="none", epochs="many", learning_rate="-1")
    assert "There is no model" in texts(page.sidebar)
    assert widget(page.sidebar.selectbox, "Model in hand").value == "best"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_is_stored_and_that_nothing_leaves(path, open_page, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", "/srv/class/drawings")
    page = open_page(path)
    assert "Nothing leaves the machine" not in texts(page)
    widget(page.sidebar.button, "What is stored here?").click().run()
    assert not page.exception
    said = texts(page)
    assert "Nothing leaves the machine that serves these pages" in said
    assert "in the folder “runs”" in said
    assert "**sweeps**, with what each has tried and measured" in said
    assert "in the folder “drawings”" in said
    assert "in the folder “lessons”" in said
    assert "in the folder “.classes” among the trainings" in said


def test_the_model_in_the_url_is_in_hand(open_page):
    page = open_page("pages/6_Draw.py", model="notebook")
    assert widget(page.sidebar.selectbox, "Model in hand").value == "notebook"
    widget(page.sidebar.selectbox, "Model in hand").set_value("everyone").run()
    assert page.query_params.get("model") is None
    widget(page.sidebar.selectbox, "Model in hand").set_value("notebook").run()
    assert page.query_params["model"] == "notebook"


def test_who_draws_first_keeps_the_network_for_drawings_and_who_chose_another_one_draws_with_it(open_page):
    page = open_page()
    assert model_in_hand(page) == "best"
    page.switch_page("pages/6_Draw.py").run()
    assert model_in_hand(page) == "everyone"
    page.switch_page("pages/7_Inside.py").run()
    assert model_in_hand(page) == "everyone", "the digit is read as on the board"
    widget(page.sidebar.selectbox, "Model in hand").set_value("best").run()
    page.switch_page("pages/6_Draw.py").run()
    assert model_in_hand(page) == "best"
    assert page.query_params["model"] == "best"


def test_home_says_what_runs_and_where_to_go(open_page, tiny):
    page = open_page()
    rooms = [link.proto.label.strip("*") for link in page.main.get("page_link")]
    assert rooms == ["Lessons", "Story", "Explore", "Train", "Evaluate", "Draw", "Inside", "Runs", "Class", "Glossary"]
    assert "Nothing is training" in texts(page)
    run = create_run(tiny, "fast", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    page.run()
    assert "Nothing is training" not in texts(page)
    assert f"{run_records.title_of(run)}: queued" in spoken(page.sidebar)
    assert run_records.title_of(run).startswith("fast, ")
    assert run_records.title_of(run).endswith(f" ({run.id[-4:]})")


def test_train_counts_parameters_live_and_refuses_the_impossible(open_page):
    page = open_page("pages/4_Train.py")
    fast = preset("fast")
    assert f"**{parameter_count(fast):,}** parameters · {fast.steps_per_epoch} steps" in texts(page)
    widget(page.selectbox, "Preset").set_value("notebook").run()
    assert "**49,770** parameters · 15,000 steps" in texts(page)
    stages = widget(page.slider, "Convolution stages")
    stages.set_value(5).run()
    assert "Not possible: " in texts(page)
    assert "to nothing" in texts(page) or "needs a feature map" in texts(page)
    assert "**49,770** parameters" in texts(page)
    assert widget(page.slider, "Convolution stages").value == 3
    widget(page.slider, "Convolution stages").set_value(2).run()
    assert "**49,770** parameters" not in texts(page)


def test_a_link_opens_train_with_exactly_its_settings(open_page):
    page = open_page("pages/4_Train.py", preset="notebook", learning_rate="0.02", filters="8,16", kernel_sizes="5,3")
    assert widget(page.selectbox, "Preset").value == "notebook"
    assert widget(page.select_slider, "Learning rate").value == 0.02
    assert widget(page.slider, "Convolution stages").value == 2
    assert page.query_params["filters"] == "8,16"
    widget(page.slider, "Epochs").set_value(7).run()
    assert page.query_params["epochs"] == "7"
    widget(page.selectbox, "Preset").set_value("fast").run()
    assert "filters" not in page.query_params
    assert "preset" not in page.query_params


def test_start_trains_what_the_form_says_and_the_page_follows(workers, open_page):
    page = open_page("pages/4_Train.py", train_size="1000", validation_size="1000", epochs="2")
    widget(page.select_slider, "Batch size").set_value(64).run()
    widget(page.button, "Start").click().run()
    (run,) = list_runs()
    assert run.config() == preset("fast").replace(train_size=1000, validation_size=1000, epochs=2, batch_size=64)
    wait_for(lambda: run.status(run.history()) == "finished")
    page.run()
    accuracy = run.history().test_accuracy
    assert f"Test accuracy {accuracy:.2%}" in spoken(page)
    widget(page.button, "Take in hand").click().run()
    assert widget(page.sidebar.selectbox, "Model in hand").value == run.id
    assert page.query_params["model"] == run.id


def test_pause_resume_and_stop_from_the_page(workers, open_page):
    page = open_page("pages/4_Train.py", batch_size="1", epochs="50", train_size="1000")
    widget(page.button, "Start").click().run()
    (run,) = list_runs()

    def status():
        return run.status(run.history())

    wait_for(lambda: status() == "running" and run.history().steps)
    page.run()
    widget(page.button, "Pause").click().run()
    wait_for(lambda: status() == "paused")
    page.run()
    assert "paused" in headline(page)
    widget(page.button, "Resume").click().run()
    assert status() == "running"
    widget(page.button, "Stop").click().run()
    wait_for(lambda: status() == "stopped")
    page.run()
    assert "The weights of the last report are kept" in texts(page)


def test_a_second_visitor_sees_the_run_that_is_under_way(open_page, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    assert open_page("pages/4_Train.py").query_params["run"] == run.id


def test_an_interrupted_run_is_a_sentence_with_its_curve_and_a_way_on(open_page, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    for event in (started(), step(5), step(10), epoch(1), step(12)):
        run.append(event)
    page = open_page("pages/4_Train.py", run=run.id)
    assert "interrupted" in texts(page)
    assert "Resume goes on from the end of the last whole epoch" in texts(page)
    assert set(looks(page)) == {"loss", "accuracy"}
    widget(page.button, "Resume").click().run()
    assert run.status(run.history()) == "queued"


def test_a_failed_run_shows_its_reason(open_page, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.append(started())
    run.append(Failed(reason="The disk is full: free some space."))
    assert "The disk is full" in texts(open_page("pages/4_Train.py", run=run.id))


def test_an_unwritable_runs_folder_is_a_sentence(open_page, runs):
    page = open_page("pages/4_Train.py")
    runs.write_text("in the way")
    widget(page.button, "Start").click().run()
    assert not page.exception
    assert "cannot be recorded" in texts(page)
    runs.unlink()


@pytest.mark.parametrize("path", ["home.py", "pages/6_Draw.py", "pages/8_Runs.py"])
def test_a_folder_of_runs_that_cannot_be_read_is_a_sentence(open_page, runs, monkeypatch, path):
    page = open_page(path)
    runs.mkdir(exist_ok=True)
    with monkeypatch.context() as locked:
        listed = os.scandir

        def scandir(folder="."):
            if folder == runs:
                raise PermissionError(13, "Permission denied")
            return listed(folder)

        locked.setattr(os, "scandir", scandir)  # not by its mode: root reads everything
        page.run()
    assert not page.exception
    [error] = page.main.error
    assert as_read(error.value).endswith("cannot be read: Permission denied. Make that folder readable.")


def test_a_truncated_model_is_a_sentence_and_the_page_lives(open_page, tiny, mnist):
    run = finished_run(tiny)
    run.snapshot.write_bytes(run.snapshot.read_bytes()[:1000])
    page = open_page("pages/6_Draw.py", model=run.id)
    assert "is not a safetensors file or is cut off" in texts(page.sidebar)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    assert "is not a safetensors file or is cut off" in texts(page.main)


def test_an_empty_board_asks_for_a_drawing_and_predicts_nothing(open_page):
    page = open_page("pages/6_Draw.py")
    assert "Draw a digit from 0 to 9" in texts(page)
    assert not any("bars" in str(html.body) for html in page.get("html"))


def test_a_digit_taken_in_hand_is_read_on_draw(open_page, mnist):
    page = open_page("pages/6_Draw.py")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    bodies = "".join(str(html.proto.body) for html in page.get("html"))
    assert 'data-answer="7"' in bodies
    assert "Test image 0" in texts(page)


def test_every_hyperparameter_has_its_widget(open_page):
    page = open_page("pages/4_Train.py")
    kinds = (page.slider, page.select_slider, page.selectbox, page.toggle)
    keys = {str(w.key).removeprefix("digit-lab.form.").partition(".")[0] for kind in kinds for w in kind if w.key}
    shown_in_parts = {"filters", "kernel_sizes", "dense"}  # a widget a stage; the fast preset has no dense layer
    assert {info.name for info in field_info()} - keys - shown_in_parts == set()
    assert {"filters", "kernel_sizes", "stages", "depth"} <= keys


def test_the_digit_in_hand_is_read_live_by_the_run_that_is_watched(open_page, tiny, mnist):
    run = finished_run(tiny)
    shutil.copy(CHECKPOINTS / "notebook.safetensors", run.snapshot)  # a network that reads digits
    page = open_page("pages/4_Train.py", run=run.id)
    assert "The digit in hand" not in texts(page)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    assert "**The digit in hand**, at each look while it learns, and as it is read now" in texts(page)
    (film,) = [view for view in live_views(page) if view["view"] == "film"]
    assert film["run"] == run.id
    assert max(range(10), key=film["drawing"]["now"].__getitem__) == 7
