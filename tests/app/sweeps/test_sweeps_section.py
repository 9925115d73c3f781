"""The sweeps on the Runs page: a new one with its prediction, one that runs, one that has ended."""

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.runs.store import list_runs
from mnist_core.sweeps.check import read_check
from mnist_core.sweeps.points import ranked
from mnist_core.sweeps.sweep import list_sweeps
from mnist_core.sweeps.sweeps import Sweeps
from tests.support.pages import texts, widget
from tests.support.sweeps import begin, carry_out

PAGE = "pages/8_Runs.py"


@pytest.fixture(autouse=True)
def nobody_carries_on(monkeypatch):
    """The tests take the steps themselves."""
    monkeypatch.setattr(Sweeps, "_work", lambda self: None)


@pytest.fixture
def ended(runs):
    sweep, jobs, driver = begin(runs, seeds=2, runs=24, prediction={"learning_rate": 0.1, "batch_size": 64})
    return sweep, carry_out(sweep, jobs, driver)


def test_a_sweep_is_begun_with_sensible_defaults(open_page):
    page = open_page(PAGE, view="sweeps")
    assert "Predict first" in texts(page)
    assert "20 runs at most" in texts(page)
    assert widget(page.button, "Start").disabled, "a prediction first"
    widget(page.button, "Start without a prediction").click().run()
    (sweep,) = list_sweeps()
    settings = sweep.settings()
    assert [one.describe() for one in settings.space] == ["learning_rate=0.001..1:log", "batch_size=32,64,128,256"]
    assert (settings.way, settings.runs, settings.pruning, settings.name) == ("tpe", 20, True, "fast")
    assert "No point is measured yet." in texts(page)
    assert page.query_params["sweep"] == sweep.id
    widget(page.button, "Stop").click().run()
    assert sweep.status() == "stopped"
    widget(page.button, "Go on").click().run()
    assert sweep.status() == "running"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("0.001..50", "learning_rate may be varied from 1e-06 to 10"),
        ("", "lacks what it is varied over"),
        ("a..b", "goes from number to number"),
    ],
)
def test_a_range_that_cannot_be_is_a_sentence_and_nothing_begins(open_page, span, said):
    page = open_page(PAGE, view="sweeps")
    widget(page.text_input, "Learning rate over").set_value(span).run()
    assert said in texts(page)
    assert not any(button.label.startswith("Start") for button in page.button)
    widget(page.text_input, "Learning rate over").set_value("0.01..0.1").run()
    assert widget(page.text_input, "Batch size over").value == "32, 64, 128, 256", "nothing is lost"
    widget(page.button, "Start without a prediction").click().run()
    assert len(list_sweeps()) == 1


def test_a_sweep_for_drawings_needs_some(open_page, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    page = open_page(PAGE, view="sweeps")
    widget(page.selectbox, "Best is").set_value("drawings").run()
    widget(page.button, "Start without a prediction").click().run()
    assert "Not possible: there are no drawings to measure on" in texts(page)
    assert list_sweeps() == []


def test_a_sweep_that_has_ended_shows_what_it_found_and_what_is_luck(open_page, ended):
    _, points = ended
    page = open_page(PAGE, view="sweeps")
    said = texts(page)
    best = ranked(points)[0]
    assert f"Best so far: learning rate {best.values['learning_rate']:.4g}" in said
    assert "Predicted: learning rate 0.1, batch size 64." in said
    assert "12 points measured: 24 runs" in said
    assert "The best of 12 is partly luck" in said
    assert "the learning rate matters most" in said
    assert "Its 24 runs take" in said
    for kind, sentence in (("Heat map", "Best cell: learning rate"), ("Each point as a line", "Drag along an axis")):
        widget(page.segmented_control, "Picture").set_value(kind).run()
        assert not page.exception
        assert sentence in texts(page)
    widget(page.button, "See the best run").click().run()
    assert page.query_params["runs"] == best.runs[0]
    assert "view" not in page.query_params


def test_the_best_is_measured_again(open_page, ended):
    sweep, _ = ended
    page = open_page(PAGE, view="sweeps")
    widget(page.button, "Measure the best again, with 5 new seeds").click().run()
    assert read_check(sweep).under_way
    assert "5 new seeds: 0 of them are done" in texts(page)
    assert len(list_runs()) == 24 + 10


def test_what_it_takes_is_cleaned_up(open_page, ended):
    sweep, points = ended
    best = ranked(points)[0]
    page = open_page(PAGE, view="sweeps")
    snapshot = sweep.runs_folder / best.runs[0] / "snapshot.safetensors"
    assert snapshot.exists()
    widget(page.button, "Delete all its networks").click().run()
    assert not snapshot.exists()
    assert len(list_runs()) == 24
    widget(page.button, "Delete the sweep with all its runs").click().run()
    assert list_sweeps() == []
    assert list_runs() == []
    assert "Predict first" in texts(page)


def test_another_seat_looks_and_changes_nothing(open_page, runs, sit_down):
    sweep, jobs, driver = begin(runs, asker=seat_of("me"))
    driver.advance(asker=TEACHER)
    jobs.finish(jobs.started[0])
    driver.advance(asker=TEACHER)
    sit_down("other")
    page = open_page(PAGE, view="sweeps", sweep=sweep.id)
    assert "1 point measured" in texts(page)
    assert not {"Stop", "Go on", "Delete all its networks"} & {button.label for button in page.button}


def test_a_damaged_sweep_is_a_sentence_and_hides_no_other(open_page, ended, runs):
    other, _, _ = begin(runs)
    (other.path / "sweep.json").write_text('{"settings": {"runs": 3}}')
    page = open_page(PAGE, view="sweeps", sweep=other.id)
    assert "its sweep.json is missing or damaged" in texts(page)
    widget(page.selectbox, "Sweep").set_value(ended[0].id).run()
    assert "Best so far" in texts(page)


def test_a_problem_is_shown_while_it_lasts(open_page, runs):
    sweep, _, _ = begin(runs)
    sweep.say("problem", "The disk is full.", asker=TEACHER)
    assert "It waits: The disk is full." in texts(open_page(PAGE, view="sweeps"))


def test_a_deleted_sweep_comes_back_also_where_no_other_is_left_and_after_a_reload(open_page, ended):
    sweep, _ = ended
    page = open_page(PAGE, view="sweeps", sweep=sweep.id)
    widget(page.button, "Delete the sweep with all its runs").click().run()
    assert list_sweeps() == list_runs() == []
    page = open_page(PAGE, view="sweeps")
    next(one for one in page.button if one.label.startswith("Undo: bring back the sweep of")).click().run()
    assert list_sweeps() == [sweep]
    assert "Undo" not in " ".join(button.label for button in page.button)
    assert page.query_params["sweep"] in (sweep.id, [sweep.id])
    widget(page.button, "Delete the sweep with all its runs").click().run()
    widget(page.button, "Remove 1 deleted sweep for good").click().run()
    assert "Undo" not in " ".join(button.label for button in page.button)
    assert list_sweeps() == []
