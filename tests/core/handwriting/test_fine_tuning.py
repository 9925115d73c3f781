import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.data.mnist import split
from mnist_core.errors import CheckpointError, CollectionError
from mnist_core.events import Finished, Validation
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.handwriting.fine_tuning import MIXED_IN, FineTuning, load_fine_tuning
from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.jobs.execution import execute
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.model.network import build_model
from mnist_core.runs.store import create_run
from mnist_core.training.step import FROM_START
from mnist_core.training.trainer import train


@pytest.fixture(scope="module")
def fine_tuning(mnist):
    """Test images upside down for drawings, so that there is something to learn."""
    config = TrainConfig(
        filters=(4,), kernel_sizes=(3,), dense=(), learning_rate=0.01, train_size=1500, validation_size=0, epochs=2
    )
    training = train(config, mnist)
    list(training)
    drawn = np.array(mnist.test_images[:200, ::-1]), np.array(mnist.test_labels[:200])
    return fine_tuning_of(training.config, training.model.state_dict(), *drawn)


def fine_tuning_of(config, weights, images, labels):
    """Drawings for a network that read 90 % of the test images right."""
    card = ModelCard(config=config, metrics={"test_accuracy": 0.9})
    return FineTuning(start="mine", card=card, weights=weights, images=images, labels=labels)


def of(fine_tuning, which):
    """The fine-tuning with some of its drawings, or with others."""
    images, labels = which if isinstance(which, tuple) else (fine_tuning.images[which], fine_tuning.labels[which])
    return fine_tuning_of(fine_tuning.card.config, fine_tuning.weights, images, labels)


def test_about_every_fifth_drawing_of_each_digit_is_kept_aside(fine_tuning, mnist):
    held_out = of(fine_tuning, (mnist.test_images[:5000], mnist.test_labels[:5000])).held_out
    for digit in range(10):
        assert 0.14 < held_out[mnist.test_labels[:5000] == digit].mean() < 0.26


@given(kept=st.sets(st.integers(0, 199), min_size=LEAST_DRAWINGS), order=st.randoms())
def test_whether_a_drawing_is_kept_aside_depends_on_nothing_but_itself(fine_tuning, kept, order):
    where = list(kept)
    order.shuffle(where)
    few = of(fine_tuning, where)
    if fine_tuning.held_out[where].any():
        assert (few.held_out == fine_tuning.held_out[where]).all()
    assert 1 <= few.held_out.sum() == few.config.validation_size < len(where)


def test_where_none_would_be_kept_aside_one_is(fine_tuning):
    assert of(fine_tuning, np.flatnonzero(~fine_tuning.held_out)).held_out.sum() == 1


def test_twenty_times_the_same_drawing_are_no_fine_tuning(fine_tuning):
    with pytest.raises(CollectionError, match="all 20 drawings are the same one"):
        of(fine_tuning, np.zeros(20, int))


def test_a_fine_tuning_mixes_drawings_with_what_was_learned_before(fine_tuning, mnist):
    examples, config = fine_tuning.examples(mnist), fine_tuning.config
    assert len(examples.images) == len(examples.labels) == config.train_size
    assert len(examples.validation_labels) == config.validation_size == fine_tuning.held_out.sum()
    learned = {mnist.train_images[i].tobytes() for i in split(fine_tuning.card.config)[0]}
    kinds = [image.tobytes() in learned for image in examples.images]
    assert sum(kinds) == min(MIXED_IN, fine_tuning.card.config.train_size)
    aside = {image.tobytes() for image in examples.validation_images}
    assert not aside & {image.tobytes() for image in examples.images}
    shown = len(kinds) - sum(kinds)
    assert shown % (~fine_tuning.held_out).sum() == 0
    assert 0.3 < shown / len(kinds) <= 0.5


def test_fine_tuning_starts_where_the_network_was_and_ends_better_on_the_drawings(fine_tuning, mnist, runs):
    run = create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER)
    events = list(execute(run))
    before = next(e for e in events if isinstance(e, Validation))
    start = build_model(fine_tuning.card.config)
    start.load_state_dict(fine_tuning.weights)
    examples = fine_tuning.examples(mnist)
    assert before.step == 0
    assert before.accuracy == evaluate(start, examples.validation_images, examples.validation_labels).accuracy
    after = [e for e in events if isinstance(e, Validation)][-1]
    assert after.accuracy > before.accuracy
    assert after.loss < before.loss - 0.3
    assert isinstance(events[-1], Finished)
    assert load_checkpoint(run.snapshot)[1].config == fine_tuning.config


def test_an_interrupted_fine_tuning_goes_on_to_the_same_weights(fine_tuning, runs):
    whole, cut = (
        create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER) for _ in range(2)
    )
    list(execute(whole))
    events = execute(cut)
    for event in events:
        if event.kind == "epoch":
            break
    events.close()
    list(execute(cut))
    one, other = (load_checkpoint(run.snapshot)[0].state_dict() for run in (whole, cut))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_taught_network_is_between_its_start_and_what_was_trained(fine_tuning, mnist):
    training = train(fine_tuning.config.replace(epochs=1), fine_tuning.examples(mnist), start=fine_tuning.weights)
    for _ in training:
        pass
    tensors = training.state().tensors
    moved = 0.0
    for name, value in training.model.state_dict().items():
        if value.is_floating_point():
            start, trained = fine_tuning.weights[name], tensors[f"model.{name}"]
            torch.testing.assert_close(value, torch.lerp(start, trained, FROM_START))
            moved = max(moved, float((value - start).abs().max()))
    assert moved > 0


def test_too_few_drawings_are_no_fine_tuning(fine_tuning):
    with pytest.raises(CollectionError, match="at least 20 drawings, there are 19"):
        of(fine_tuning, slice(19))


def test_a_fine_tuning_comes_back_from_its_file(fine_tuning, tmp_path):
    path = tmp_path / "lesson.safetensors"
    path.write_bytes(fine_tuning.to_bytes())
    read = load_fine_tuning(path)
    assert (read.start, read.card.metrics, read.card.config) == (
        "mine",
        {"test_accuracy": 0.9},
        fine_tuning.card.config,
    )
    assert (read.images == fine_tuning.images).all()
    assert all(torch.equal(read.weights[name], fine_tuning.weights[name]) for name in fine_tuning.weights)
    assert read_summary(path) == read.summary


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_damaged_fine_tuning_is_told(fine_tuning, runs, keep):
    run = create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER)
    run.fine_tuning.write_bytes(fine_tuning.to_bytes()[:keep])
    with pytest.raises(CheckpointError, match="teach it anew"):
        load_fine_tuning(run.fine_tuning)
    [failed] = list(execute(run))
    assert "teach it anew" in failed.reason


def test_a_fine_tuning_for_another_network_is_refused(fine_tuning, mnist):
    other = build_model(fine_tuning.card.config.replace(filters=(8,))).state_dict()
    with pytest.raises(CheckpointError, match="another network"):
        train(fine_tuning.config, fine_tuning.examples(mnist), start=other)


def test_a_label_that_is_no_digit_is_damage(fine_tuning, tmp_path):
    file = tmp_path / "lesson.safetensors"
    file.write_bytes(fine_tuning.to_bytes())
    tensors, about = load_file(file), safe_open(file, "pt").metadata()
    for label in (-1, 10):
        save_file(tensors | {"labels": torch.full((len(fine_tuning.labels),), label)}, file, about)
        with pytest.raises(CheckpointError, match=r"drawings that .* are missing or damaged"):
            load_fine_tuning(file)
