"""The controls of a run on the Train page: what can be clicked when, and what a click asks for."""

import pytest
import streamlit as st

from mnist_core.asker import TEACHER, seat_of
from mnist_core.events import Diverged, Finished, Stopped
from mnist_core.jobs.scheduler import Jobs
from mnist_core.runs.store import create_run, list_runs
from tests.support.events import epoch, started, step, validation
from tests.support.live import headline, looks
from tests.support.pages import texts, widget
from ui.cached import run_records
from ui.live import run_summary
from ui.train import live

BUTTONS = ["Pause", "Stop", "+1 epoch", "Take in hand", "÷ 10", "÷ 2", "× 2", "× 10"]


def run_with(config, *events):
    run = create_run(config, "fast", asker=TEACHER)
    for event in (started(), step(5), step(10), validation(10), epoch(1), *events):
        run.append(event)
    return run


def enabled(page):
    controls = [b for b in page.button if b.label in (*BUTTONS, "Resume")]
    assert [b.label.replace("Resume", "Pause") for b in controls] == BUTTONS, "buttons never move"
    return {b.label for b in controls[:4] if not b.disabled}


def test_what_cannot_be_done_is_greyed_out(open_page, tiny):
    run = run_with(tiny)
    assert enabled(open_page("pages/4_Train.py", run=run.id)) == {"Resume", "+1 epoch"}, "an epoch is whole"
    run.enqueue(asker=TEACHER)
    assert enabled(open_page("pages/4_Train.py", run=run.id)) == {"Stop"}
    run.dequeue(asker=TEACHER)
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0))
    assert enabled(open_page("pages/4_Train.py", run=run.id)) == {"+1 epoch"}


def test_the_learning_rate_is_changed_in_steps_that_add_up(open_page, tiny):
    run = run_with(tiny)
    page = open_page("pages/4_Train.py", run=run.id)
    assert "Learning rate **0.1**" in texts(page)
    widget(page.button, "÷ 10").click().run()
    widget(page.button, "÷ 2").click().run()
    assert run.control.rate_factor() == 0.05
    assert "Learning rate **0.005** (× 0.05)" in texts(page)
    for label in ("× 2", "× 10"):
        widget(page.button, label).click().run()
    assert run.control.rate_factor() == 1
    for _ in range(3):
        widget(page.button, "× 10").click().run()
    assert widget(page.button, "× 2").disabled


@pytest.fixture
def ticks(monkeypatch):
    """Seconds between redraws of each fragment of the page drawn last, by its function's name."""
    found = {}
    fragment = st.fragment

    def noted(function, *, run_every=None):
        found[function.__name__] = run_every
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noted)
    return found


def test_the_script_draws_a_run_again_only_where_the_browser_cannot_follow_it(open_page, tiny, ticks):
    run = run_with(tiny)
    with run.lock():
        page = open_page("pages/4_Train.py", run=run.id)
        assert set(ticks.values()) == {None}
        page.segmented_control(key="digit-lab.train.view").set_value(live.VIEWS[1]).run()
        assert ticks["_panel"] == 0.5
        run.control.request("pause", asker=TEACHER)
        page.run()
        assert ticks["_panel"] is None
        page.session_state["digit-lab.train.by-server"] = True
        page.run()
        assert ticks["_panel"] == 0.5
        run.control.request("run", asker=TEACHER)
    page.run()
    assert ticks["_panel"] is None, "nothing moves"


def test_a_page_that_the_server_draws_shows_the_same(open_page, tiny):
    run = run_with(tiny, Finished(step=20, test_loss=0.1, test_accuracy=0.9876, seconds=21.0))
    page = open_page("pages/4_Train.py", run=run.id)
    said = texts(page)
    page.session_state["digit-lab.train.by-server"] = True
    page.run()
    assert not [one for one in page.get("bidi_component") if '"chart"' in one.proto.json]
    assert len(page.get("echarts_chart")) == 2
    assert [one.value for one in page.metric] == ["50.00%", "90.00%", "98.76%"]
    summary = run_summary.summarise(run)
    for sentence in (summary.loss, summary.accuracy, summary.rate):
        assert sentence in said
        assert sentence in texts(page)
    (bar,) = page.get("progress")
    assert bar.proto.text.endswith(summary.status)


def test_whatever_changes_the_page_is_another_stage(tiny):
    run = run_with(tiny)

    def stage():
        return run_summary.stage(run, run.history())

    stages = [stage()]
    with run.lock():
        for happens in (
            lambda: run.control.request("run", asker=TEACHER),
            lambda: run.control.request_rate_factor(2.0, asker=TEACHER),
            lambda: run.snapshot.write_bytes(b"a network"),
            lambda: run.control.request("pause", asker=TEACHER),
            lambda: run.append(Stopped(step=10, epoch=1.0, seconds=20.0)),
            lambda: run.enqueue(asker=TEACHER),
        ):
            happens()
            stages.append(stage())
            run.control.request_steps_per_second(5.0, asker=TEACHER)
            run.append(step(11))
            if run.history().end is None:
                assert stage() == stages[-1], "the browser shows this by itself"
    assert len(set(stages)) == len(stages)


def test_slow_motion_is_chosen_before_and_while_it_runs(open_page, tiny):
    page = open_page("pages/4_Train.py", train_size="1000", validation_size="1000")
    widget(page.selectbox, "Slow motion").set_value(5.0).run()
    widget(page.button, "Start").click().run()
    (run,) = list_runs()
    assert run.control.steps_per_second() == 5
    assert widget(page.selectbox, "Slow motion").value == 5
    widget(page.selectbox, "Slow motion").set_value(0.0).run()
    assert run.control.steps_per_second() == 0


def test_one_more_epoch_queues_the_run(open_page, tiny):
    run = run_with(tiny, epoch(2), Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0))
    page = open_page("pages/4_Train.py", run=run.id)
    widget(page.button, "+1 epoch").click().run()
    assert run.status(run.history()) == "queued"
    assert run.config().epochs == 3


def test_a_waiting_run_shows_its_place_and_its_expected_start(open_page, tiny):
    first, second, third = (
        run_with(tiny),
        create_run(tiny, "fast", asker=TEACHER),
        create_run(tiny, "fast", asker=TEACHER),
    )
    for run in (second, third):
        run.enqueue(asker=TEACHER)
    with first.lock():  # ten of its twenty steps took ten seconds, and half a second of a turn is no training
        page = open_page("pages/4_Train.py", run=second.id)
        assert "waiting for its turn · next in the queue · starts in about 10 s" in headline(page)
        page = open_page("pages/4_Train.py", run=third.id)
        assert "1 before it in the queue · starts in about 31 s" in headline(page)
        first.control.request_steps_per_second(1 / 6, asker=TEACHER)
        assert "starts in about 81 s" in headline(open_page("pages/4_Train.py", run=third.id))
        first.control.request("pause", asker=TEACHER)
        assert "starts in" not in headline(open_page("pages/4_Train.py", run=third.id))


def test_a_visitors_second_run_is_said_to_begin_when_the_first_ends(open_page, tiny, monkeypatch):
    monkeypatch.setattr(Jobs, "places", 2)
    training, waiting = (create_run(tiny, "fast", asker=seat_of("me")) for _ in range(2))
    waiting.enqueue(asker=seat_of("me"))
    with training.lock():
        for event in (started(), step(5), step(10)):
            training.append(event)
        said = headline(open_page("pages/4_Train.py", run=waiting.id))
    assert "waiting for another run of the same seat to end · next in the queue · starts in about 10 s" in said


def test_too_many_runs_of_one_seat_are_refused_with_a_sentence(open_page, sit_down):
    me = sit_down("me")
    page = open_page("pages/4_Train.py", train_size="1000", validation_size="1000")
    for _ in range(4):
        widget(page.button, "Start").click().run()
    assert len(list_runs()) == 3
    assert "Not possible: you have 3 runs under way already" in texts(page)
    assert {run.owner() for run in list_runs()} == {me.seat}


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            Finished(step=10, test_loss=0.1, test_accuracy=0.9, seconds=21.0, best_epoch=1),
            "Ended early: epoch 1 had the lowest validation loss, and none since was lower. The weights of epoch 1",
        ),
        (
            Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0, best_epoch=1),
            "Epoch 1 had the lowest validation loss. The weights of epoch 1 are used.",
        ),
        (
            Finished(step=14, test_loss=0.1, test_accuracy=0.9, seconds=8.1, max_seconds=8),
            "It ended after 8 s of training, its limit, after 1.4 epochs.",
        ),
        (Diverged(reason="Diverged: the loss became infinite."), "Diverged: the loss became infinite."),
    ],
)
def test_how_a_run_ended_is_said(open_page, tiny, end, said):
    run = run_with(tiny, end)
    page = open_page("pages/4_Train.py", run=run.id)
    assert said in texts(page)
    assert set(looks(page)) == {"loss", "accuracy"}, "the curve is kept"
    assert "8.1 s of training" not in headline(page), "more than the limit would have to be explained"
    early = "ended early, after epoch 1 of 2" in headline(page)
    assert early is run_records.reader(run).history.ended_early
