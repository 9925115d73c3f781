"""Watched drawings: what is put into a run's directory, what its worker reads in them, and what damage does."""

import itertools
import json

import numpy as np
import pytest
import torch

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError
from mnist_core.events import Epoch, Finished, Step
from mnist_core.jobs import drawing_reader
from mnist_core.jobs.execution import execute
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import predict
from mnist_core.runs.archive import pack, unpack
from mnist_core.runs.store import create_run
from mnist_core.runs.watched import MOST_DRAWINGS, Readings, from_json, is_drawing, key_of, to_json


@pytest.fixture
def run(runs, tiny):
    return create_run(tiny, "x", asker=TEACHER)


@pytest.fixture
def drawings(mnist):
    return [np.array(image) for image in mnist.test_images[:3]]


@pytest.fixture
def at_every_report(monkeypatch):
    monkeypatch.setattr(drawing_reader, "SHARE", 1e9)
    monkeypatch.setattr(drawing_reader, "RARER", 0.0)


def readings_of(run):
    return [from_json(line) for line in run.watched.readings.read_bytes().splitlines()]


def test_equal_drawings_are_one_and_others_are_added(run, drawings):
    keys = run.watched.add(drawings, asker=TEACHER)
    assert run.watched.add([drawings[0].copy()], asker=TEACHER) == keys[:1]
    assert run.watched.keys() == set(keys)
    assert (run.watched.image(keys[1]) == drawings[1]).all()
    assert run.watched.image("0" * 16) is None


def test_more_than_64_are_refused_and_none_of_them_is_added(run):
    images = [np.full((28, 28), value, np.uint8) for value in range(MOST_DRAWINGS + 1)]
    run.watched.add(images[:60], asker=TEACHER)
    with pytest.raises(RunError, match="watches 60 drawings, and 64 are the most"):
        run.watched.add(images[55:], asker=TEACHER)
    assert len(run.watched.keys()) == 60
    run.watched.add(images[:MOST_DRAWINGS], asker=TEACHER)
    assert len(run.watched.keys()) == MOST_DRAWINGS


def test_a_run_reads_them_at_its_reports_and_at_its_end(run, drawings, at_every_report):
    keys = run.watched.add(drawings, asker=TEACHER)
    reports = [event.step for event in execute(run) if isinstance(event, Step | Epoch)]
    found = readings_of(run)
    assert [one.step for one in found] == [*sorted({*reports}), reports[-1]]
    assert set(found[0].read) == set(keys)
    assert all(abs(sum(shares) - 1000) <= 10 for one in found for shares in one.read.values())
    network, _ = load_checkpoint(run.snapshot)
    for key, image in zip(keys, drawings, strict=True):
        told = predict(network, image.astype(np.float32) / 255).probabilities
        assert found[-1].read[key] == pytest.approx([1000 * share for share in told], abs=1)
    assert found[0].read != found[-1].read


def test_a_drawing_that_comes_while_it_trains_is_read_from_then_on(runs, endless, drawings, at_every_report):
    run = create_run(endless, "x", asker=TEACHER)
    training = execute(run)
    for event in training:
        if isinstance(event, Step) and event.step > 10:
            (key,) = run.watched.add(drawings[:1], asker=TEACHER)
            break
    assert not run.watched.readings.exists()
    later = [event.step for event in itertools.islice(training, 6) if isinstance(event, Step)]
    training.close()
    assert [one.step for one in readings_of(run)][:2] == [event.step, later[0]]
    assert set(readings_of(run)[0].read) == {key}


def test_watching_changes_no_weight(runs, tiny, drawings, at_every_report):
    averaged = tiny.replace(dropout=0.2, weight_averaging=0.9, batch_norm=True)
    plain, watching = create_run(averaged, "x", asker=TEACHER), create_run(averaged, "x", asker=TEACHER)
    watching.watched.add(drawings, asker=TEACHER)
    ends = [list(execute(run))[-1] for run in (plain, watching)]
    assert isinstance(ends[0], Finished)
    assert ends[0].test_loss == ends[1].test_loss
    weights = [load_checkpoint(run.snapshot)[0].state_dict() for run in (plain, watching)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_resumed_run_goes_on_reading_at_the_steps_that_it_repeats(
    runs, endless, drawings, at_every_report, monkeypatch
):
    monkeypatch.setattr("mnist_core.training.trainer.REPORT_EVERY", 0.0)  # every step, on a machine of any speed
    run = create_run(endless, "x", asker=TEACHER)
    run.watched.add(drawings, asker=TEACHER)
    training = execute(run)
    for event in training:
        if isinstance(event, Step) and event.epoch > 1.2:
            break
    training.close()
    before = readings_of(run)
    again = execute(run)
    steps = [event.step for event in itertools.islice(again, 4) if isinstance(event, Step)]
    again.close()
    after = readings_of(run)
    assert after[: len(before)] == before
    assert after[len(before)].step == steps[0] < before[-1].step, "what was read beyond the resume counts no more"


@pytest.fixture
def clock(monkeypatch):
    """The processor time and the time on the wall; a reading takes 0.03 seconds of both."""
    now = {"worked": 50.0, "wall": 100.0}
    monkeypatch.setattr(drawing_reader.time, "thread_time", lambda: now["worked"])
    monkeypatch.setattr(drawing_reader.time, "monotonic", lambda: now["wall"])

    def read(model, images):
        now["worked"] += 0.03
        now["wall"] += 0.03
        return torch.zeros(len(images), 10)

    monkeypatch.setattr(drawing_reader, "predict_logits", read)
    return now


def test_readings_take_a_small_share_of_the_processor_time(run, drawings, clock):
    run.watched.add(drawings, asker=TEACHER)
    reader = drawing_reader.DrawingReader(run)
    spent, began = [], clock["worked"]
    for step in range(400):
        before = clock["worked"]
        reader.read_if_due(None, step, 0.0, clock["worked"] - began, slow=False)
        spent.append(clock["worked"] - before)
        clock["worked"] += 0.25
        clock["wall"] += 25  # it has a hundredth of a busy machine
    assert spent[0] == pytest.approx(0.03), "at once"
    assert 0.01 < sum(spent) / (clock["worked"] - began) < 0.02


def test_a_long_training_is_looked_at_ever_more_rarely(run, drawings, clock):
    run.watched.add(drawings, asker=TEACHER)
    reader = drawing_reader.DrawingReader(run)
    for step, seconds in enumerate((10_000.0, 10_001.0, 10_019.0, 10_021.0)):
        clock["worked"] += 100
        reader.read_if_due(None, step, 0.0, seconds, slow=False)
    assert [one.step for one in readings_of(run)] == [0, 3], "every 20 seconds after three hours"


def test_in_slow_motion_every_step_is_looked_at(run, drawings, clock):
    run.watched.add(drawings, asker=TEACHER)
    reader = drawing_reader.DrawingReader(run)
    for step in range(20):
        clock["wall"] += 0.2
        reader.read_if_due(None, step, 0.0, 0.0, slow=True)
    assert [one.step for one in readings_of(run)] == list(range(20))


def test_the_record_has_an_end(run, drawings, monkeypatch, at_every_report):
    monkeypatch.setattr(drawing_reader, "LARGEST_READINGS", 600)
    run.watched.add(drawings, asker=TEACHER)
    assert isinstance(list(execute(run))[-1], Finished)
    assert 600 <= run.watched.readings.stat().st_size < 1200


def test_a_damaged_drawing_is_passed_over(run, drawings, at_every_report):
    keys = run.watched.add(drawings, asker=TEACHER)
    (run.path / f"watched-{keys[0]}.grey").write_bytes(b"x")
    (run.path / f"watched-{keys[1]}.grey").write_bytes(bytes(784))
    assert isinstance(list(execute(run))[-1], Finished)
    assert set(readings_of(run)[0].read) == {keys[2]}


def test_it_survives_export_and_import_and_goes_on(runs, endless, drawings, at_every_report, tmp_path):
    run = create_run(endless, "x", asker=TEACHER)
    run.watched.add(drawings, asker=TEACHER)
    training = execute(run)
    for event in training:
        if isinstance(event, Epoch):
            break
    training.close()
    with run.watched.readings.open("ab") as file:
        file.write(b'{"step": 1}\nnot json\n')
    (tmp_path / "run.zip").write_bytes(pack(run))
    with (tmp_path / "run.zip").open("rb") as file:
        imported = unpack(file, tmp_path / "others", asker=TEACHER)
    assert imported.watched.keys() == run.watched.keys()
    assert readings_of(imported) == [from_json(line) for line in run.watched.readings.read_bytes().splitlines()[:-2]]
    before = len(readings_of(imported))
    again = execute(imported)
    for _ in again:
        if len(readings_of(imported)) > before:
            break
    again.close()
    assert not imported.history().end, "it is endless"


def test_older_versions_read_the_events_as_before(run, drawings, at_every_report):
    run.watched.add(drawings, asker=TEACHER)
    list(execute(run))
    kinds = {json.loads(line)["kind"] for line in run.journal.read_bytes().splitlines()}
    assert kinds <= {"started", "step", "validation", "inspection", "epoch", "finished"}


KEY = "0123456789abcdef"
READ = {"step": 5, "epoch": 0.5, "read": {KEY: [100] * 10}}


def test_a_line_comes_back():
    assert from_json(to_json(Readings(5, 0.5, {KEY: [100] * 10}))) == Readings(5, 0.5, {KEY: [100] * 10})


@pytest.mark.parametrize(
    "change",
    [
        {"step": -1},
        {"step": 1.5},
        {"step": True},
        {"epoch": "1"},
        {"epoch": 1e300},
        {"read": []},
        {"read": {"x": [100] * 10}},
        {"read": {KEY: [100] * 9}},
        {"read": {KEY: [1001] * 10}},
        {"read": {KEY: [0.5] * 10}},
        {"read": {KEY: "0123456789"}},
        {"more": 1},
    ],
)
def test_what_is_no_reading_is_refused(change):
    with pytest.raises(ValueError, match=r"expected readings|readings (have|are)"):
        from_json(json.dumps(READ | change))
    with pytest.raises(ValueError, match="brackets within brackets"):
        from_json("[" * 100_000)


def test_a_file_is_a_drawing_by_its_name_and_its_content():
    image = np.zeros((28, 28), np.uint8)
    name = f"watched-{key_of(image)}.grey"
    assert is_drawing(name)
    assert is_drawing(name, image.tobytes())
    assert not is_drawing(name, b"x")
    assert not is_drawing(f"watched-{'0' * 16}.grey", image.tobytes())
    assert not is_drawing(name + "x")
    assert not is_drawing("../" + name)
