"""The Lessons page and the strip on the other pages, as scripts."""

import time

import pytest
import streamlit as st

from mnist_core.asker import TEACHER, seat_of
from mnist_core.events import Finished
from mnist_core.lessons import learning_rates, loss, unseen_data
from mnist_core.lessons.catalogue import LESSONS, find_lesson
from mnist_core.lessons.clearing import is_cleared
from mnist_core.lessons.lesson import Outcome
from mnist_core.lessons.prediction import Choice, Numbers, Order
from mnist_core.lessons.record import LearnerRecord
from mnist_core.runs.store import list_runs
from tests.support.lessons import lesson_run, record_run
from tests.support.pages import as_read, texts, widget
from ui.shared import lesson_strip, visitor

PAGE, TRAIN, DRAW = "pages/1_Lessons.py", "pages/4_Train.py", "pages/6_Draw.py"
ME = seat_of("my secret")
DRAWN = [[0.0, 2.3], [1.0, 0.2]]


@pytest.fixture(autouse=True)
def one_browser(monkeypatch):
    """Every session of a test is the same visitor's, as with a browser's cookie."""
    monkeypatch.setattr(visitor, "key", lambda: ME.seat)
    monkeypatch.setattr(visitor, "asker", lambda: ME)


@pytest.fixture
def record():
    return LearnerRecord(ME.seat)


def add_run(config, asker=ME, **numbers):
    """Record a run of this visitor, as if it had been trained."""
    return record_run(config, asker, **numbers)


def click(page, label):
    widget(page.button, label).click().run()
    assert not page.exception


def test_the_list_has_every_lesson_and_says_how_far_each_is(open_page, record):
    record.predict(find_lesson("function"), ["9"], asker=TEACHER)
    record.skip(find_lesson("loss"), asker=TEACHER)
    page = open_page(PAGE)
    labels = [button.label for button in page.button]
    assert all(any(label.startswith(f"{lesson.number}. {lesson.title}") for label in labels) for lesson in LESSONS)
    assert "1. y = F(x) · *begun*" in labels
    assert "2. Training lowers a loss · *skipped*" in labels
    assert page.get("progress")[0].proto.text == "0 of 12 done"
    click(page, "4. Unseen data")
    assert page.query_params["lesson"] in ("unseen-data", ["unseen-data"])
    assert page.title[0].value == "4. Unseen data"


def test_a_lesson_that_there_is_not_is_a_sentence_and_the_list(open_page):
    page = open_page(PAGE, lesson="../../etc")
    assert "there is no lesson '../../etc'" in texts(page)
    assert page.title[0].value == "Lessons"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_lesson_asks_first_and_tells_what_it_means_only_at_the_end(open_page, lesson):
    page = open_page(PAGE, lesson=lesson.id)
    assert lesson.question in as_read(texts(page))
    assert lesson.meaning not in texts(page)
    assert lesson.steps[0].text not in texts(page)
    click(page, "Keep my prediction")
    assert "Not possible:" in texts(page)
    click(page, "Skip to what it means")
    assert lesson.meaning in texts(page)
    assert lesson.challenge in texts(page)


def test_a_prediction_is_kept_over_a_reload_and_the_steps_follow(open_page, record):
    page = open_page(PAGE, lesson="unseen-data")
    page.number_input[0].set_value(97).run()
    click(page, "Keep my prediction")
    for again in (page, open_page(PAGE, lesson="unseen-data")):
        assert "**Your prediction**: 97%." in as_read(texts(again))
        assert find_lesson("unseen-data").steps[0].hint in texts(again)
        assert "No run on so few images has finished yet" in texts(again)
    assert record.entry(find_lesson("unseen-data")).prediction == [97.0]


def test_what_happened_stands_beside_the_prediction_and_then_what_it_means(open_page, record):
    lesson = find_lesson("unseen-data")
    record.predict(lesson, [97.0], asker=TEACHER)
    add_run(unseen_data.CONFIG, training=1.0, test=0.85, asker=seat_of("another"))
    page = open_page(PAGE, lesson=lesson.id)
    assert lesson.meaning not in texts(page), "another visitor's run counts for nobody else"
    add_run(unseen_data.CONFIG, training=1.0, test=0.85)
    page.run()
    assert "You predicted **97%**; it was **85%**, 12 points less." in texts(page)
    assert "100.0% of its 300 training images" in texts(page)
    assert lesson.meaning in texts(page)
    widget(page.text_area, "What would you tell a friend?").set_value("Test on unseen images.").run()
    assert record.entry(lesson).sentence == "Test on unseen images."
    assert widget(open_page(PAGE, lesson=lesson.id).text_area, "What would you tell a friend?").value


def some_prediction(kind):
    match kind:
        case Choice():
            return [next(iter(kind.options))]
        case Numbers():
            return [part.low for part in kind.parts]
        case Order():
            return list(kind.options)
    return DRAWN


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_lesson_has_a_hint_the_first_time_and_fewer_the_second(open_page, record, lesson):
    hints = [step.hint for step in lesson.steps]

    def seen():
        record.predict(lesson, some_prediction(lesson.prediction), asker=TEACHER)
        said = texts(open_page(PAGE, lesson=lesson.id))
        assert lesson.steps[0].text in said
        return [hint for hint in hints if hint in said]

    assert all(hints)
    assert hints[0] in seen()
    record.finish(lesson, Outcome(fulfilled=True, told="Done."), asker=TEACHER)
    record.again(lesson, asker=TEACHER)
    assert seen() == []


def test_a_second_pass_has_fewer_hints_and_needs_a_run_of_its_own(open_page, record, monkeypatch):
    lesson = find_lesson("unseen-data")
    record.predict(lesson, [97.0], asker=TEACHER)
    add_run(unseen_data.CONFIG, training=1.0, test=0.85)
    page = open_page(PAGE, lesson=lesson.id)
    click(page, "Do it once more")
    later = time.time() + 60
    monkeypatch.setattr("mnist_core.lessons.record.time.time", lambda: later)
    page.number_input[0].set_value(80).run()
    click(page, "Keep my prediction")
    assert lesson.steps[0].text in texts(page)
    assert lesson.steps[0].hint not in texts(page)


def test_the_drawn_curve_lies_over_the_real_one(open_page, record):
    lesson = find_lesson("loss")
    record.predict(lesson, DRAWN, asker=TEACHER)
    add_run(loss.CONFIG)
    page = open_page(PAGE, lesson=lesson.id)
    assert "The curve that you drew is" in texts(page)
    assert "The loss began at 2.30" in texts(page)


def test_three_runs_are_started_together_once_and_followed(open_page, record):
    lesson = find_lesson("learning-rates")
    record.predict(lesson, ["0.003"], asker=TEACHER)
    page = open_page(PAGE, lesson=lesson.id)
    click(page, "Start the 3 runs")
    rates = sorted(run.config().learning_rate for run in list_runs())
    assert rates == sorted(learning_rates.RATES)
    assert {run.owner() for run in list_runs()} == {ME.seat}
    page.run()
    assert len(list_runs()) == 3
    assert "Start the 3 runs" not in [button.label for button in page.button]


def test_train_opens_with_everything_set_and_the_strip_leads_back_by_itself(open_page, record):
    lesson = find_lesson("loss")
    record.predict(lesson, DRAWN, asker=TEACHER)
    page = open_page(PAGE, lesson=lesson.id)
    click(page, "Open Train with everything set")
    assert page.title[0].value == "Train a network"
    assert "**Lesson 2, Training lowers a loss**" in texts(page)
    assert lesson.steps[0].text in texts(page)
    assert page.query_params["max_seconds"] in ("8", ["8"])
    page.switch_page(TRAIN)  # AppTest follows a change of page for one run alone
    click(page, "Start")
    (run,) = list_runs()
    assert run.config() == loss.CONFIG
    page.run()
    assert "The run is under way" in texts(page)
    history = lesson_run(loss.CONFIG).history
    run.dequeue(asker=ME)
    for event in (history.started, *history.steps, history.end):
        run.append(event)
    page.run()
    assert page.title[0].value == "2. Training lowers a loss"
    assert lesson.meaning in texts(page)


def test_a_run_with_other_settings_does_not_end_the_lesson_and_says_why(open_page, record):
    record.predict(find_lesson("unseen-data"), [97.0], asker=TEACHER)
    add_run(unseen_data.CONFIG.replace(epochs=1), training=0.5, test=0.4)
    page = open_page(TRAIN)
    assert "It has to read at least 99% of its training images: train longer" in texts(page)


def test_on_another_page_the_strip_only_leads_back(open_page, record):
    record.predict(find_lesson("function"), ["9"], asker=TEACHER)
    page = open_page("pages/8_Runs.py")
    assert "It goes on where you left it." in texts(page)
    click(page, "Back to the lesson")
    assert page.title[0].value == "1. y = F(x)"


@pytest.mark.parametrize("done", [False, True], ids=["by a click", "by itself"])
def test_the_way_back_is_gone_though_the_browser_asks_for_the_old_page_meanwhile(open_page, record, monkeypatch, done):
    record.predict(find_lesson("loss"), DRAWN, asker=TEACHER)
    page = open_page(TRAIN)
    changes, switch_page = [], lesson_strip.st.switch_page

    def lost_at_first(*args, **options):
        changes.append(args)
        st.rerun() if len(changes) == 1 else switch_page(*args, **options)

    monkeypatch.setattr(lesson_strip.st, "switch_page", lost_at_first)
    if done:
        add_run(loss.CONFIG)
        page.run()
    else:
        click(page, "Back to the lesson")
    assert page.title[0].value == "2. Training lowers a loss"
    assert len(changes) == 2
    page.switch_page(TRAIN).run()
    assert page.title[0].value == "Train a network", "who has arrived may leave"


def test_nobody_is_led_back_for_ever(open_page, record, monkeypatch):
    record.predict(find_lesson("loss"), DRAWN, asker=TEACHER)
    page = open_page(TRAIN)
    with monkeypatch.context() as put_away:  # the page of the lessons
        put_away.setattr(lesson_strip, "_go_back", lambda lesson_id: None)
        click(page, "Back to the lesson")
    later = time.monotonic() + 11
    monkeypatch.setattr("ui.shared.lesson_state.time.monotonic", lambda: later)
    page.run()
    assert page.title[0].value == "Train a network"


def test_without_a_lesson_under_way_there_is_no_strip(open_page, record):
    record.predict(find_lesson("function"), ["9"], asker=TEACHER)
    record.skip(find_lesson("function"), asker=TEACHER)
    for path in (TRAIN, DRAW, "home.py"):
        assert "Lesson 1" not in texts(open_page(path))


def test_a_sum_is_checked_and_the_second_has_no_products(open_page, record):
    lesson = find_lesson("convolution")
    record.predict(lesson, [0.5], asker=TEACHER)
    page = open_page(PAGE, lesson=lesson.id)
    widget(page.text_input, "The sum").set_value("9")
    click(page, "Check it")
    right = record.entry(lesson).answers[-1].right
    assert "You answered 9 for the pixel with the products shown" in texts(page)
    widget(page.text_input, "The sum").set_value(f"{right:.3f}")
    click(page, "Check it")
    assert ":material/check: Add up the products" in texts(page)
    assert "The pixel with the products hidden is still to be worked out." in texts(page)


def test_a_gradient_is_checked_and_a_step_is_done(open_page, record):
    lesson = find_lesson("backpropagation")
    record.predict(lesson, ["up"], asker=TEACHER)
    page = open_page(PAGE, lesson=lesson.id)
    widget(page.text_input, "(p − y) · h").set_value("1")
    click(page, "Check it")
    right = record.entry(lesson).answers[-1].right
    assert right < 0
    assert "The sign is the other one." in texts(page)
    widget(page.text_input, "(p − y) · h").set_value(f"{right:.4f}")
    click(page, "Check it")
    click(page, "Do one step")
    assert "You predicted **larger**, and so it was." in texts(page)
    assert lesson.meaning in texts(page)


def test_the_record_can_be_cleared(open_page, record):
    record.predict(find_lesson("function"), ["9"], asker=TEACHER)
    page = open_page(PAGE)
    click(page, "Delete them all")
    assert not record.folder.exists()
    assert "begun" not in " ".join(button.label for button in page.button)
    page = open_page(PAGE)  # also after a reload, and on a page without any lesson begun
    click(page, "Undo: bring my lessons back")
    assert record.entry(find_lesson("function")).open
    click(page, "Delete them all")
    click(page, "Remove for good")
    assert not is_cleared(record)
    assert "Undo: bring my lessons back" not in [button.label for button in page.button]


def test_a_run_that_finished_before_the_lesson_does_not_count(open_page, record, monkeypatch):
    add_run(unseen_data.CONFIG, training=1.0, test=0.85)
    lesson = find_lesson("unseen-data")
    later = time.time() + 60
    monkeypatch.setattr("mnist_core.lessons.record.time.time", lambda: later)
    record.predict(lesson, [97.0], asker=TEACHER)
    page = open_page(PAGE, lesson=lesson.id)
    assert lesson.meaning not in texts(page)
    assert isinstance(list_runs()[0].history().end, Finished)
