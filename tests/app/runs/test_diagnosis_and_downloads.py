"""The card that says how a run went, and the downloads of a run."""

import dataclasses
import json
from pathlib import Path

import onnx
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.events import Failed, RateChanged
from mnist_core.history import History
from mnist_core.presets import preset
from mnist_core.runs.store import create_run
from tests.support.events import started, step, validation
from tests.support.pages import as_read, finished_run, texts, widget
from ui.live.curve_sentences import describe_loss
from ui.runs import downloads

HISTORIES = Path(__file__).parents[2] / "support" / "histories"


def recorded_run(name, *, ended=True):
    config, *events = (HISTORIES / f"{name}.jsonl").read_text().splitlines()
    run = create_run(TrainConfig.from_dict(json.loads(config)["config"]), name, asker=TEACHER)
    events = events if ended else events[: len(events) // 2]
    run.journal.write_text("\n".join(events) + "\n")
    return run


def test_a_run_that_has_ended_gets_its_verdict_and_one_change_that_a_click_puts_into_the_form(open_page):
    run = recorded_run("overfit")
    page = open_page("pages/4_Train.py", run=run.id)
    assert "High variance" in texts(page)
    assert "14.3 points worse" in texts(page)
    assert "training images 300 → 3,000" in texts(page)
    assert widget(page.select_slider, "Training images").value != 3000
    widget(page.button, "Try it").click().run()
    assert not page.exception
    assert widget(page.selectbox, "Preset").value == "overfit"
    assert widget(page.select_slider, "Training images").value == 3000
    assert widget(page.slider, "Epochs").value == preset("overfit").epochs
    assert page.query_params["train_size"] == "3000"


def test_a_run_that_has_ended_is_drawn_with_by_one_click(open_page, tiny):
    run = finished_run(tiny)
    page = open_page("pages/4_Train.py", run=run.id)
    widget(page.button, "Draw with it").click().run()
    assert page.title[0].value == "Draw a digit"
    assert page.query_params["model"] == run.id


def test_a_run_that_has_failed_offers_no_drawing(open_page, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    for event in (started(), step(5), Failed(reason="The disk is full.")):
        run.append(event)
    run.snapshot.write_bytes(b"left over")
    page = open_page("pages/4_Train.py", run=run.id)
    assert not any(button.label == "Draw with it" for button in page.button)


def test_while_a_run_goes_on_the_verdict_is_a_quiet_line_without_a_button(open_page, monkeypatch):
    run = recorded_run("rate-too-high", ended=False)
    monkeypatch.setattr("mnist_core.runs.store.Run.is_alive", lambda self: True)
    page = open_page("pages/4_Train.py", run=run.id)
    assert "So far: **learning rate too high**." in texts(page)
    assert not any(button.label == "Try it" for button in page.button)


@pytest.fixture
def offered(monkeypatch):
    """What `downloads` offers: the options of each button by its label."""
    buttons = {}

    def download_button(label, data, file_name, mime, **options):
        buttons[label] = options | {"data": data, "file_name": file_name, "mime": mime}

    monkeypatch.setattr("streamlit.download_button", download_button)
    return buttons


def test_a_run_can_be_downloaded_in_four_ways(offered, tiny):
    run = finished_run(tiny)
    downloads.downloads(run)
    assert [b["file_name"] for b in offered.values()] == [
        f"{run.id}{e}" for e in (".safetensors", ".onnx", ".csv", ".py")
    ]
    assert not any(b.get("disabled") for b in offered.values())
    files = {label: d() if callable(d := button["data"]) else d for label, button in offered.items()}
    assert files["Weights"] == run.snapshot.read_bytes()
    assert onnx.load_from_string(files["ONNX"]).graph.output[0].name == "logits"
    assert files["Curves"].splitlines()[-1].startswith("test,20,1,")
    assert f"range({tiny.epochs})" in files["Script"]
    assert "autocast" not in files["Script"]


def test_a_script_keeps_the_number_format_that_auto_meant(offered, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    run.append(dataclasses.replace(started(), precision="bfloat16"))
    downloads.downloads(run)
    assert "autocast" in offered["Script"]["data"]()


def test_a_script_makes_the_changes_of_the_learning_rate(offered, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    for at, factor in ((3, 0.5), (7, 2.0)):
        run.append(RateChanged(step=at, epoch=at / 10, factor=factor, old=1e-3, new=1e-3 * factor))
    downloads.downloads(run)
    assert "    (0, 1), (3, 0.5), (7, 2.0),\n" in offered["Script"]["data"]()


def test_a_taught_network_has_no_script_and_its_page_says_what_to_do_instead(offered, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    run.fine_tuning.write_bytes(b"drawings")
    page = AppTest.from_function(page_of_downloads, args=(run,)).run()
    assert offered["Script"]["disabled"]
    assert "learned from the class's drawings" in as_read(page.caption[-1].value)
    assert "Export the run on the Runs page instead" in page.caption[-1].value


def page_of_downloads(run):
    from ui.runs import downloads

    downloads.downloads(run)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "after its first report"), (b"no network", "is not a safetensors")]
)
def test_without_a_sound_network_its_downloads_are_off_and_the_others_work(content, said, offered, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    if content:
        run.snapshot.write_bytes(content)
    page = AppTest.from_function(page_of_downloads, args=(run,)).run()
    assert not page.exception
    assert said in page.caption[0].value
    assert [label for label, button in offered.items() if button.get("disabled")] == ["Weights", "ONNX", "Curves"]


def test_a_loss_with_label_smoothing_is_not_compared_with_one_without():
    history = History.of([started(), step(5), step(10), validation(10)])
    assert "than on those it learns from" in describe_loss(history, 0.0)
    smoothed = describe_loss(history, 0.05)
    assert "than on those it learns from" not in smoothed
    assert "cannot be compared" in smoothed
    assert "never falls below 0.28" in smoothed
