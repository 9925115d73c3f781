import copy
import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

from mnist_core.data.mnist import load_mnist
from mnist_core.events import Failed, Inspection, Step
from mnist_core.model.network import build_model, to_input
from mnist_core.training.inspection import Inspector, dead_shares
from mnist_core.training.optimizer import flatten, make_optimizer
from mnist_core.training.trainer import Training, train


@pytest.fixture
def images():
    return torch.from_numpy(load_mnist().train_images[:8].copy())


def one_step(config, images):
    """A step as the trainer does it, with an Inspector looking; the same step by plain autograd; both networks."""
    ours, theirs = build_model(config), build_model(config)
    vectors = flatten(ours)
    optimizer = make_optimizer(config, vectors)
    inspector = Inspector(ours, optimizer, images)
    labels = torch.arange(8)
    F.cross_entropy(ours(to_input(images)), labels).backward()
    optimizer.param_groups[0]["lr"] = config.learning_rate
    optimizer.step()
    vectors.gradients.zero_()
    loss = F.cross_entropy(theirs(to_input(images)), labels)
    gradients = dict(
        zip(dict(theirs.named_parameters()), torch.autograd.grad(loss, list(theirs.parameters())), strict=True)
    )
    return inspector, gradients, theirs


def test_gradients_and_changes_are_those_of_an_independent_computation(tiny, images):
    config = tiny.replace(optimizer="sgd", dense=(6,))
    inspector, gradients, start = one_step(config, images)
    found = inspector.report(1, 0.1, 0.5)
    assert (found.step, found.epoch, found.seconds) == (1, 0.1, 0.5)
    assert list(found.gradients) == list(found.changes) == ["conv1", "dense1", "output"]
    for name in found.gradients:
        gradient = torch.cat([g.flatten() for key, g in gradients.items() if key.startswith(name + ".")])
        weights = torch.cat([p.detach().flatten() for p in start.get_submodule(name).parameters()])
        assert found.gradients[name] == pytest.approx(gradient.norm().item(), rel=1e-3)
        moved = config.learning_rate * gradient.norm() / weights.norm()
        assert found.changes[name] == pytest.approx(moved.item(), rel=1e-3)


def test_a_filter_is_dead_only_if_it_is_silent_everywhere_for_every_image(tiny, images):
    model = build_model(tiny.replace(dense=(5,)))
    with torch.no_grad():
        for name, silent in (("conv1", [0]), ("dense1", [1, 3])):
            layer = model.get_submodule(name)
            layer.weight.zero_()
            layer.bias.fill_(1.0)
            layer.bias[silent] = -1.0
        model.conv1.weight[3] = 1.0  # answers to ink alone: silent in the corners of every image, and not dead
        model.conv1.bias[3] = -0.1
    assert dead_shares(model.train(), images) == {"act1": 0.25, "dense_act1": 0.4}
    assert model.training
    assert dead_shares(build_model(tiny.replace(activation="tanh")), images) == {}


def test_inspections_come_rarely_and_ever_more_rarely(tiny, images):
    inspector, _, _ = one_step(tiny, images)
    model, optimizer = inspector._model, inspector._optimizer
    seen = []
    for tenth in range(1, 4_000):
        if inspector.report(tenth, tenth / 10, tenth / 10):
            seen.append(tenth / 10)
        model.output.weight.grad.fill_(1.0)
        optimizer.step()
    assert seen[0] == 0.1
    gaps = [later - earlier for earlier, later in pairwise(seen)]
    assert min(gaps) >= 0.5
    assert gaps[-1] > 3.5  # a hundredth of 400 seconds
    assert not optimizer._optimizer_step_pre_hooks


def test_infinite_gradients_are_no_event(tiny, images):
    inspector, _, _ = one_step(tiny, images)
    inspector._gradients["output"] = math.inf
    assert inspector.report(1, 0.1, 0.5) is None


def test_a_training_ends_with_the_same_weights_whether_it_is_inspected_or_not(tiny, monkeypatch):
    config = tiny.replace(dropout=0.3, batch_norm=True, weight_averaging=0.9, shift=1.0, optimizer="adam")
    monkeypatch.setattr("mnist_core.training.inspection.EVERY", 0.0)  # as often as it can be
    monkeypatch.setattr("mnist_core.training.inspection.RARER", 0.0)
    monkeypatch.setattr("mnist_core.training.inspection.SHARE", math.inf)
    monkeypatch.setattr("mnist_core.training.trainer.REPORT_EVERY", 0.0)

    def trained() -> tuple[Training, list]:
        training = train(config, load_mnist())
        return training, list(training)

    inspected, events = trained()
    assert sum(isinstance(event, Inspection) for event in events) > 5
    monkeypatch.setattr(Inspector, "_arm", lambda self: None)
    alone, plain = trained()
    assert not any(isinstance(event, Inspection) for event in plain)
    for name, value in alone.state().tensors.items():
        assert torch.equal(value, inspected.state().tensors[name]), name


def test_a_diverging_run_is_not_ended_by_its_inspection(tiny):
    config = tiny.replace(learning_rate=10.0, optimizer="momentum", activation="leaky_relu")
    *_, last = train(config, load_mnist())
    assert isinstance(last, Failed)


def test_an_inspection_comes_with_the_first_report(tiny):
    training = train(tiny, load_mnist())
    _, first, second = (copy.copy(next(training)) for _ in range(3))
    assert isinstance(first, Inspection)
    assert isinstance(second, Step)
    assert first.step == second.step


def test_nothing_is_computed_in_float64_which_apples_graphics_processors_do_not_have(tiny, monkeypatch):
    def refuse(*_):
        raise TypeError("Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64.")

    monkeypatch.setattr(torch.Tensor, "double", refuse)
    assert any(isinstance(event, Inspection) for event in train(tiny, load_mnist()))
