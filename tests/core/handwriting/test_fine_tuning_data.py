"""What a fine-tuned network was trained on: on its card, over all of its trainings, and in runs of early versions."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from mnist_core.asker import TEACHER
from mnist_core.data.mnist import split
from mnist_core.errors import RunError
from mnist_core.handwriting.fine_tuning import load_fine_tuning, load_start_network
from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.jobs.execution import execute
from mnist_core.model.card import read_card
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.store import create_run
from mnist_core.runs.whole_card import read_whole_card, read_with_whole_card
from tests.support.fine_tuning import as_an_early_version_wrote_it, fine_tuning_of, taught_run


@pytest.fixture
def start(tiny, runs):
    run = create_run(tiny, "x", asker=TEACHER)
    list(execute(run))
    return run


def test_the_card_of_a_taught_network_records_its_start_and_its_drawings(start, mnist):
    assert read_card(start.snapshot).training_data == TrainingData(mnist=500, held_back=200)
    run = taught_run(start, mnist)
    list(execute(run))
    for path in (run.snapshot, run.epoch_checkpoint(1)):
        data = read_card(path).training_data
        assert (data.mnist, data.held_back) == (500, 200)
        (tuned,) = data.fine_tunings
        aside = load_fine_tuning(run.fine_tuning).held_out.sum()
        assert (tuned.start, tuned.learned, tuned.held_out, tuned.mixed_in) == (start.id, 60 - aside, aside, 500)
        assert tuned.start_test_accuracy == start.history().test_accuracy
    assert run.training_data() == data


def test_a_network_that_is_taught_twice_keeps_the_images_of_its_first_training(start, mnist):
    first = taught_run(start, mnist)
    list(execute(first))
    assert first.config().train_size > 500, "more than MNIST alone: drawings are repeated"
    again = fine_tuning_of(first, mnist, 80)
    known = {mnist.train_images[i].tobytes() for i in split(start.config())[0]}
    drawn = {image.tobytes() for image in again.images}
    assert all(image.tobytes() in known | drawn for image in again.examples(mnist).images)
    second = create_run(again.config, "taught", fine_tuning=again.to_bytes(), asker=TEACHER)
    assert second.training_data().mnist == 500
    assert [one.start for one in second.training_data().fine_tunings] == [start.id, first.id]


def test_a_run_of_an_early_version_says_the_same(start, mnist, tmp_path):
    run = taught_run(start, mnist)
    examples = load_fine_tuning(run.fine_tuning).examples(mnist)
    list(execute(run))
    whole = read_card(run.snapshot)
    as_an_early_version_wrote_it(run)
    assert read_card(run.snapshot).training_data is None
    assert read_whole_card(run.snapshot) == whole
    assert run.training_data() == whole.training_data
    assert np.array_equal(load_fine_tuning(run.fine_tuning).examples(mnist).images, examples.images)
    load_checkpoint(run.snapshot)
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(read_with_whole_card(run.snapshot))
    assert read_card(copy) == whole
    assert all(torch.equal(value, load_file(run.snapshot)[name]) for name, value in load_file(copy).items())
    assert read_with_whole_card(start.snapshot) == start.snapshot.read_bytes(), "nothing to complete"


def test_an_interrupted_run_of_an_early_version_goes_on_to_the_same_weights(start, mnist):
    whole, cut = taught_run(start, mnist), as_an_early_version_wrote_it(taught_run(start, mnist))
    list(execute(whole))
    events = execute(cut)
    next(event for event in events if event.kind == "epoch")
    events.close()
    list(execute(cut))
    (one, card), (other, other_card) = (load_checkpoint(run.snapshot) for run in (whole, cut))
    assert all(torch.equal(one.state_dict()[name], other.state_dict()[name]) for name in one.state_dict())
    assert card.training_data == other_card.training_data


def test_the_summary_is_read_without_the_weights_and_the_start_with_them(start, mnist):
    run = taught_run(start, mnist)
    summary = read_summary(run.fine_tuning)
    assert (summary.start, summary.drawings) == (start.id, 60)
    weights = load_checkpoint(start.snapshot)[0].state_dict()
    assert all(torch.equal(value, weights[n]) for n, value in load_start_network(run.fine_tuning).state_dict().items())


def test_without_the_drawings_the_network_itself_tells(start, mnist):
    run = taught_run(start, mnist)
    expected = run.training_data()
    list(execute(run))
    run.fine_tuning.write_bytes(b"drawings")
    assert run.training_data() == expected
    run.snapshot.unlink()
    with pytest.raises(RunError, match=r"in lesson.safetensors, are missing or damaged: teach it anew"):
        run.training_data()
