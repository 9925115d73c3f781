"""The verdicts on recorded runs, one for each, and on histories that are cut short or made up."""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from mnist_core.config import TrainConfig
from mnist_core.diagnosis import remedies
from mnist_core.diagnosis.diagnoses import Verdict
from mnist_core.diagnosis.run_facts import least_loss
from mnist_core.diagnosis.verdict import diagnose
from mnist_core.event_json import from_json
from mnist_core.events import Diverged, Failed, Finished, RateChanged, Started, Step, Stopped, Validation
from mnist_core.history import History
from mnist_core.presets import PRESETS, preset

RECORDED = {
    "underfit": "high bias",
    "overfit": "high variance",
    "overfit-without-validation": "high variance",
    "rate-too-high": "learning rate too high",
    "rate-slightly-too-high": "learning rate too high",
    "collapsed": "learning rate too high",
    "rate-too-low": "learning rate too low",
    "sgd-too-low": "learning rate too low",
    "diverged": "diverged",
    "fast": "well fitted",
    "notebook": "well fitted",
    "one-short-epoch": "still learning",
    "cosine": "still learning",
    "dense-only": "high variance",
    "weight-decay": "high bias",
}
"""Runs of this project on MNIST, thinned to some fifty reports each, and what each is an example of."""


def recorded(name):
    config, *events = (Path(__file__).parents[2] / "support" / "histories" / f"{name}.jsonl").read_text().splitlines()
    return [from_json(event) for event in events], TrainConfig.from_dict(json.loads(config)["config"])


def diagnosis(name):
    events, config = recorded(name)
    found = diagnose(History.of(events), config)
    assert found is not None
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_run_gets_its_verdict_and_a_change_that_can_be_trained(name):
    _, config = recorded(name)
    found = diagnosis(name)
    assert found.verdict == RECORDED[name]
    assert config.replace(**found.change) != config
    for field in found.change:
        assert getattr(config, field) != found.change[field]


def test_every_verdict_has_a_recorded_run_or_a_test_of_its_own():
    of_fine_tunings = {"handwriting learned", "no difference shown", "drawings read worse", "MNIST forgotten"}
    assert {*RECORDED.values(), "not measured"} | of_fine_tunings == set(get_args(Verdict))


def test_the_reason_is_the_runs_own_numbers():
    assert "92.4% of the training images right and 91.7% of the validation images" in diagnosis("underfit").why
    assert "300 training images by heart and is 14.3 points worse" in diagnosis("overfit").why
    assert "of the test images" in diagnosis("notebook").why  # it holds no images back
    assert "33.8%" in diagnosis("collapsed").why


def test_the_change_is_concrete():
    assert diagnosis("rate-too-high").advice.endswith("learning rate 0.5 → 0.01.")
    assert diagnosis("rate-too-low").change == {"learning_rate": 1e-3}
    assert diagnosis("overfit").change == {"train_size": 3000}
    assert "filters" in diagnosis("underfit").change
    assert diagnosis("weight-decay").change == {"weight_decay": 0.0}
    assert diagnosis("one-short-epoch").change == {"epochs": 2}
    assert diagnosis("diverged").change == {"learning_rate": 0.1}


def test_a_loss_that_stays_finite_but_learns_nothing_is_never_well_fitted():
    assert diagnosis("rate-too-high").verdict == "learning rate too high"
    assert diagnosis("sgd-too-low").verdict == "learning rate too low"
    assert diagnosis("weight-decay").verdict == "high bias"


@pytest.mark.parametrize("name", RECORDED)
def test_while_a_run_goes_on_nothing_is_said_too_early_and_nothing_alarming_of_a_good_one(name):
    events, config = recorded(name)
    good = RECORDED[name] in ("well fitted", "still learning")
    for end in range(1, len(events)):
        history = History.of(events[:end])
        found = diagnose(history, config)
        if history.progress < 0.2:
            assert found is None
        elif good and found:
            assert found.verdict in ("well fitted", "still learning")


def test_a_run_that_was_stopped_is_judged_by_what_there_is():
    events, config = recorded("overfit")
    half = [e for e in events[: len(events) // 2] if not isinstance(e, Finished)]
    found = diagnose(History.of([*half, Stopped(step=300, epoch=20.0, seconds=1.0)]), config)
    assert found is not None
    assert found.verdict == "high variance"


def test_a_stopped_run_without_held_back_images_cannot_be_measured():
    events, config = recorded("notebook")
    stopped = [*(e for e in events if not isinstance(e, Finished)), Stopped(step=15000, epoch=2.0, seconds=1.0)]
    found = diagnose(History.of(stopped), config)
    assert found is not None
    assert found.verdict == "not measured"
    assert config.replace(**found.change).validation_size == 5000
    assert diagnose(History.of(stopped[:-1]), config) is None  # it goes on: the test will tell


def test_nothing_is_said_of_an_empty_run_nor_of_one_that_failed_for_another_reason():
    assert diagnose(History(), TrainConfig()) is None
    events, config = recorded("fast")
    assert diagnose(History.of([*events[:-1], Failed(reason="The disk is full.")]), config) is None


def made_up(accuracies, losses, validation, size=1000, config=None, apart=30, stopped=False, steps=None):
    config = config or TrainConfig(validation_size=size)
    steps = steps or [apart * i for i in range(1, len(losses) + 1)]
    numbers = {"device": "cpu", "precision": "float32", "threads": 1, "parameters": 9, "steps_per_epoch": 100}
    events = [Started(**numbers, total_steps=steps[-1] * (2 if stopped else 1), epoch=0)]
    for step, loss, accuracy in zip(steps, losses, accuracies, strict=True):
        rest = {"learning_rate": config.learning_rate, "images_per_second": 1.0, "seconds": step / 10}
        events.append(Step(step=step, epoch=step / 300, loss=loss, accuracy=accuracy, **rest))
    step = steps[-1]
    events.append(Validation(step=step, epoch=1.0, loss=1.0, accuracy=validation, seconds=1.0))
    ended = Finished(step=step, test_loss=0.1, test_accuracy=validation, seconds=1.0)
    events.append(Stopped(step=step, epoch=1.0, seconds=1.0) if stopped else ended)
    return diagnose(History.of(events), config)


def test_a_gap_that_chance_explains_is_no_variance():
    flat = {"accuracies": [0.99] * 10, "losses": [0.05] * 10}
    assert made_up(**flat, validation=0.97, size=5000).verdict == "high variance"
    assert made_up(**flat, validation=0.98, size=100).verdict == "well fitted"
    large = TrainConfig(train_size=40_000, validation_size=20_000)
    assert made_up(**flat, validation=0.985, config=large).verdict == "well fitted"  # real, but too small to matter


def test_the_larger_part_of_the_error_decides():
    assert made_up([0.95] * 10, [0.2] * 10, 0.85).verdict == "high variance"
    assert made_up([0.90] * 10, [0.4] * 10, 0.86).verdict == "high bias"


@pytest.mark.parametrize("reports", [5, 10, 60])
def test_of_few_steps_nobody_says_that_the_loss_has_stopped_however_often_it_was_reported(reports):
    flat = {"accuracies": [0.9] * reports, "losses": [0.4] * reports, "validation": 0.9}
    assert made_up(**flat, apart=60 // reports).verdict == "still learning"


@pytest.mark.parametrize(
    "steps",
    [
        [*range(20, 1001, 20)],
        [*range(125, 1001, 125)],
        [*range(10, 501, 10), *range(550, 1001, 50)],
        [*range(50, 501, 50), *range(510, 1001, 10)],
    ],
    ids=["evenly", "seldom", "slower and slower", "faster and faster"],
)
def test_a_busy_machine_that_reports_unevenly_changes_no_verdict(steps):
    def losses(fastness):
        curve = [0.3 + 2 * math.exp(-fastness * step / 1000) for step in range(1000)]
        return [sum(curve[a:b]) / (b - a) for a, b in pairwise([0, *steps])]

    flat = {"accuracies": [0.92] * len(steps), "validation": 0.92, "steps": steps}
    assert made_up(losses=losses(6), **flat).verdict == "high bias"
    assert made_up(losses=losses(3), **flat).verdict == "still learning"


@pytest.mark.parametrize("steps", [[0] * 10, [100, 0, 50, 20, 100, 30, 10, 7, 3, 90]], ids=["none", "back and forth"])
def test_a_record_whose_steps_do_not_go_on_has_a_verdict(steps):
    assert made_up([0.9] * 10, [0.4] * 10, 0.9, steps=steps).verdict in ("high bias", "still learning")


def test_the_part_of_the_loss_that_label_smoothing_makes_cannot_fall():
    losses = [0.5, 0.42, 0.37, 0.35, 0.34, 0.33, 0.325, 0.322, 0.317, 0.315]
    for smoothing, verdict in ((0.05, "still learning"), (0.0, "high bias")):
        config = TrainConfig(validation_size=1000, label_smoothing=smoothing)
        assert made_up([0.95] * 10, losses, 0.95, config=config).verdict == verdict
    smoothed = made_up([0.95] * 10, losses, 0.95, config=TrainConfig(validation_size=1000, label_smoothing=0.05))
    assert "by 18% over the last fifth of the run, not counting what label smoothing adds" in smoothed.why


@pytest.mark.parametrize("smoothing", [0.0, 0.05, 0.5])
def test_the_least_loss_is_torchs_where_the_network_says_just_the_smoothed_labels(smoothing):
    right = torch.full((1, 10), smoothing / 10)
    right[0, 3] += 1 - smoothing
    loss = cross_entropy(right.log().clamp_min(-1e4), torch.tensor([3]), label_smoothing=smoothing)
    assert least_loss(smoothing) == pytest.approx(loss.item(), abs=1e-6)


def test_a_run_that_was_stopped_is_resumed_and_its_schedule_lowers_the_rate_by_itself():
    flat = {"accuracies": [0.95] * 10, "losses": [0.4] * 10, "validation": 0.95, "stopped": True}
    high = {"learning_rate": 0.01, "validation_size": 1000}
    assert made_up(**flat, config=TrainConfig(**high)).verdict == "learning rate too high"
    found = made_up(**flat, config=TrainConfig(**high, schedule="one-cycle"))
    assert (found.verdict, found.change) == ("still learning", {})
    assert "It was stopped before its end." in found.why
    assert found.advice == "Resume it: it goes on where it was."
    assert made_up(**flat, config=TrainConfig(validation_size=1000)).verdict == "high bias", "it would not help"


def test_where_nothing_more_can_be_changed_none_is_told():
    config = TrainConfig(
        filters=(256,) * 5, kernel_sizes=(1,) * 5, padding="same", pooling="none", dense=(), epochs=200, batch_size=64
    )
    found = made_up([0.5] * 10, [1.0] * 10, 0.5, config=config)
    assert (found.verdict, found.change) == ("high bias", {})
    assert found.advice == "The network is as large as it gets; give it more time."


def changed_by_hand(losses, accuracies, changes, end=None, config=None):
    """What is said of a run whose learning rate was multiplied by each factor from that report on."""
    config = config or TrainConfig()
    events = [
        Started(
            device="cpu",
            precision="float32",
            threads=1,
            parameters=9,
            steps_per_epoch=100,
            total_steps=10 * len(losses),
            epoch=0,
        )
    ]
    rate = config.learning_rate
    for i, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
        if i in changes:
            old, rate = rate, config.learning_rate * changes[i]
            events.append(RateChanged(step=10 * i, epoch=i / 10, factor=changes[i], old=old, new=rate))
        numbers = {"loss": loss, "accuracy": accuracy, "learning_rate": rate}
        events.append(Step(step=10 * i + 10, epoch=i / 10 + 0.1, images_per_second=1.0, seconds=i + 1.0, **numbers))
    step = 10 * len(losses)
    if end is None:
        events.append(Validation(step=step, epoch=step / 100, loss=1.0, accuracy=accuracies[-1], seconds=99.0))
        end = Finished(step=step, test_loss=1.0, test_accuracy=accuracies[-1], seconds=99.0)
    return diagnose(History.of([*events, end]), config)


def test_a_rate_divided_by_hand_until_nothing_moves_is_too_low():
    found = changed_by_hand([2.303] * 100, [0.11] * 100, {1: 1e-3})
    assert found.verdict == "learning rate too low"
    assert found.advice.startswith("Undo the change by hand.")
    assert found.advice.endswith("learning rate 1e-06 → 0.001.")
    assert found.change == {"learning_rate": 1e-3}


@pytest.mark.parametrize(("spoilt", "later"), [(2.31, {}), (90.0, {}), (90.0, {60: 1.0})])
def test_a_rate_multiplied_by_hand_until_the_network_guesses_is_too_high(spoilt, later):
    found = changed_by_hand([2.3, 0.5] + [spoilt] * 10 + [2.31] * 88, [0.1, 0.8] + [0.1] * 98, {2: 1e3} | later)
    assert found.verdict == "learning rate too high"
    assert found.advice.startswith("Undo the change by hand.")
    assert found.advice.endswith("learning rate 1 → 0.001.")


def test_a_run_that_diverged_after_a_change_by_hand_is_told_to_undo_it():
    ended = Diverged(reason="The loss became infinite. Try a learning rate lower than 1.")
    found = changed_by_hand([2.3, 0.5, 0.4, 90.0], [0.1, 0.8, 0.85, 0.1], {3: 1e3}, end=ended)
    assert found.verdict == "diverged"
    assert found.advice.startswith("Undo the change by hand.")
    assert found.advice.endswith("learning rate 1 → 0.001.")
    lowered = changed_by_hand([2.3, 90.0], [0.1, 0.1], {1: 0.1}, end=ended)
    assert lowered.change == {"learning_rate": 1e-5}  # a tenth of the rate with which it diverged


def test_a_plan_that_was_bad_before_any_change_by_hand_is_not_gone_back_to():
    wild = TrainConfig(learning_rate=0.5)
    assert changed_by_hand([2.31] * 50, [0.1] * 50, {1: 2.0}, config=wild).change == {"learning_rate": 1e-3}
    timid = TrainConfig(learning_rate=1e-5)
    assert changed_by_hand([2.303] * 50, [0.1] * 50, {1: 0.1}, config=timid).change == {"learning_rate": 1e-3}


def test_a_rate_lowered_towards_the_end_of_a_run_is_not_too_low():
    falling = [2.0 / (i + 1) for i in range(100)]
    assert changed_by_hand(falling, [0.95] * 100, {80: 0.1}).verdict == "still learning"
    assert changed_by_hand(falling, [0.95] * 100, {5: 0.1}).verdict == "learning rate too low"


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e30)), min_size=1, max_size=40),
    st.floats(0, 1),
    st.sampled_from(sorted(PRESETS)),
)
def test_whatever_the_numbers_there_is_a_verdict_whose_change_can_be_trained(curve, validation, name):
    accuracies, losses = zip(*curve, strict=True)
    config = preset(name)
    found = made_up(accuracies, losses, validation, config=config)
    assert found.why.endswith(".")
    assert found.advice.endswith(".")
    config.replace(**found.change)


@pytest.mark.parametrize("name", PRESETS)
def test_remedies_run_out_and_never_repeat(name):
    """Clicking on and on ends at a network that has everything, not in a circle."""
    for remedy in (remedies.against_variance, remedies.against_bias):
        config, seen = preset(name), set()
        while (change := remedy(config)[0]) and config not in seen:
            seen.add(config)
            assert config.replace(**change) != config or config.epochs == 200
            config = config.replace(**change)
        assert len(seen) < 20


def test_rates_move_towards_the_usual_one_and_stay_in_range():
    high, low = TrainConfig(learning_rate=0.5), TrainConfig(learning_rate=1e-6)
    assert remedies.lower_rate(high) == remedies.raise_rate(low) == 1e-3
    assert remedies.lower_rate(low) == 1e-6
    assert remedies.raise_rate(TrainConfig(learning_rate=10)) == 10
    assert remedies.lower_rate(TrainConfig(learning_rate=5e-4)) == 5e-5


def test_a_run_that_its_limit_in_seconds_ended_is_told_to_take_longer():
    events, config = recorded("cosine")
    limited = config.replace(max_seconds=8)
    events = [*events[: len(events) // 2], Finished(step=40, test_loss=1, test_accuracy=0.8, seconds=8, max_seconds=8)]
    found = diagnose(History.of(events), limited)
    assert found.verdict == "still learning"
    assert "Its limit of 8 s ended it." in found.why
    assert found.change == {"max_seconds": 16}
    assert "8 → 16" in found.advice
    assert remedies.more_seconds(config.replace(max_seconds=60_000)) == {"max_seconds": 0}


@pytest.mark.parametrize("own", [0, 60])
def test_a_run_that_its_class_s_limit_ended_is_told_so_and_no_longer_limit_is_proposed(own):
    events, config = recorded("cosine")
    events = [*events[: len(events) // 2], Finished(step=40, test_loss=1, test_accuracy=0.8, seconds=8, max_seconds=8)]
    found = diagnose(History.of(events), config.replace(max_seconds=own))
    assert found.verdict == "still learning"
    assert "Its class's limit of 8 s ended it." in found.why
    assert found.change == {}
