from collections.abc import Callable, Iterator

import pytest
import torch
import torch.nn.functional as F

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import Mnist, load_mnist
from mnist_core.errors import ConfigError
from mnist_core.events import Diverged, Epoch, Event, Finished, Started, Step, Validation
from mnist_core.model.inference import evaluate
from mnist_core.model.network import build_model
from mnist_core.presets import preset
from mnist_core.training.optimizer import flatten, make_optimizer
from mnist_core.training.trainer import Training, TrainingState, train

SMALL = TrainConfig(
    filters=(4, 8), kernel_sizes=(3, 3), dense=(16,), train_size=200, validation_size=100, batch_size=32, epochs=2
)
EVERYTHING = {
    "convolutions_per_stage": 2,
    "padding": "same",
    "batch_norm": True,
    "dropout": 0.3,
    "weight_averaging": 0.9,
    "label_smoothing": 0.1,
    "schedule": "one-cycle",
    "shift": 2.0,
    "rotation": 10.0,
    "scaling": 0.1,
    "shear": 10.0,
    "elastic": 1.0,
    "thickness": 0.5,
    "noise": 0.1,
    "pen_variants": 0.5,
}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Two threads wait for each other at every layer, which takes minutes where other work holds one of the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def data() -> Mnist:
    whole = load_mnist()
    return Mnist(whole.train_images, whole.train_labels, whole.test_images[:200], whole.test_labels[:200])


def weights(training: Training) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in training.model.state_dict().items()}


def assert_equal(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> None:
    assert left.keys() == right.keys()
    for name, value in left.items():
        assert torch.equal(value, right[name]), name


def state_after(training: Training, epoch: int) -> TrainingState:
    for event in training:
        if isinstance(event, Epoch) and event.epoch == epoch:
            return training.state()
    raise AssertionError("the run ended before the epoch did")


def test_events_come_in_order_and_count_every_step(data: Mnist) -> None:
    events = list(train(SMALL, data))
    assert isinstance(events[0], Started)
    assert events[0].total_steps == 14
    assert isinstance(events[-1], Finished)
    assert events[-1].step == 14
    ends = [i for i, event in enumerate(events) if isinstance(event, Epoch)]
    assert [events[i].epoch for i in ends] == [1, 2]
    for i in ends:  # the last report of an epoch, then its validation, then its sum
        last, validation, epoch = events[i - 2 : i + 1]
        assert isinstance(last, Step)
        assert isinstance(validation, Validation)
        assert last.step == validation.step == epoch.step
        assert (epoch.validation_loss, epoch.validation_accuracy) == (validation.loss, validation.accuracy)
    seconds = [event.seconds for event in events[1:]]
    assert seconds == sorted(seconds)


def test_the_network_learns(data: Mnist) -> None:
    *_, finished = train(SMALL.replace(train_size=6000, optimizer="adam", learning_rate=3e-3), data)
    assert isinstance(finished, Finished)
    assert finished.test_accuracy > 0.85


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw", "rmsprop"])
def test_equal_configs_give_equal_weights_and_a_resume_changes_nothing(data: Mnist, optimizer: str) -> None:
    config = SMALL.replace(**EVERYTHING, optimizer=optimizer, epochs=3)
    whole = train(config, data)
    state = state_after(whole, 2)
    list(whole)

    torch.rand(7)  # the caller's own use of the random state must not matter
    again = train(config, data)
    list(again)
    assert_equal(weights(again), weights(whole))

    resumed = train(config, data, resume=state)
    events = list(resumed)
    assert isinstance(events[0], Started)
    assert events[0].epoch == 2
    assert_equal(weights(resumed), weights(whole))
    assert_equal(resumed.state().tensors, whole.state().tensors)


def test_other_seeds_give_other_weights(data: Mnist) -> None:
    first, second = train(SMALL, data), train(SMALL.replace(shuffle_seed=1), data)
    list(first)
    list(second)
    assert not torch.equal(weights(first)["output.weight"], weights(second)["output.weight"])


def test_a_diverging_run_fails_with_advice(data: Mnist) -> None:
    *_, last = train(SMALL.replace(learning_rate=10.0, optimizer="momentum", activation="leaky_relu"), data)
    assert isinstance(last, Diverged)
    assert "learning rate lower than 10" in last.reason


def test_close_ends_the_events_and_keeps_the_weights(data: Mnist) -> None:
    training = train(SMALL.replace(epochs=100), data)
    for event in training:
        if isinstance(event, Epoch):
            break
    before, step = weights(training), training.step
    training.close()
    training.close()
    assert list(training) == []
    assert training.step == step
    assert_equal(weights(training), before)


def test_a_pause_is_not_training_time(data: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    now, each_look, pause = 0.0, 0.01, 1_000.0

    def clock() -> float:
        nonlocal now
        now += each_look
        return now

    monkeypatch.setattr("mnist_core.training.trainer.perf_counter", clock)
    seconds, pauses = [], 0
    for event in train(SMALL, data):
        seconds.append(getattr(event, "seconds", 0.0))
        now += pause
        pauses += 1
    assert pauses > 2
    assert isinstance(event, Finished)
    assert seconds == sorted(seconds)
    assert 0 < event.seconds < now - pauses * pause


def test_the_notebook_preset_has_no_validation(data: Mnist) -> None:
    config = preset("notebook").replace(train_size=400)
    events = list(train(config, data))
    assert not any(isinstance(event, Validation) for event in events)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [epoch.validation_loss for epoch in epochs] == [None, None]


class Allowance:
    """A budget of validation that affords everything or nothing, and notes what is spent."""

    def __init__(self, affords: bool) -> None:
        self._affords = affords
        self.asked: list[tuple[float, float]] = []
        self.spent: list[float] = []

    def affords(self, seconds: float, pace: float) -> bool:
        self.asked.append((seconds, pace))
        return self._affords

    def spend(self, seconds: float) -> None:
        self.spent.append(seconds)


def test_the_first_step_is_reported_on_any_machine(data: Mnist) -> None:
    first = next(event for event in train(SMALL, data) if isinstance(event, Step))
    assert first.step == 1


@pytest.mark.parametrize("affords", [True, False])
def test_validation_within_an_epoch_keeps_to_its_budget(
    data: Mnist, affords: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = Allowance(affords)
    monkeypatch.setattr("mnist_core.training.trainer.ValidationBudget", lambda images: budget)
    monkeypatch.setattr("mnist_core.training.trainer.REPORT_EVERY", 0.0)
    events = list(train(SMALL.replace(epochs=1), data))
    steps = [event for event in events if isinstance(event, Step) and event.epoch < 1]
    within = [event for event in events if isinstance(event, Validation) and event.epoch < 1]
    assert [pace for _, pace in budget.asked] == [step.images_per_second for step in steps]
    assert all(0 < seconds <= events[-1].seconds for seconds, _ in budget.asked)
    assert len(steps) == SMALL.steps_per_epoch - 1
    assert len(within) == len(budget.spent) == (len(steps) if affords else 0)
    assert all(0 < seconds < events[-1].seconds for seconds in budget.spent)


def test_the_model_in_training_is_the_model_that_is_used(data: Mnist) -> None:
    """Activation and pooling change places in training only, which changes no output."""
    training = train(SMALL, data)
    list(training)
    images = torch.rand(5, 1, 28, 28)
    for module in (training.model, training._network.forward):
        module.eval()
    assert torch.equal(training.model(images), training._network.forward(images))


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("sgd", lambda w, d: torch.optim.SGD(w, 0.01, weight_decay=d)),
        ("momentum", lambda w, d: torch.optim.SGD(w, 0.01, momentum=0.9, nesterov=True, weight_decay=d)),
        ("adam", lambda w, d: torch.optim.Adam(w, 0.01, weight_decay=d)),
        ("adamw", lambda w, d: torch.optim.AdamW(w, 0.01, weight_decay=d)),
        ("rmsprop", lambda w, d: torch.optim.RMSprop(w, 0.01, weight_decay=d)),
    ],
)
def test_one_vector_of_weights_is_trained_as_the_single_tensors_would_be(
    name: str, reference: Callable[..., torch.optim.Optimizer]
) -> None:
    config = SMALL.replace(optimizer=name, weight_decay=0.1, learning_rate=0.01)
    ours, theirs = build_model(config), build_model(config)
    vectors = flatten(ours)
    whole, expected = make_optimizer(config, vectors), reference(theirs.parameters(), 0.1)
    images, labels = torch.rand(16, 1, 28, 28), torch.arange(16) % 10
    for _ in range(10):
        F.cross_entropy(ours(images), labels).backward()
        whole.step()
        vectors.gradients.zero_()
        expected.zero_grad()
        F.cross_entropy(theirs(images), labels).backward()
        expected.step()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-3, atol=1e-5)


STOPPING = {"patience": 2, "weight_averaging": 0.9, "batch_norm": True, "dropout": 0.2, "optimizer": "adam"}


def losses(events: list[Event]) -> list[float]:
    return [e.validation_loss for e in events if isinstance(e, Epoch) and e.validation_loss is not None]


def test_early_stopping_ends_at_the_turn_and_uses_the_weights_of_the_best_epoch(data: Mnist) -> None:
    config = SMALL.replace(**STOPPING, learning_rate=0.03, schedule="constant", train_size=100, epochs=60)
    training, at_end, events = train(config, data), {}, []
    for event in training:
        events.append(event)
        if isinstance(event, Epoch):
            at_end[event.epoch] = weights(training)
    finished = events[-1]
    assert isinstance(finished, Finished)
    seen = losses(events)
    assert finished.best_epoch == seen.index(min(seen)) + 1 == len(seen) - 2
    assert len(seen) < 60
    assert_equal(weights(training), at_end[finished.best_epoch])
    measured = evaluate(training.model, data.test_images, data.test_labels)
    assert (finished.test_loss, finished.test_accuracy) == (measured.loss, measured.accuracy)


def test_the_best_epoch_is_used_also_when_patience_lasts_to_the_end(data: Mnist) -> None:
    config = SMALL.replace(patience=50, learning_rate=0.03, train_size=100, epochs=12)
    events = list(train(config, data))
    seen = losses(events)
    assert len(seen) == 12
    assert isinstance(events[-1], Finished)
    assert events[-1].best_epoch == seen.index(min(seen)) + 1


def run_to(training: Training, epochs: int, changes: dict[int, float]) -> TrainingState | None:
    """Train until the end of an epoch, with each change of the rate made at the first report after its step."""
    wanted = sorted(changes.items())
    for event in training:
        if wanted and isinstance(event, Step) and event.step >= wanted[0][0]:
            training.change_rate(wanted.pop(0)[1])
        if isinstance(event, Epoch) and event.epoch == epochs:
            return training.state()
    return None


def test_resuming_with_averaging_patience_changed_rates_and_more_epochs_is_bit_exact(data: Mnist) -> None:
    config = SMALL.replace(**EVERYTHING, optimizer="adamw", patience=9, epochs=4, train_size=300)
    whole = train(config, data)
    whole.every_step = True
    assert run_to(whole, 99, {3: 0.1, 14: 2.0, 25: 0.5}) is None
    assert whole.rate_changes == ((3, 0.1), (14, 2.0), (25, 0.5))

    for epoch in (1, 2, 3):  # killed after the changes were recorded, resumed from before some of them
        state = state_after(train(config, data, rate_changes=whole.rate_changes), epoch)
        again = train(config, data, resume=state, rate_changes=whole.rate_changes)
        list(again)
        assert_equal(weights(again), weights(whole))

    longer = config.extended(4, 2)
    added = train(longer, data, resume=whole.state(), rate_changes=whole.rate_changes)
    events = list(added)
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [5, 6]
    at_once = train(longer, data, rate_changes=whole.rate_changes)
    list(at_once)
    assert_equal(weights(added), weights(at_once))
    assert_equal(added.state().tensors, at_once.state().tensors)


def test_a_change_of_the_rate_holds_from_the_next_step_on(data: Mnist) -> None:
    training = train(SMALL.replace(schedule="constant", learning_rate=0.01), data)
    training.every_step = True
    rates = {}
    for event in training:
        if isinstance(event, Step):
            rates[event.step] = event.learning_rate
            if event.step == 5:
                change = training.change_rate(0.1)
    assert (change.step, change.factor, change.old, change.new) == (5, 0.1, 0.01, pytest.approx(0.001))
    assert rates[5] == 0.01
    assert rates[6] == rates[14] == pytest.approx(0.001)


def test_slow_motion_reports_every_step_and_changes_no_number(data: Mnist) -> None:
    usual, slow = train(SMALL.replace(**EVERYTHING), data), train(SMALL.replace(**EVERYTHING), data)
    list(usual)
    slow.every_step = True
    assert [e.step for e in slow if isinstance(e, Step)] == list(range(1, 15))
    assert_equal(weights(slow), weights(usual))


def test_a_state_beyond_the_last_epoch_is_a_sentence(data: Mnist) -> None:
    state = state_after(train(SMALL, data), 2)
    with pytest.raises(ConfigError, match="epochs must be at least the 2 that are trained already, received 1"):
        train(SMALL.replace(epochs=1), data, resume=state)


class Clock:
    """Stands in for `perf_counter`: each look at it takes an eighth of a second, which floats add up exactly."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.125
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("mnist_core.training.trainer.perf_counter", clock)
    # How often it is looked inside depends on what that costs: a count of reports would differ from time to time.
    monkeypatch.setattr("mnist_core.training.inspection.perf_counter", Clock())
    return clock


LIMITED = SMALL.replace(batch_size=8, epochs=50, max_seconds=30)


def test_a_limit_in_seconds_ends_the_run_within_an_epoch_with_a_last_measurement(data: Mnist, clock: Clock) -> None:
    training = train(LIMITED, data)
    *_, step, validation, end = list(training)
    assert isinstance(end, Finished)
    assert end.max_seconds == 30
    assert 30 <= end.seconds < 36
    assert isinstance(step, Step)
    assert isinstance(validation, Validation)
    assert step.step == validation.step == end.step == training.step < 50 * LIMITED.steps_per_epoch
    assert training.epoch == end.step // LIMITED.steps_per_epoch
    measured = evaluate(training.model, data.test_images, data.test_labels)
    assert measured.accuracy == end.test_accuracy


def test_without_validation_images_a_limit_ends_the_run_with_the_report_of_its_last_step(
    data: Mnist, clock: Clock
) -> None:
    *_, step, end = list(train(LIMITED.replace(validation_size=0), data))
    assert isinstance(step, Step)
    assert isinstance(end, Finished)
    assert (step.step, end.max_seconds) == (end.step, 30)


def test_a_limit_that_is_set_while_it_trains_ends_it(data: Mnist, clock: Clock) -> None:
    training = train(LIMITED.replace(max_seconds=0), data)
    begun = next(training)
    next(training)
    training.max_seconds = 30
    *_, end = training
    assert isinstance(begun, Started)
    assert isinstance(end, Finished)
    assert (begun.max_seconds, end.max_seconds) == (0, 30)
    assert 30 <= end.seconds < 36


def test_a_limit_that_is_not_reached_changes_nothing(data: Mnist) -> None:
    limited, usual = train(SMALL.replace(max_seconds=3600), data), train(SMALL, data)
    *_, end = limited
    list(usual)
    assert isinstance(end, Finished)
    assert end.max_seconds is None
    assert_equal(weights(limited), weights(usual))


def test_a_pause_is_no_training_time(data: Mnist, clock: Clock) -> None:
    usual = len(list(train(LIMITED, data)))
    count = 0
    for _ in train(LIMITED, data):
        clock.now += 100
        count += 1
    assert count == usual


def test_after_a_resume_the_seconds_trained_before_count(data: Mnist, clock: Clock) -> None:
    state = state_after(train(LIMITED, data), 1)
    assert 0 < state.seconds < 30
    *_, end = train(LIMITED, data, resume=state)
    assert isinstance(end, Finished)
    assert 30 <= end.seconds < 36
    spent = TrainingState(state.tensors, 1, 30.0)
    begun, end = train(LIMITED, data, resume=spent)
    assert isinstance(begun, Started)
    assert isinstance(end, Finished)
    assert (end.step, end.max_seconds) == (LIMITED.steps_per_epoch, 30)


def test_with_early_stopping_a_limit_leaves_the_best_of_the_whole_epochs(data: Mnist, clock: Clock) -> None:
    events = list(train(LIMITED.replace(patience=40, learning_rate=0.03, batch_size=32), data))
    seen, end = losses(events), events[-1]
    assert isinstance(end, Finished)
    assert end.max_seconds == 30
    assert len(seen) >= 2
    assert end.best_epoch == seen.index(min(seen)) + 1
