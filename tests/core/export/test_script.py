"""The script of a run: it trains the very network that the run trained."""

import ast
import runpy
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import RunError
from mnist_core.events import Finished
from mnist_core.export.script import script_of_checkpoint, to_script
from mnist_core.model.card import ModelCard
from mnist_core.model.network import build_model
from mnist_core.model.training_data import TrainingData
from mnist_core.paths import DATA
from mnist_core.presets import PRESETS, preset
from mnist_core.training.trainer import train
from tests.support.configurations import configs
from tests.support.fine_tuning import TAUGHT_DATA

SMALL = TrainConfig(
    filters=(4, 8), kernel_sizes=(3, 3), dense=(16,), train_size=200, validation_size=100, batch_size=32, epochs=2
)
CHANGED = {"shift": 2, "rotation": 10, "scaling": 0.1, "shear": 10, "elastic": 1, "thickness": 0.5, "noise": 0.1}
RECIPES = {
    "plain": SMALL.replace(precision="float32"),
    "everything": SMALL.replace(
        convolutions_per_stage=2,
        padding="same",
        batch_norm=True,
        dropout=0.3,
        weight_averaging=0.9,
        label_smoothing=0.1,
        schedule="one-cycle",
        optimizer="adamw",
        weight_decay=0.02,
        seed=3,
        shuffle_seed=5,
        precision="float32",
        **CHANGED,
    ),
    "strides": SMALL.replace(
        pooling="stride", activation="gelu", optimizer="momentum", learning_rate=0.05, precision="float32"
    ),
    "averages": SMALL.replace(
        pooling="average", activation="leaky_relu", optimizer="rmsprop", schedule="cosine", precision="float32"
    ),
    "bfloat16": SMALL.replace(optimizer="sgd", learning_rate=0.1, weight_decay=0.01, precision="bfloat16"),
    "early": SMALL.replace(patience=1, epochs=30, learning_rate=0.01, precision="float32"),
    "longer than a cosine": SMALL.replace(
        schedule="cosine", schedule_epochs=3, epochs=5, optimizer="adamw", learning_rate=0.02, precision="float32"
    ),
    "longer than one cycle": SMALL.replace(
        patience=1, schedule="one-cycle", schedule_epochs=1, epochs=3, weight_averaging=0.5, precision="float32"
    ),
    "linear": SMALL.replace(filters=(), kernel_sizes=(), dense=(), validation_size=0, precision="float32"),
}
"""Between them they use every optimizer, schedule, pooling and augmentation."""
CHANGES = {
    "plain": [(0, 0.5), (5, 20.0), (9, 1.0)],
    "everything": [(3, 0.5), (9, 3.0)],
    "averages": [(8, 3.0)],
    "longer than a cosine": [(2, 0.5), (25, 7.0)],
    "early": [(4, 0.25)],
}
"""Recipes whose learning rate is changed by hand as well: the step from which on, and the factor."""


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def at_data(tmp_path, monkeypatch, mnist):
    """A folder with the data set in it, as the script expects."""
    (tmp_path / "data").symlink_to(DATA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_script_of_a_run_runs_alone_and_reads_as_many_test_images_right(at_data, mnist):
    (at_data / "train.py").write_text(to_script(RECIPES["plain"], "a run"))
    # -I: nothing of this project can be imported
    done = subprocess.run([sys.executable, "-I", "train.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    end = list(train(RECIPES["plain"], mnist))[-1]
    assert isinstance(end, Finished)
    said = done.stdout.splitlines()
    assert len(said) == RECIPES["plain"].epochs + 2
    assert said[-1] == f"test accuracy: {end.test_accuracy:.2%}"


def test_a_script_that_ends_early_ends_where_the_run_does(at_data, mnist, capsys):
    (at_data / "train.py").write_text(to_script(RECIPES["early"], "early"))
    runpy.run_path("train.py")
    *_, end = train(RECIPES["early"], mnist)
    assert isinstance(end, Finished)
    assert 1 < end.best_epoch < RECIPES["early"].epochs - 1
    epochs = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch ")]
    assert len(epochs) == end.best_epoch + 1


@pytest.mark.parametrize(
    ("recipe", "changes"), [*((recipe, ()) for recipe in RECIPES), *CHANGES.items()], ids=lambda value: str(value)[:20]
)
def test_the_script_ends_with_the_weights_of_the_run(recipe, changes, at_data, mnist):
    config = RECIPES[recipe]
    (at_data / "train.py").write_text(to_script(config, recipe, changes))
    found = runpy.run_path("train.py")
    training = train(config, mnist, rate_changes=changes)
    for _ in training:
        pass
    made = found["best"][2] if config.patience else found["average" if config.weight_averaging else "model"]
    made = made.module if config.weight_averaging else made
    # Rounding: augmentation is computed in another order, and GELU and bfloat16 amplify its last digit.
    tolerance = 0.02 if config.precision == "bfloat16" else 1e-3
    start = dict(build_model(config).state_dict())
    for (name, mine), its in zip(training.model.state_dict().items(), made.state_dict().values(), strict=True):
        if mine.is_floating_point():
            assert not torch.equal(mine, start[name]), name
            torch.testing.assert_close(its, mine, rtol=tolerance, atol=tolerance, msg=name)


@pytest.mark.parametrize("names", [*((name,) for name in CHANGED), tuple(CHANGED)], ids=" ".join)
def test_the_scripts_augmentation_is_the_cores(names, mnist):
    from mnist_core.data.augment import augment

    config = SMALL.replace(**{name: CHANGED[name] for name in names})
    images = torch.from_numpy(mnist.train_images[:300].copy()).unsqueeze(1) / 255
    labels = torch.from_numpy(mnist.train_labels[:300].copy()).long()
    space = {"np": np, "torch": torch, "F": F}
    wanted = [
        node
        for node in ast.parse(to_script(config, "x")).body
        if (isinstance(node, ast.FunctionDef) and node.name == "augment")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "GRID")
    ]
    exec(compile(ast.Module(wanted, []), "script", "exec"), space)
    expected = augment(images.clone(), labels, config, torch.Generator().manual_seed(1))
    received = space["augment"](images.clone(), labels, torch.Generator().manual_seed(1))
    assert not torch.equal(expected, images)
    torch.testing.assert_close(received, expected, rtol=0, atol=1e-4)


def test_a_script_says_that_it_leaves_other_handwriting_out():
    said = ast.get_docstring(ast.parse(to_script(SMALL.replace(pen_variants=0.5, shift=2), "x")))
    assert "other handwriting" in said
    assert "other handwriting" not in ast.get_docstring(ast.parse(to_script(SMALL.replace(shift=2), "x")))


LONG = 1.2345678901234567e-06
LARGEST = preset("best").replace(
    filters=(64,) * 5,
    kernel_sizes=(3,) * 5,
    convolutions_per_stage=3,
    dense=(100,) * 4,
    activation="leaky_relu",
    padding="same",
    pooling="stride",
    optimizer="momentum",
    precision="bfloat16",
    patience=10,
    schedule_epochs=30,
    seed=2**31 - 1,
    shuffle_seed=2**31 - 1,
    **{info.name: LONG for info in field_info() if info.type is float},
)


def assert_short_and_the_same_network(config, name, changes=()):
    text = to_script(config, name, changes)
    lines = text.splitlines()
    assert len(lines) < 100
    assert max(map(len, lines)) <= 120
    tree = ast.parse(text)
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - {"copy", "time"} == {"numpy", "torch", "torchvision"}  # torchvision needs numpy itself
    wanted = [
        node
        for node in tree.body
        if (isinstance(node, ast.FunctionDef) and node.name == "conv")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "model")
    ]
    space = {"nn": nn, "torch": torch}
    with torch.device("meta"):
        exec(compile(ast.Module(wanted, []), "script", "exec"), space)
        expected = build_model(config)
    assert [p.shape for p in space["model"].parameters()] == [p.shape for p in expected.parameters()]
    kinds = [type(module) for module in expected]
    assert [type(module) for module in space["model"]] == kinds


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(configs(), st.text(max_size=60), st.lists(st.tuples(st.integers(0, 10**7), st.floats(1e-3, 1e3)), max_size=12))
def test_any_script_is_short_and_builds_the_same_network(config, name, changes):
    assert_short_and_the_same_network(config, name, sorted(changes))


@pytest.mark.parametrize(
    "config",
    [
        LARGEST,
        LARGEST.replace(filters=(128,) * 5),
        LARGEST.replace(schedule="cosine", batch_size=1, epochs=100, schedule_epochs=99),
        *(p.config for p in PRESETS.values()),
    ],
)
def test_the_presets_and_the_largest_scripts_are_short(config):
    assert_short_and_the_same_network(config, "x" * 100)
    assert_short_and_the_same_network(config, "x" * 100, [(10**7 + step, LONG) for step in range(15)])


def test_more_changes_than_a_short_script_can_hold_are_refused_in_a_sentence():
    changes = [(step, 0.5) for step in range(1_000)]
    with pytest.raises(RunError, match=r"changed by hand 1,000 times: with all of them, a script would have \d+ lines"):
        to_script(SMALL, "x", changes)
    assert len(to_script(SMALL, "x", changes[:300]).splitlines()) < 100


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_the_script_of_a_checkpoint_says_what_it_cannot_know(precision):
    card = ModelCard(config=SMALL.replace(precision=precision), metrics={})
    text = script_of_checkpoint(card, "best")
    said = " ".join(ast.get_docstring(ast.parse(text)).split())
    assert said.startswith("Trains best anew.")
    assert "does not tell whether the learning rate was changed by hand" in said
    assert ("the number format" in said) is (precision == "auto")
    assert max(map(len, text.splitlines())) <= 120


def test_a_checkpoint_that_was_taught_has_no_script_and_a_recorded_one_is_not_doubted():
    card = ModelCard(config=SMALL, metrics={})
    assert "taught more than MNIST" in " ".join(script_of_checkpoint(card, "x").split())
    recorded = replace(card, training_data=TrainingData.of(SMALL))
    assert "taught" not in script_of_checkpoint(recorded, "x")
    with pytest.raises(RunError, match="a script of MNIST alone would train another one"):
        script_of_checkpoint(replace(card, training_data=TAUGHT_DATA), "x")


def test_what_a_run_does_not_use_is_not_in_its_script():
    text = to_script(preset("notebook"), "notebook")
    assert len(text.splitlines()) < 45
    for word in ("schedule", "average", "augment", "dropout", "validation", "GRID", "BatchNorm", "autocast"):
        assert word not in text


def test_every_setting_has_its_place_in_the_script():
    """A new setting fails here until the script knows it."""
    changes = {
        "filters": (3, 3),
        "kernel_sizes": (1, 1),
        "dense": (7,),
        "batch_norm": True,
        "padding": "same",
        "pooling": "average",
        "activation": "tanh",
        "optimizer": "sgd",
        "schedule": "cosine",
        "schedule_epochs": 1,
        "precision": "bfloat16",
    }
    base = SMALL.replace(schedule="one-cycle")
    usual = to_script(base, "x")
    for info in field_info():
        changed = changes.get(info.name, getattr(base, info.name) + 1 if info.type is int else info.high)
        assert to_script(base.replace(**{info.name: changed}), "x") != usual or info.name == "validation_size", (
            info.name
        )


def test_a_script_with_a_limit_in_seconds_ends_by_it(at_data, mnist, capsys, monkeypatch):
    config = RECIPES["plain"].replace(epochs=200, max_seconds=5)
    now = iter(range(10**6))
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))  # a second a step
    (at_data / "train.py").write_text(to_script(config, "limited"))
    runpy.run_path("train.py")
    epochs = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch ")]
    assert len(epochs) == 1
