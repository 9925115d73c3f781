"""The Evaluate page as a script, on 600 of the test images."""

import json
from dataclasses import replace
from itertools import count, takewhile
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mnist_core.asker import TEACHER
from mnist_core.background import Progress
from mnist_core.data.mnist import Mnist
from mnist_core.evaluation import predictions as outputs_module
from mnist_core.evaluation.calibration import expected_calibration_error
from mnist_core.evaluation.intervals import Accuracy, wilson
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.metrics import DigitScore, accuracy, mistakes, most_frequent_mistake
from mnist_core.evaluation.metrics import confusion_matrix as matrix_of
from mnist_core.evaluation.robustness import Robustness
from mnist_core.habits.catalogue import HABITS
from mnist_core.handwriting.collection import collection
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.model.network import build_model
from mnist_core.model.softmax import softmax
from mnist_core.runs.store import create_run, find_run
from tests.support.events import started, step
from tests.support.fine_tuning import TAUGHT_DATA
from tests.support.pages import as_read, texts, widget
from tests.support.waiting import wait_for
from ui.cached import dataset, habits, measurements, models, run_records
from ui.cached.drawings import _readers as collection_reader
from ui.evaluate import gallery, report
from ui.evaluate.own_drawings import describe_shift
from ui.evaluate.per_digit import describe_digits

PAGE = "pages/5_Evaluate.py"
VIEWS = ["Confusion", "Per digit", "Mistakes", "Confidence", "Robustness", "Two models"]


@pytest.fixture(autouse=True)
def few(mnist, monkeypatch):
    few = Mnist(mnist.train_images, mnist.train_labels, mnist.test_images[:600], mnist.test_labels[:600])
    monkeypatch.setattr(dataset, "mnist", lambda: few)
    monkeypatch.setattr(outputs_module, "SAMPLE", 500)
    return few


@pytest.fixture
def learner(tiny):
    """The name of a run whose network has learned nothing, and so makes hundreds of mistakes."""
    return saved_run(build_model(tiny))


def saved_run(model):
    run = create_run(model.config, "tiny", asker=TEACHER)
    save_checkpoint(run.snapshot, model, ModelCard(config=model.config, metrics={}))
    return run.id


def measured(name):
    task = measurements.measurement(models.find_model(name))
    wait_for(lambda: task.look().ended)
    return task.look().result


@pytest.fixture
def opened(open_page):
    """Open the page with a model that has been measured, and one of its views."""

    def opened(name, view="Confusion"):
        measured(name)
        page = open_page(PAGE, model=name)
        if view != "Confusion":
            widget(page.button_group, "What to look at").set_value(view).run()
        assert not page.exception
        return page

    return opened


def images(page):
    """Return what the gallery shows of each of its images."""
    (wall,) = (e for e in page.get("bidi_component") if "images" in str(e.proto))
    return json.loads(wall.proto.json)["images"]


def standing(monkeypatch, name, **progress):
    """Let a measurement (`measurement` or `robustness_of`) stand as told."""
    monkeypatch.setattr(measurements, name, lambda model: SimpleNamespace(look=lambda: Progress(**progress)))


def test_the_first_visit_says_what_it_waits_for_and_how_long(open_page, monkeypatch):
    standing(monkeypatch, "measurement", result=Measurement(share=0.3), ahead=2, seconds_left=12.4)
    (bar,) = open_page(PAGE).get("progress")
    assert bar.proto.text == (
        "Reading the 10,000 test images: 30% of all images read, about 12 s left; 2 others go first"
    )


def failing_once(monkeypatch, name, after=lambda measure: ()):
    """Let the first attempt at a measurement (`measure` or `robustness`) fail, after some results of a real one."""
    real, attempts = getattr(measurements, name), count(1)

    def attempt(*args, **options):
        if next(attempts) > 1:
            yield from real(*args, **options)
            return
        yield from after(real(*args, **options))
        raise OSError("the disk is gone")

    monkeypatch.setattr(measurements, name, attempt)


def test_a_failed_measurement_can_be_tried_again(open_page, monkeypatch):
    failing_once(monkeypatch, "measure")
    measured("notebook")
    page = open_page(PAGE, model="notebook")
    assert "The calculation broke off unexpectedly (OSError: the disk is gone)" in as_read(page.error[0].value)
    assert not page.metric
    widget(page.button, "Try again").click().run()
    measured("notebook")
    page.run()
    assert not page.error
    assert "Its most frequent mistake" in texts(page)


def test_what_is_there_when_the_rest_fails_is_shown_and_the_rest_can_be_tried_again(open_page, monkeypatch):
    failing_once(monkeypatch, "measure", after=lambda real: takewhile(lambda known: known.training is None, real))
    measured("notebook")
    page = open_page(PAGE, model="notebook")
    assert "the disk is gone" in as_read(page.error[0].value)
    assert "Its most frequent mistake" in texts(page)
    widget(page.button, "Try again").click().run()
    measured("notebook")
    page.run()
    assert not page.error
    assert "of the images it learned from" in texts(page)


def test_a_measurement_leaves_trainings_their_cores(learner, monkeypatch):
    asked, active = [], []
    monkeypatch.setattr(measurements, "cores", lambda: 7)
    monkeypatch.setattr(run_records.jobs(), "active", lambda: active)

    def measuring(load, data, threads):
        for number in range(4):
            active[:] = [learner] if number in (1, 2) else []
            asked.append(threads())
            yield Measurement(share=number / 4)

    monkeypatch.setattr(measurements, "measure", measuring)
    measured(learner)
    assert asked == [7, 1, 1, 7]


def test_the_figures_are_the_networks(opened, few):
    page = opened("notebook")
    model = models.network(models.find_model("notebook"))
    expected = evaluate(model, few.test_images, few.test_labels)
    shown = {metric.label: metric for metric in page.metric}
    low, high = wilson(round(expected.accuracy * len(few.test_labels)), len(few.test_labels))
    assert shown["Test accuracy"].value == f"{expected.accuracy:.2%}"
    assert shown["Test accuracy"].delta == f"{low:.2%} to {high:.2%}"
    assert shown["Test loss"].value == f"{expected.loss:.4f}"
    assert shown["Parameters"].value == "49,770"
    assert shown["Training accuracy"].value == f"{measured('notebook').training.share:.2%}"
    assert "of the images it learned from" in texts(page)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_speaks_of_its_own_numbers(view, opened, learner, few):
    measured("best")
    page = opened(learner, view)
    outputs = measured(learner).test
    _, read, count = most_frequent_mistake(matrix_of(few.test_labels, outputs.predicted))
    wrong = len(few.test_labels) - accuracy(outputs, few.test_labels).correct
    sentence = {
        "Confusion": f"Its most frequent mistake: {count} of ",
        "Per digit": "The digit most often missed is the ",
        "Mistakes": f"**{wrong}** of its {wrong} mistakes",
        "Confidence": "the expected calibration error is ",
        "Robustness": "**Trained in sunshine, tested in snow**",
        "Two models": f"are read right by “{models.find_model(learner).called}” alone",
    }[view]
    assert sentence in texts(page)
    if view == "Confusion":
        assert f"are read as {read}." in texts(page)
        assert len(images(page)) == min(count, 24)


def test_a_cell_of_the_confusion_matrix_is_chosen_without_a_click_on_the_chart(opened, learner):
    page = opened(learner, "Confusion")
    widget(page.selectbox, "True digit").set_value(3).run()
    widget(page.selectbox, "Read as").set_value(5).run()
    assert "**Threes that are read as 5**" in texts(page)
    assert widget(page.selectbox, "True digit").value == 3


def test_mistakes_are_filtered_and_a_click_takes_one_in_hand(opened, learner, few, monkeypatch):
    page = opened(learner, "Mistakes")
    outputs = measured(learner).test
    assert len(images(page)) == 24
    widget(page.selectbox, "True digit").set_value(7).run()
    expected = mistakes(outputs, few.test_labels, true=7)
    assert [image["alt"] for image in images(page)] == [f"Test image {i:,}, a 7" for i in expected[:24]]
    assert images(page)[0]["caption"].startswith(f"a 7, read as {outputs.predicted[expected[0]]}, ")
    assert f"1 to 24 of {len(expected)} images" in texts(page)
    monkeypatch.setattr(gallery, "wall", lambda bricks, key: bricks[2].id)  # as a click on the third gives it
    page.run()
    held = page.session_state["digit-lab.digit"]
    assert held.label == 7
    assert np.array_equal(held.image, (few.test_images[expected[2]] / 255).astype(np.float32))
    assert held.source == f"Test image {expected[2]:,}, labelled 7"


def test_mistakes_of_a_kind_that_there_is_none_of_are_said_to_be_none(opened, learner):
    page = opened(learner, "Mistakes")
    widget(page.selectbox, "True digit").set_value(7).run()
    widget(page.selectbox, "Read as").set_value(7).run()
    assert "mistakes is of this kind" in texts(page)


def test_the_next_images_are_on_the_next_page(opened, learner, few, monkeypatch):
    monkeypatch.setattr(gallery.st, "pagination", lambda *_, **__: 2)
    page = opened(learner, "Mistakes")
    expected = mistakes(measured(learner).test, few.test_labels)
    assert [image["id"] for image in images(page)] == expected[24:48].tolist()
    assert f"25 to 48 of {len(expected):,} images" in texts(page)


def test_the_table_of_digits_is_that_of_counts_made_by_hand(opened, few):
    page = opened("notebook", "Per digit")
    read, labels = measured("notebook").test.predicted, few.test_labels
    table = page.dataframe[0].value
    for digit in range(10):
        right = int(((read == digit) & (labels == digit)).sum())
        row = table[table["Digit"] == digit].iloc[0]
        assert row["Precision (%)"] == pytest.approx(100 * right / (read == digit).sum())
        assert row["Recall (%)"] == pytest.approx(100 * right / (labels == digit).sum())
        assert row["Support"] == (labels == digit).sum()


def test_what_is_said_of_the_digits_leaves_out_what_cannot_be_known():
    scores = [DigitScore(digit, 0.9, 0.8, 0.85, 10) for digit in range(9)] + [DigitScore(9, None, 0.0, None, 10)]
    assert "most often missed is the 9: 100.00% of its 10" in describe_digits(scores)
    assert describe_digits(scores).endswith("Never read: 9.")
    perfect = [DigitScore(digit, 1.0, 1.0, 1.0, 10) for digit in range(10)]
    assert describe_digits(perfect) == "No digit is missed, and every answer is right."


def test_the_matrix_is_in_images_or_in_per_cent(opened):
    def chart(page):
        return json.loads(page.get("echarts_chart")[0].proto.spec)

    page = opened("notebook")
    widget(page.button_group, "Numbers").set_value("per cent of the row").run()
    assert chart(page)["title"]["text"] == "Confusion matrix (per cent of the row)"


def test_each_side_of_two_models_shows_its_own_images(opened, learner, few):
    for name in ("best", learner):
        measured(name)
    page = opened("notebook", "Two models")
    widget(page.selectbox, "Second model").set_value(learner).run()
    right, other = (measured(name).test.correct(few.test_labels) for name in ("notebook", learner))
    sides = {"only the one in hand": right & ~other, "only the second": other & ~right, "neither": ~right & ~other}
    for side, expected in sides.items():
        widget(page.button_group, "Images read right by").set_value(side).run()
        found = np.flatnonzero(expected)
        if len(found):
            assert {image["id"] for image in images(page)} <= set(found.tolist())
            assert f"of {len(found):,} images" in texts(page)


def test_two_models_are_compared_on_other_handwriting_too(opened, learner, few):
    for name in ("best", learner):
        measured(name)
    page = opened("best", "Two models")
    widget(page.selectbox, "Second model").set_value(learner).run()
    right = [habits.read_right(models.find_model(name)) for name in ("best", learner)]
    (table,) = [frame.value for frame in page.dataframe if "Habit" in frame.value]
    assert len(table) == len(HABITS)
    assert table["In hand"].mean() == pytest.approx(100 * right[0].mean())
    assert table["Second"].mean() == pytest.approx(100 * right[1].mean())
    assert right[0].mean() > 0.7 > 0.5 > right[1].mean(), "an untrained network reads none of it"
    assert f"“best” reads {right[0].mean():.1%} right" in texts(page)


def test_a_second_model_that_vanishes_is_said_to_be_gone(opened, learner):
    for name in ("best", learner):
        measured(name)
    page = opened("notebook", "Two models")
    widget(page.selectbox, "Second model").set_value(learner).run()
    models.find_model(learner).path.unlink()
    page.run()
    assert "The network that was compared is not there any more" in page.warning[0].value


def test_a_network_that_is_being_trained_is_measured_when_it_rests(open_page, learner, monkeypatch):
    run = find_run(learner)
    measured(learner)
    for event in (started(), step(5)):
        run.append(event)
    with run.lock():
        page = open_page(PAGE, model=learner)
        assert "is still training" in page.info[0].value
        run.control.request("pause", asker=TEACHER)
        page.run()
        assert "Its most frequent mistake" in texts(page)


def test_calibration_is_told_before_and_after_the_temperature(opened, few):
    page = opened("best", "Confidence")
    outputs, fitted = measured("best").test, measured("best").temperature
    correct = outputs.correct(few.test_labels)
    scaled = softmax(outputs.logits, fitted.value).max(1)
    before, after = (expected_calibration_error(sure, correct) for sure in (outputs.confidence, scaled))
    assert f"is {before:.2%} before and {after:.2%} after" in texts(page)


def test_a_threshold_changes_what_is_answered(opened):
    page = opened("best", "Confidence")
    assert "From 90% sure it answers" in texts(page)
    widget(page.slider, "It answers only when at least this sure (%)").set_value(10).run()
    assert "it answers 100.00% of the images" in texts(page)
    assert "fitted on its 2,000 validation images" in texts(page)


def test_without_validation_images_the_page_says_where_the_temperature_is_from(opened):
    assert "the temperature is too optimistic" in texts(opened("notebook", "Confidence"))


def test_the_classs_drawings_stand_beside_the_test_images(opened, few, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path))
    assert "own hand" not in texts(opened("notebook", "Robustness"))
    for image, label in zip(few.train_images[:20], few.train_labels[:20], strict=True):
        collection().add((image / 255).astype(np.float32), int(label), asker=TEACHER)
    collection().add(np.zeros((28, 28), np.float32), 7, asker=TEACHER)  # read in black, not always a 7 and a 2
    collection().add(np.zeros((28, 28), np.float32), 2, asker=TEACHER)
    drawings, _ = collection().drawings()
    model = models.network(models.find_model("notebook"))
    read = outputs_module.read_images(model, np.stack([drawing.image for drawing in drawings]))
    own = accuracy(read, np.array([drawing.label for drawing in drawings], np.uint8))
    assert 15 <= own.correct < own.count == 22
    page = opened("notebook", "Robustness")
    assert describe_shift(own, accuracy(measured("notebook").test, few.test_labels), taught=False) in texts(page)
    assert not page.warning
    taught = replace(models.card(models.find_model("notebook")), training_data=TAUGHT_DATA)
    monkeypatch.setattr(models, "card", lambda model: taught)
    assert "this flatters it" in texts(opened("notebook", "Robustness"))
    for picture in sorted(tmp_path.glob("*.png"))[:2]:
        picture.write_bytes(b"no picture")
    collection_reader.clear()  # a server that has just started: one that has read a drawing keeps it
    warning = opened("notebook", "Robustness").warning[0].value
    assert "2 drawing(s) in the collection are damaged" in as_read(warning)


def test_a_shift_is_only_told_where_it_is_more_than_chance():
    mnist = Accuracy(9_900, 10_000)
    told = describe_shift(Accuracy(40, 50), mnist, taught=False)
    assert "80.0% of 50 filed drawings are read right (95% interval 67.0% to 88.8%), and 99.00% of the test" in told
    assert "It reads the class worse" in told
    assert "no difference yet" in describe_shift(Accuracy(9, 9), mnist, taught=False)
    assert "even better" in describe_shift(Accuracy(5_000, 5_000), mnist, taught=False)
    assert "this flatters it" in (learned := describe_shift(Accuracy(5_000, 5_000), mnist, taught=True))
    assert "better" not in learned


def downloads(page):
    return {button.proto.label: button for button in page.get("download_button")}


def test_a_report_is_made_while_the_page_goes_on(opened, few, monkeypatch):
    monkeypatch.setattr(measurements, "sample", lambda labels: np.arange(50))
    page = opened("notebook")
    assert not downloads(page)
    widget(page.button, "Make a report").click().run()
    assert not page.exception
    task = measurements.robustness_of(models.find_model("notebook"))
    wait_for(lambda: task.look().finished)
    page.run()
    assert set(downloads(page)) == {"Report (.html)", "Numbers (.json)"}
    assert "Its most frequent mistake" in texts(page)
    assert "Make a report" not in [button.label for button in page.button]
    model = models.find_model("notebook")
    changed = task.look().result
    made = report._made(models.fingerprint(model), "notebook", models.card(model), measured("notebook"), changed)
    numbers = json.loads(made[1])
    assert numbers["test"]["correct"] == accuracy(measured("notebook").test, few.test_labels).correct
    assert numbers["config"] == models.card(model).config.to_dict()
    assert len(numbers["robustness"]) == 72
    measured("best")
    page.query_params["model"] = "best"
    page.run()
    assert not downloads(page), "it was asked for of the other network"
    assert widget(page.button, "Make a report")


def test_a_report_says_what_it_waits_for(opened, monkeypatch):
    standing(monkeypatch, "robustness_of", result=Robustness(), seconds_left=250.0)
    page = opened("notebook")
    widget(page.button, "Make a report").click().run()
    (bar,) = page.get("progress")
    assert bar.proto.text == "Measuring for the report: 0 of 72 points of robustness, about 4 min left"
    assert bar.proto.value == 50


def test_a_report_that_cannot_be_measured_is_a_sentence_and_can_be_tried_again(opened, monkeypatch):
    monkeypatch.setattr(measurements, "sample", lambda labels: np.arange(50))
    failing_once(monkeypatch, "robustness")
    page = opened("notebook")
    widget(page.button, "Make a report").click().run()
    task = measurements.robustness_of(models.find_model("notebook"))
    wait_for(lambda: task.look().ended)
    page.run()
    assert "No report: the robustness could not be measured. The calculation broke off" in as_read(page.error[0].value)
    assert not downloads(page)
    widget(page.button, "Try again").click().run()
    wait_for(lambda: task.look().ended)
    page.run()
    assert not page.error
    assert downloads(page)


def test_another_number_of_classes_is_a_sentence(open_page, tiny, learner, few):
    model = build_model(tiny)
    model[-1] = torch.nn.Linear(model[-1].in_features, 12)
    twelve = saved_run(model)
    measured(twelve)
    page = open_page(PAGE, model=twelve)
    assert "do not fit its own configuration" in as_read(page.error[0].value)
    assert widget(page.sidebar.selectbox, "Model in hand").value == twelve

    measured(learner)
    page = open_page(PAGE, model=learner)
    widget(page.button_group, "What to look at").set_value("Two models").run()
    widget(page.selectbox, "Second model").set_value(twelve).run()
    assert "do not fit its own configuration" in as_read(page.error[0].value)
    widget(page.button_group, "What to look at").set_value("Mistakes").run()
    assert not page.error
    assert images(page)


def test_a_model_that_vanishes_while_the_page_is_open_is_a_sentence(opened, learner, monkeypatch):
    measured("best")
    page = opened(learner)
    models.find_model(learner).path.unlink()
    page.run()
    assert not page.exception
    assert f"There is no model “{learner}” any more" in texts(page.sidebar)
    assert "Its most frequent mistake" in texts(page)
