"""The Runs page: names and notes, deletion and its undo, comparison, repetitions, import and export."""

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from mnist_core.asker import TEACHER
from mnist_core.background import Progress
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.paired_test import paired
from mnist_core.evaluation.predictions import read_images
from mnist_core.events import Finished, RateChanged
from mnist_core.history import History
from mnist_core.presets import preset
from mnist_core.runs.archive import pack
from mnist_core.runs.notes import Notes, read_notes, write_notes
from mnist_core.runs.store import create_run, list_runs
from tests.support.events import started, step, validation
from tests.support.pages import as_read, finished_run, texts, ticked_rows, widget
from tests.support.waiting import wait_for
from ui.cached import measurements, models
from ui.runs.comparison import describe_curves
from ui.runs.repetitions import describe_spread
from ui.runs.run_table import changes, sparkline
from ui.shared.names import in_markdown

PAGE = "pages/8_Runs.py"


def in_hand(run):
    return models.ModelFile(run.id, run.id, run.snapshot)


def measured(runs):
    """The runs' networks, when each has been measured."""
    tasks = [measurements.measurement(in_hand(run)) for run in runs]
    wait_for(lambda: all([task.look().ended for task in tasks]))  # noqa: C419 each is to be looked at
    return [task.look() for task in tasks]


def table(page):
    return page.dataframe[0].value


def test_a_run_whose_worker_is_gone_is_listed_as_interrupted(open_page, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.append(started())
    (run.path / "trainer").write_text("[1, 0]")  # as a killed worker leaves it; its number is another process's since
    run.journal.write_bytes(run.journal.read_bytes() + b'{"kind": "st')
    page = open_page(PAGE, runs=run.id)
    assert list(table(page)["Status"]) == ["interrupted"]
    assert "1 line(s) of its record could not be read and were passed over" in texts(page)


def test_runs_lists_every_run_and_passes_over_damage(open_page, tiny):
    assert "Nothing has been trained here yet" in texts(open_page(PAGE))
    run, damaged = finished_run(tiny), create_run(tiny, "other", asker=TEACHER)
    (damaged.path / "config.json").write_text("{")
    page = open_page(PAGE)
    assert f"the run {damaged.id} cannot be read" in texts(page)
    (row,) = table(page).to_dict("records")
    assert row["Run"] == run.id
    assert row["Test (%)"] == pytest.approx(98.76)
    assert row["Test ±"] == pytest.approx(0.217, abs=0.001), "Wilson's interval of 9,876 in 10,000"
    assert row["Val. (%)"] == pytest.approx(90)
    assert row["Val. ±"] == pytest.approx(4.19, abs=0.01), "Wilson's interval of 180 in 200"
    assert row["Status"] == "finished"
    assert row["Epochs"] == "1 / 2"


def test_a_run_is_named_and_annotated(open_page, tiny):
    run = finished_run(tiny)
    page = open_page(PAGE, runs=run.id)
    widget(page.text_input, "Name").set_value("My **7**").run()
    widget(page.text_area, "Note").set_value("a first try").run()
    assert read_notes(run) == Notes(title="My **7**", note="a first try")
    assert page.header[0].value == r"My \*\*7\*\*"
    assert table(page)["Name"].tolist() == ["My **7**"]
    assert table(page)["Note"].tolist() == ["a first try"]
    assert f"My **7** ({run.id[-4:]})" in page.sidebar.selectbox[0].options


def test_a_deleted_run_comes_back(open_page, tiny):
    first, second = finished_run(tiny), finished_run(tiny)
    write_notes(first, Notes(title="first"), asker=TEACHER)
    page = open_page(PAGE, model=first.id)
    for run in (second, first):
        page.query_params["runs"] = run.id
        page.run()
        widget(page.button, "Delete").click().run()
    assert list_runs() == []
    assert f"There is no model “{first.id}” any more" in texts(page.sidebar)
    widget(page.button, "Undo: bring back first").click().run()
    assert list_runs() == [first]
    assert page.query_params["runs"] == first.id
    widget(page.button, "Undo: bring back fast").click().run()
    assert set(list_runs()) == {first, second}
    assert not [button for button in page.button if button.label.startswith("Undo")]


def test_a_run_under_way_is_not_deleted(open_page, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    page = open_page(PAGE, runs=run.id)
    widget(page.button, "Delete").click().run()
    assert "is queued: stop it on the Train page, then delete it" in texts(page)
    assert list_runs() == [run]


def test_two_finished_runs_are_compared(open_page, tiny, mnist):
    runs = [finished_run(tiny.replace(seed=seed)) for seed in (1, 2)]
    for run, title in zip(runs, "AB", strict=True):
        write_notes(run, Notes(title=title), asker=TEACHER)
    page = open_page(PAGE, runs=",".join(run.id for run in runs))
    assert all(seen.finished for seen in measured(runs))
    page.run()
    first, second = (read_images(models.network(in_hand(run)), mnist.test_images) for run in runs)
    told = texts(page)
    assert paired(first, second, mnist.test_labels).describe("A", "B") in told
    assert not page.get("progress")
    settings = page.table[0].value
    assert settings.set_index("Setting").loc["seed"].to_dict() in ({"A": "1", "B": "2"}, {"B": "2", "A": "1"})
    assert len(settings) == 1
    assert len(page.get("echarts_chart")) == 1
    widget(page.selectbox, "Curve").set_value("training loss").run()
    widget(page.selectbox, "Over").set_value("seconds").run()
    assert not page.exception


def test_a_comparison_says_what_it_waits_for(open_page, tiny, monkeypatch):
    seen = Progress(Measurement(share=0.5), seconds_left=5.2)
    monkeypatch.setattr(measurements, "measurement", lambda model: SimpleNamespace(look=lambda: seen))
    runs = [finished_run(tiny.replace(seed=seed)) for seed in (1, 2)]
    page = open_page(PAGE, runs=",".join(run.id for run in runs))
    (bar,) = page.get("progress")
    assert bar.proto.text == "Both networks read the 10,000 test images, about 5 s left"
    assert len(page.get("echarts_chart")) == 1, "the curves do not wait"


def test_a_comparison_whose_measurement_failed_can_be_tried_again(open_page, tiny, monkeypatch):
    def failing(*_):
        raise OSError("the disk is gone")
        yield

    real = measurements.measure
    monkeypatch.setattr(measurements, "measure", failing)
    runs = [finished_run(tiny.replace(seed=seed)) for seed in (1, 2)]
    measured(runs)
    page = open_page(PAGE, runs=",".join(run.id for run in runs))
    assert sum("the disk is gone" in as_read(error.value) for error in page.error) == 2
    monkeypatch.setattr(measurements, "measure", real)
    for _ in runs:
        widget(page.button, "Try again").click().run()
        measured(runs)
        page.run()
    assert not page.error
    assert "right" in texts(page)


def test_ticks_belong_to_runs_and_not_to_rows(open_page, tiny):
    run = finished_run(tiny)
    page = open_page(PAGE, runs=run.id)
    before = page.dataframe[0].proto.id
    page.run()
    assert page.dataframe[0].proto.id == before, "it is not drawn anew without need"
    while finished_run(tiny).id < run.id:
        continue  # of two runs of one second either may come first, and what is ticked must move down
    wait_for(lambda: table(page.run())["Run"].tolist().index(run.id) > 0)  # it has looked at the folder a moment ago
    assert page.dataframe[0].proto.id != before, "else a browser that tells the old rows once more ticks another run"
    assert table(page)["Run"].tolist().index(run.id) in ticked_rows(page)
    assert page.query_params["runs"] == run.id
    page.query_params["runs"] = f"../x,gone,{run.id}"
    page.run()
    assert page.query_params["runs"] == run.id


def test_repetitions_are_started_and_summed_up(open_page, tiny):
    run = finished_run(tiny)
    page = open_page(PAGE, runs=run.id)
    widget(page.number_input, "Repetitions").set_value(3).run()
    widget(page.button, "Start them").click().run()
    queued = [r for r in list_runs() if r.queue_number() is not None]
    assert len(queued) == 3
    told = texts(page)
    assert "Still to come: fast, seed 1; fast, seed 2; fast, seed 3" in told
    widget(page.button, "Start them").click().run()
    assert "repetition(s) still wait for their turn" in texts(page)
    for repetition, accuracy in zip(queued, (0.97, 0.98, 0.99), strict=True):
        repetition.dequeue(asker=TEACHER)
        for event in (started(), validation(5), validation(10)):
            repetition.append(event)
        repetition.append(Finished(step=20, test_loss=0.1, test_accuracy=accuracy, seconds=21.0))
    page.run()
    # 4.303 * 0.01 / sqrt(3): Student's t of three values
    assert "Test accuracy **98.00% ± 2.48**" in texts(page)
    assert "n = 3), from 97.00% to 99.00%" in texts(page)
    assert len(page.get("echarts_chart")) == 1


def test_an_exported_run_is_imported(open_page, tiny, tmp_path):
    run = finished_run(tiny)
    page = open_page(PAGE)
    page.file_uploader[0].upload("run.zip", pack(run), "application/zip").run()
    (copy,) = set(list_runs()) - {run}
    assert page.query_params["runs"] == copy.id
    assert copy.snapshot.read_bytes() == run.snapshot.read_bytes()
    page.run()
    assert len(list_runs()) == 2, "not imported again"


def test_a_foreign_file_is_a_sentence(open_page, tiny, runs):
    finished_run(tiny)
    before = sorted(Path(runs).iterdir())
    page = open_page(PAGE)
    page.file_uploader[0].upload("run.zip", b"foreign", "application/zip").run()
    assert "Not possible: the file is not a zip file, or is damaged" in texts(page)
    assert sorted(Path(runs).iterdir()) == before


def test_a_damaged_network_cannot_be_compared_and_the_page_lives(open_page, tiny):
    first, second = finished_run(tiny), finished_run(tiny)
    second.snapshot.write_bytes(b"cut")
    page = open_page(PAGE, runs=f"{first.id},{second.id}")
    measured([first])
    page.run()
    assert "is not a safetensors file or is cut off" in texts(page)
    assert len(page.get("echarts_chart")) == 1


def test_the_openings_of_the_test_set_are_shown(open_page, tiny, runs):
    finished_run(tiny)
    assert "Test set opened 0 times" in texts(open_page(PAGE))
    (runs / "test-set-openings.jsonl").write_text("{}\n")
    assert "Test set opened 1 time**" in texts(open_page(PAGE))


def test_the_sentence_on_curves_names_the_best_end_and_what_is_missing():
    curves = {"a": [(0.0, 1.0), (1.0, 0.5)], "b": [(0.0, 0.2), (1.0, 0.7)], "c": []}
    told = describe_curves(curves, "validation loss")
    assert told == "a ends best, at 0.5; b ends at 0.7. No validation loss has been measured of c."
    assert describe_curves(curves, "validation accuracy").startswith("b ends best, at 0.7%; a ends at 0.5%.")
    twins = {"a": [(1.0, 93.2)], "b": [(1.0, 93.2)]}
    assert describe_curves(twins, "validation accuracy") == "They end alike, at 93.2%."


def test_repetitions_without_validation_images_have_a_curve_of_what_they_learn_from(open_page, tiny):
    run = finished_run(tiny)
    for seed in (1, 2):
        repetition = create_run(tiny.replace(seed=seed, validation_size=0), "fast", group=run.id, asker=TEACHER)
        for event in (started(), step(5), step(10)):
            repetition.append(event)
        repetition.append(Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0))
    page = open_page(PAGE, runs=run.id)
    drawn = [json.loads(chart.proto.spec) for chart in page.get("echarts_chart")]
    (band,) = [one for one in drawn if one["title"]["text"] == "Training loss of the repetitions"]
    assert "loss" in band["yAxis"]["name"]
    assert f"Blue: their mean, at last {step(10).loss:.3f}, in the band" in texts(page)


def test_the_best_and_the_newest_are_marked_and_each_has_its_curve(open_page, tiny):
    for _ in range(2):
        finished_run(tiny)
    newest, better = list_runs()  # of one second: their ids decide
    better.append(dataclasses.replace(validation(20), accuracy=0.95))
    page = open_page(PAGE)
    rows = {row["Run"]: row for row in table(page).to_dict("records")}
    assert (rows[better.id]["Mark"], rows[newest.id]["Mark"]) == ("best", "newest")
    assert list(rows[better.id]["Curve"]) == [90.0, 95.0]
    assert list(rows[newest.id]["Curve"]) == [100 * step(5).accuracy, 100 * step(10).accuracy]


def test_a_long_run_has_a_curve_of_a_few_points_from_its_first_to_its_last():
    history = History.of([started(), *(step(n) for n in range(1, 501))])
    assert len(sparkline(history)) == 40
    assert sparkline(history)[0] == 100 * history.steps[0].accuracy
    assert sparkline(history)[-1] == 100 * history.steps[-1].accuracy
    assert sparkline(History()) == []


def test_the_two_newest_are_compared_by_one_click(open_page, tiny):
    finished_run(tiny)
    page = open_page(PAGE)
    assert "Compare the two newest" not in [button.label for button in page.button]
    for _ in range(2):
        finished_run(tiny)
    newest = [run.id for run in list_runs()[:2]]
    page.run()
    widget(page.button, "Compare the two newest").click().run()
    assert set(page.query_params["runs"].split(",")) == set(newest)
    assert "Compare the two newest" not in [button.label for button in page.button]


def test_one_repetition_says_nothing_yet():
    assert describe_spread([0.9]).startswith("The mean and its interval appear when")


def test_what_was_changed_is_told_from_the_preset():
    changed = preset("fast").replace(epochs=3, filters=(8, 16, 32), batch_norm=False)
    assert changes(changed, "fast") == ["filters 8–16–32", "batch norm off", "epochs 3"]
    assert changes(preset("fast"), "fast") == []
    assert changes(changed, "of my own") == []


@pytest.mark.parametrize("name", ["**x**", "![](http://x/y.png)", "$a$", ":material/x:", "<b>", "[a](b)", "a_b_", "~~"])
def test_a_name_is_shown_as_it_was_written(name):
    assert as_read(in_markdown(name)) == name
    assert all(f"\\{mark}" in in_markdown(name) for mark in name if not mark.isalnum())


@pytest.mark.parametrize("name", ["9 × 9", "Zoë’s 7 🎉", "fast → best", "“best”"])
def test_a_sign_that_markdown_knows_nothing_of_gets_no_backslash(name):
    assert in_markdown(name) == name


def test_a_learning_rate_changed_by_hand_is_a_difference(open_page, tiny):
    runs = [finished_run(tiny), finished_run(tiny)]
    ids = [run.id for run in runs]
    assert "None: they were trained in the same way" in texts(open_page(PAGE, runs=",".join(ids)))
    runs[1].append(RateChanged(step=7, epoch=0.7, factor=0.1, old=1e-3, new=1e-4))
    page = open_page(PAGE, runs=",".join(ids))
    assert "None: they were trained in the same way" not in texts(page)
    (differing,) = [shown.value for shown in page.table if "Setting" in shown.value]
    assert [list(row) for row in differing.to_numpy()] == [["learning rate, by hand", "unchanged", "× 0.1 from step 7"]]
    changed = dict(zip(table(page)["Run"], table(page)["Changed"], strict=True))
    assert changed[ids[1]].startswith("rate by hand × 0.1 from step 7, ")
    assert "by hand" not in changed[ids[0]]


def test_runs_of_one_name_are_told_apart_everywhere(open_page, tiny):
    runs = [finished_run(tiny), finished_run(tiny)]
    page = open_page(PAGE, runs=runs[0].id)
    called = dict(zip(table(page)["Run"], table(page)["Name"], strict=True))
    assert called == {run.id: f"fast ({run.id[-4:]})" for run in runs}
    assert in_markdown(called[runs[0].id]) in [heading.value for heading in page.header]


def test_the_way_back_from_a_tick_is_the_page_without_it(open_page, tiny):
    run = finished_run(tiny)
    page = open_page(PAGE, runs=run.id)
    page.query_params.clear()
    page.run()
    assert page.query_params == {}
    assert not page.header
    page.query_params["runs"] = run.id
    page.run()
    page.query_params.clear()
    page.switch_page("home.py").run()
    page.switch_page(PAGE).run()
    assert page.query_params == {"runs": run.id}, "come to from another page, it is found again"
