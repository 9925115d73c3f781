"""The command that makes `everyone`: what it learns from, what it measures on, and what its file says."""

from __future__ import annotations

import pytest

from mnist_core.__main__ import main
from mnist_core.habits.catalogue import HABITS
from mnist_core.handwriting import everyone
from mnist_core.model.card import ModelCard, read_card
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from tests.core.handwriting.test_everyone import SMALL
from tests.core.handwriting.test_pen_digits import write_unipen
from tests.support.strokes import DIGITS


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command on a file of four writers, with a network that is small and a training that is short."""
    for name, count in {"CONFIG": SMALL, "MNIST_AN_EPOCH": 200, "REDRAWN": 1, "EACH_HABIT": 1, "MEASURED": 2}.items():
        monkeypatch.setattr(everyone, name, count)
    start = tmp_path / "start.safetensors"
    save_checkpoint(start, build_model(SMALL).eval(), ModelCard(config=SMALL, metrics={"test_accuracy": 0.9}))
    pens = write_unipen(tmp_path / "pens", [(d, writer, s) for writer in (1, 2, 11, 12) for d, s in DIGITS.items()])
    return ["everyone", "--drawings", pens, "--checkpoint", str(start)]


def test_a_network_of_all_writers_is_tested_on_mnist_and_says_what_it_learned_from(command, tmp_path, capsys):
    file = tmp_path / "made.safetensors"
    assert main([*command, "--output", str(file)]) == 0
    said = capsys.readouterr().out
    assert "40 digits by 4 writers" in said
    assert "epoch 2 of 2" in said
    assert "test accuracy: " in said
    card = read_card(file)
    (added,) = card.trained_on.fine_tunings
    assert (added.start, added.learned, added.held_out, added.start_test_accuracy) == ("start", 40, 0, 0.9)
    assert card.metrics["test_accuracy"] > 0
    assert card.config == SMALL


@pytest.mark.parametrize(
    ("some", "count", "writers"),
    [(["--fold", "1"], 20, 2), (["--writers", "tune"], 20, 2), (["--writers", "2-12"], 30, 3)],
)
def test_writers_left_out_are_what_it_is_measured_on(command, some, count, writers, capsys):
    assert main([*command, *some]) == 0
    said = capsys.readouterr().out
    assert f"{count} digits by {writers} writers" in said
    assert f"of {40 - count} read right" in said
    assert "test accuracy" not in said, "the test images are opened for the network of all writers alone"


@pytest.mark.parametrize("half", [1, 2])
def test_habits_left_out_are_what_it_is_measured_on(command, half, capsys, monkeypatch):
    drawn = []
    real = everyone.draw_habits
    monkeypatch.setattr(everyone, "draw_habits", lambda *given: drawn.append(given[2]) or real(*given))
    monkeypatch.setattr(everyone, "add_habit", None)  # nor is any added to the tablet's digits
    assert main([*command, "--habits", str(half)]) == 0
    [learned] = drawn
    said = capsys.readouterr().out
    measured = [habit for habit in HABITS if f"\n{habit.name:24} " in said]
    assert (len(learned), len(measured)) == (16, 16)
    assert not set(learned) & set(measured)
    assert "test accuracy" not in said
