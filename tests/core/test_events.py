import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.event_json import from_json, to_json
from mnist_core.events import KINDS, LARGEST_FACTOR, Diverged, Epoch, Failed, Finished, Started, Stopped
from mnist_core.history import History
from mnist_core.untrusted_text import clean
from tests.support.events import epoch, inspection, rate_changed, started, step, validation

VALUES = {
    "int": st.integers(1, 10**9),
    "int | None": st.one_of(st.none(), st.integers(0, 200)),
    "float": st.floats(0, 1e9, allow_nan=False),
    "float | None": st.one_of(st.none(), st.floats(0, 1)),
    "str": st.text(max_size=20).map(lambda text: clean(text, 20)),
    "dict[str, float]": st.dictionaries(
        st.text(max_size=5).map(lambda text: clean(text, 5)), st.floats(0, 1e9, allow_nan=False), max_size=3
    ),
}
POSSIBLE = {
    "precision": st.sampled_from(["float32", "bfloat16"]),
    "epoch": st.integers(0, 200),
    "factor": st.floats(1 / LARGEST_FACTOR, LARGEST_FACTOR),
    **dict.fromkeys(["learning_rate", "old", "new"], st.floats(0, 1e4)),
}


@st.composite
def events(draw):
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]

    def values(name, declared):
        return st.floats(0, 1) if "accuracy" in name else POSSIBLE.get(name, VALUES[declared])

    return kind(**{f.name: draw(values(f.name, f.type)) for f in fields(kind)})


@given(events())
def test_an_event_survives_a_round_trip_as_one_line(event):
    line = to_json(event)
    assert "\n" not in line
    assert from_json(line) == event


def inspection_line(dead):
    rest = '"step": 1, "epoch": 0.1, "gradients": {}, "changes": {}, "seconds": 1.0'
    return f'{{"kind": "inspection", {rest}, "dead": {dead}}}'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "3",
        '{"kind": "unknown"}',
        '{"kind": "failed"}',
        '{"kind": "failed", "reason": 3}',
        '{"kind": "failed", "reason": "x", "more": 1}',
        '{"kind": "stopped", "step": true, "epoch": 1.0, "seconds": 1.0}',
        '{"kind": "stopped", "step": 1.5, "epoch": 1.0, "seconds": 1.0}',
        '{"kind": ["failed"], "reason": "x"}',
        '{"kind": "stopped", "step": 1, "epoch": NaN, "seconds": 1.0}',
        '{"kind": "stopped", "step": 1, "epoch": 1e999, "seconds": 1.0}',
        '{"kind": "stopped", "step": 1, "epoch": 1.0, "seconds": 1e999}',
        '{"kind": "stopped", "step": -1, "epoch": 1.0, "seconds": 1.0}',
        '{"kind": "finished", "step": 1, "test_loss": 0.1, "test_accuracy": 5.0, "seconds": 1.0}',
        to_json(Started(device="", precision="", threads=1, parameters=1, steps_per_epoch=0, total_steps=0, epoch=0)),
        "[" * 100_000,
        inspection_line("[]"),
        inspection_line('{"conv1": "x"}'),
        inspection_line('{"conv1": true}'),
    ],
)
def test_what_is_no_event_is_refused(line):
    with pytest.raises(ValueError, match=r"Expecting|expected|has the fields|must be|has at most"):
        from_json(line)


def test_infinite_numbers_are_never_written():
    with pytest.raises(ValueError, match="JSON"):
        to_json(Stopped(step=1, epoch=float("nan"), seconds=1.0))


def test_a_resume_takes_back_what_was_reported_beyond_its_epoch():
    before = [started(), inspection(5), step(5), step(10), validation(10), epoch(1), step(14), validation(15)]
    # The second epoch was reported, and its worker killed before it had kept what a resume needs.
    history = History.of([*before, inspection(15), epoch(2), started(epoch=1), step(12)])
    assert [s.step for s in history.steps] == [5, 10, 12]
    assert [v.step for v in history.validations] == [10]
    assert [i.step for i in history.inspections] == [5]
    assert [e.epoch for e in history.epochs] == [1]


def test_progress_time_and_results():
    history = History.of([started(), step(5)])
    assert history.progress == 0.25
    assert history.seconds_left == pytest.approx(15)
    assert history.test_accuracy is None
    history.add(Finished(step=20, test_loss=0.1, test_accuracy=0.98, seconds=21.0))
    assert (history.progress, history.test_accuracy, history.seconds) == (1.0, 0.98, 21.0)
    assert History().progress == 0
    assert History.of([started(), Failed(reason="x")]).end == Failed(reason="x")


def test_events_are_json_objects_with_their_kind():
    assert json.loads(to_json(Failed(reason="full"))) == {"kind": "failed", "reason": "full"}


def test_a_change_of_the_learning_rate_outlives_a_resume_and_takes_the_place_of_later_ones():
    history = History.of([started(), step(5), rate_changed(5, 0.1), step(12), rate_changed(12, 0.5)])
    assert [c.factor for c in history.rate_changes] == [0.1, 0.5]
    history.add(started(epoch=1))
    assert [c.factor for c in history.rate_changes] == [0.1, 0.5]
    history.add(rate_changed(10, 2.0))
    assert [c.factor for c in history.rate_changes] == [0.1, 2.0]


def test_more_epochs_after_the_end_go_on_with_the_curve():
    end = Finished(step=20, test_loss=0.1, test_accuracy=0.98, seconds=21.0)
    history = History.of([started(), step(10), epoch(1), step(20), epoch(2), end, started(epoch=2), step(21)])
    assert [s.step for s in history.steps] == [10, 20, 21]
    assert history.end is None
    assert history.test_accuracy is None


def test_the_epoch_that_is_used_gives_the_validation_accuracy():
    history = History.of([started(), validation(5), epoch(1)])
    history.epochs[0] = Epoch(
        **{**{f.name: getattr(epoch(1), f.name) for f in fields(Epoch)}, "validation_accuracy": 0.7}
    )
    assert (history.validation_accuracy, history.best_epoch) == (0.9, None)
    history.add(Finished(step=10, test_loss=0.1, test_accuracy=0.98, seconds=1.0, best_epoch=1))
    assert (history.validation_accuracy, history.best_epoch, history.ended_early) == (0.7, 1, True)


def test_records_from_before_a_field_was_added_stay_readable():
    line = '{"kind": "finished", "step": 1, "test_loss": 0.1, "test_accuracy": 0.9, "seconds": 1.0}'
    assert from_json(line).best_epoch is None
    assert isinstance(Diverged(reason="x"), Failed)


def test_a_limit_in_seconds_counts_for_progress_and_the_time_left_and_is_told_apart_from_early_stopping():
    limited = replace(started(), max_seconds=10)
    history = History.of([limited, step(5)])  # five seconds, a second a step
    assert (history.progress, history.seconds_left, history.epochs_shown) == (0.5, 5, 2)
    end = Finished(step=11, test_loss=0.1, test_accuracy=0.98, seconds=10.5, max_seconds=10)
    history.add(end)
    assert (history.progress, history.time_limit, history.ended_early) == (1, 10, False)
    assert history.epochs_shown == 1.1
    assert History.of([replace(limited, max_seconds=100), step(5)]).seconds_left == pytest.approx(15)
    assert from_json(to_json(end)) == end
