import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import split
from mnist_core.errors import CheckpointError, CollectionError
from mnist_core.events import Finished, Validation
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.handwriting.fine_tuning import MIXED_IN, Lesson, about_lesson, load_lesson
from mnist_core.jobs.worker import execute
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.model.network import build_model
from mnist_core.runs.store import create_run
from mnist_core.training.step import FROM_START
from mnist_core.training.trainer import train


@pytest.fixture(scope="module")
def lesson(mnist):
    """Test images upside down for drawings, so that there is something to learn."""
    config = TrainConfig(
        filters=(4,), kernel_sizes=(3,), dense=(), learning_rate=0.01, train_size=1500, validation_size=0, epochs=2
    )
    training = train(config, mnist)
    list(training)
    drawn = np.array(mnist.test_images[:200, ::-1]), np.array(mnist.test_labels[:200])
    return Lesson("mine", 0.9, training.config, training.model.state_dict(), *drawn)


def of(lesson, which):
    """The lesson with some of its drawings, or with others."""
    images, labels = which if isinstance(which, tuple) else (lesson.images[which], lesson.labels[which])
    return Lesson("mine", 0.9, lesson.trained, lesson.start, images, labels)


def test_about_every_fifth_drawing_of_each_digit_is_kept_aside(lesson, mnist):
    held_out = of(lesson, (mnist.test_images[:5000], mnist.test_labels[:5000])).held_out
    for digit in range(10):
        assert 0.14 < held_out[mnist.test_labels[:5000] == digit].mean() < 0.26


@given(kept=st.sets(st.integers(0, 199), min_size=LEAST_DRAWINGS), order=st.randoms())
def test_whether_a_drawing_is_kept_aside_depends_on_nothing_but_itself(lesson, kept, order):
    where = list(kept)
    order.shuffle(where)
    few = of(lesson, where)
    if lesson.held_out[where].any():
        assert (few.held_out == lesson.held_out[where]).all()
    assert 1 <= few.held_out.sum() == few.config.validation_size < len(where)


def test_where_none_would_be_kept_aside_one_is(lesson):
    assert of(lesson, np.flatnonzero(~lesson.held_out)).held_out.sum() == 1


def test_twenty_times_the_same_drawing_are_no_lesson(lesson):
    with pytest.raises(CollectionError, match="all 20 drawings are the same one"):
        of(lesson, np.zeros(20, int))


def test_a_lesson_mixes_drawings_with_what_was_learned_before(lesson, mnist):
    examples, config = lesson.examples(mnist), lesson.config
    assert len(examples.images) == len(examples.labels) == config.train_size
    assert len(examples.validation_labels) == config.validation_size == lesson.held_out.sum()
    learned = {mnist.train_images[i].tobytes() for i in split(lesson.trained)[0]}
    kinds = [image.tobytes() in learned for image in examples.images]
    assert sum(kinds) == min(MIXED_IN, lesson.trained.train_size)
    aside = {image.tobytes() for image in examples.validation_images}
    assert not aside & {image.tobytes() for image in examples.images}
    shown = len(kinds) - sum(kinds)
    assert shown % (~lesson.held_out).sum() == 0
    assert 0.3 < shown / len(kinds) <= 0.5


def test_a_lesson_starts_where_the_network_was_and_ends_better_on_the_drawings(lesson, mnist, runs):
    run = create_run(lesson.config, "taught", lesson=lesson.to_bytes())
    events = list(execute(run))
    before = next(e for e in events if isinstance(e, Validation))
    start = build_model(lesson.trained)
    start.load_state_dict(lesson.start)
    examples = lesson.examples(mnist)
    assert before.step == 0
    assert before.accuracy == evaluate(start, examples.validation_images, examples.validation_labels).accuracy
    after = [e for e in events if isinstance(e, Validation)][-1]
    assert after.accuracy > before.accuracy
    assert after.loss < before.loss - 0.3
    assert isinstance(events[-1], Finished)
    assert load_checkpoint(run.snapshot)[1].config == lesson.config


def test_an_interrupted_lesson_goes_on_to_the_same_weights(lesson, runs):
    whole, cut = (create_run(lesson.config, "taught", lesson=lesson.to_bytes()) for _ in range(2))
    list(execute(whole))
    events = execute(cut)
    for event in events:
        if event.kind == "epoch":
            break
    events.close()
    list(execute(cut))
    one, other = (load_checkpoint(run.snapshot)[0].state_dict() for run in (whole, cut))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_taught_network_is_between_its_start_and_what_was_trained(lesson, mnist):
    training = train(lesson.config.replace(epochs=1), lesson.examples(mnist), start=lesson.start)
    for _ in training:
        pass
    tensors = training.state().tensors
    moved = 0.0
    for name, value in training.model.state_dict().items():
        if value.is_floating_point():
            start, trained = lesson.start[name], tensors[f"model.{name}"]
            torch.testing.assert_close(value, torch.lerp(start, trained, FROM_START))
            moved = max(moved, float((value - start).abs().max()))
    assert moved > 0


def test_too_few_drawings_are_no_lesson(lesson):
    with pytest.raises(CollectionError, match="at least 20 drawings, there are 19"):
        Lesson("mine", None, lesson.trained, lesson.start, lesson.images[:19], lesson.labels[:19])


def test_a_lesson_comes_back_from_its_file(lesson, tmp_path):
    path = tmp_path / "lesson.safetensors"
    path.write_bytes(lesson.to_bytes())
    read = load_lesson(path)
    assert (read.model, read.test_accuracy, read.trained) == ("mine", 0.9, lesson.trained)
    assert (read.images == lesson.images).all()
    assert all(torch.equal(read.start[name], lesson.start[name]) for name in lesson.start)
    assert about_lesson(path).held_out == lesson.held_out.sum()


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_damaged_lesson_is_told(lesson, runs, keep):
    run = create_run(lesson.config, "taught", lesson=lesson.to_bytes())
    run.lesson.write_bytes(lesson.to_bytes()[:keep])
    with pytest.raises(CheckpointError, match="start the lesson anew"):
        load_lesson(run.lesson)
    [failed] = list(execute(run))
    assert "start the lesson anew" in failed.reason


def test_a_lesson_for_another_network_is_refused(lesson, mnist):
    other = build_model(lesson.trained.replace(filters=(8,))).state_dict()
    with pytest.raises(CheckpointError, match="another network"):
        train(lesson.config, lesson.examples(mnist), start=other)


def test_a_label_that_is_no_digit_is_damage(lesson, tmp_path):
    file = tmp_path / "lesson.safetensors"
    file.write_bytes(lesson.to_bytes())
    tensors, about = load_file(file), safe_open(file, "pt").metadata()
    for label in (-1, 10):
        save_file(tensors | {"labels": torch.full((len(lesson.labels),), label)}, file, about)
        with pytest.raises(CheckpointError, match=r"drawings of this lesson in .* damaged"):
            load_lesson(file)
