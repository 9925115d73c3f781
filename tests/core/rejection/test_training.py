from functools import partial

import numpy as np
import pytest

from mnist_core.__main__ import main
from mnist_core.data.mnist import split
from mnist_core.habits.catalogue import HABITS
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.paths import CHECKPOINTS
from mnist_core.rejection import outliers, training
from mnist_core.rejection.detector import evidence, load_detector
from mnist_core.rejection.outliers import LEARNED, draw_doodles
from mnist_core.rejection.training import CONFIG, NONE, draw_neighbours, examples, learn, redraw

SMALL = CONFIG.replace(filters=(8, 16), kernel_sizes=(3, 3), epochs=4, batch_size=32)


@pytest.fixture(scope="module")
def examples_to_learn(mnist):
    strangers = draw_doodles(LEARNED["hatching"], 400, np.random.default_rng(0))
    images = np.concatenate([mnist.train_images[:400], strangers])
    return images, np.concatenate([mnist.train_labels[:400].astype(np.int64), np.full(400, NONE)])


@pytest.fixture(scope="module")
def learned(examples_to_learn):
    return list(learn(*examples_to_learn, SMALL))


def test_the_loss_falls_epoch_by_epoch(learned):
    assert [progress.epoch for progress in learned] == [1, 2, 3, 4]
    assert learned[-1].loss < 0.8 * learned[0].loss


def test_digits_get_more_evidence_than_the_strangers_it_learned_from(learned, mnist):
    digits = evidence(learned[-1].network, mnist.train_images[1000:1200])
    strangers = evidence(learned[-1].network, draw_doodles(LEARNED["hatching"], 200, np.random.default_rng(1)))
    assert (strangers < np.quantile(digits, 0.05)).mean() > 0.95


def test_equal_examples_give_equal_weights(learned, examples_to_learn):
    *_, again = learn(*examples_to_learn, SMALL)
    weights, others = learned[-1].network.state_dict(), again.network.state_dict()
    assert all((weights[name] == others[name]).all() for name in weights)


def test_a_digit_drawn_anew_stays_that_digit_with_another_line(mnist):
    images, labels = mnist.train_images[:200], mnist.train_labels[:200]
    redrawn = redraw(images)
    best, _ = load_checkpoint(CHECKPOINTS / "best.safetensors")
    assert evaluate(best, redrawn, labels).accuracy > 0.98
    ink = images.sum((1, 2)) / 255, redrawn.sum((1, 2)) / 255
    assert ink[1].std() < 0.8 * ink[0].std(), "every line has the same thickness now"


def test_it_learns_from_training_digits_in_both_pens_from_habits_and_from_every_kind_for_learning(mnist, monkeypatch):
    few = {"REDRAWN": 20, "SCRIBBLES": 3, "SHAPES": 1, "EACH_HABIT": 2, "NEIGHBOURS": 5, "CORNERS": 4}
    for name, count in few.items():
        monkeypatch.setattr(training, name, count)
    images, labels = examples(mnist)
    learned, _ = split(CONFIG)
    habits = 2 * len(HABITS)
    assert len(images) == len(labels) == 58_000 + 20 + habits + 7 * 3 + 54 * 1 + 5 + 4
    assert (images[:58_000] == mnist.train_images[learned]).all()
    assert (labels[:58_000] == mnist.train_labels[learned]).all()
    assert (images[58_000:58_020] == redraw(images[:20])).all()
    assert (labels[58_000:58_020] == labels[:20]).all()
    assert labels[58_020 : 58_020 + habits].tolist() == [habit.digit for habit in HABITS for _ in range(2)]
    assert (labels[58_020 + habits :] == NONE).all()


def test_neighbours_are_two_digits_side_by_side(mnist):
    pairs = draw_neighbours(mnist.train_images[:100], 20, np.random.default_rng(0))
    assert pairs.shape == (20, 28, 28)
    wide = [np.ptp(np.nonzero(pair.any(axis=0))[0]) for pair in pairs]
    tall = [np.ptp(np.nonzero(pair.any(axis=1))[0]) for pair in pairs]
    assert np.median(wide) > np.median(tall)


def test_the_command_writes_a_detector_and_prints_what_it_refuses(examples_to_learn, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(training, "examples", lambda data: examples_to_learn)
    monkeypatch.setattr(training, "learn", partial(learn, config=SMALL))
    monkeypatch.setattr(outliers, "UNSEEN", {"crown": outliers.UNSEEN["crown"]})
    file = tmp_path / "own.safetensors"
    assert main(["strangers", "--output", str(file)]) == 0
    said = capsys.readouterr().out
    assert "400 digits, 400 strangers" in said
    assert "refused of MNIST's validation images 0.75%" in said
    assert "  crown" in said
    assert load_detector(file).false_refusals == 0.0075
