"""A network that was taught drawings: every page that speaks of it says what it was trained on."""

import shutil

import pytest

from mnist_core.data.mnist import Mnist
from mnist_core.evaluation import predictions
from mnist_core.events import Finished, Step, Validation
from mnist_core.handwriting.fine_tuning import load_start_network
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.paths import CHECKPOINTS
from tests.support.events import started, step
from tests.support.fine_tuning import as_an_early_version_wrote_it, taught_run
from tests.support.pages import finished_run, texts, widget
from tests.support.waiting import wait_for
from ui.cached import dataset, measurements, models, run_records
from ui.runs.comparison import describe_different_images


@pytest.fixture
def start(tiny):
    """A run whose network, `notebook`, learned from all 60,000 images."""
    run = finished_run(tiny)
    shutil.copy(CHECKPOINTS / "notebook.safetensors", run.snapshot)
    return run


@pytest.fixture
def taught(start, mnist, tiny):
    """A run in which it was taught sixty drawings, with made-up events; the weights of its last layer have moved."""
    run = taught_run(start, mnist)
    held_out = run.training_data().last_fine_tuning.held_out
    run.append(started())
    for number, right in ((0, 2), (20, held_out)):
        run.append(
            Validation(step=number, epoch=number / 10, loss=0.5, accuracy=right / held_out, seconds=float(number))
        )
        run.append(step(number + 5))
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=0.986, seconds=21.0))
    network = load_start_network(run.fine_tuning)
    network.output.weight.data.mul_(1.1)
    metrics = {"validation_accuracy": 0.9}
    save_checkpoint(
        run.snapshot, network, ModelCard(config=run.config(), metrics=metrics, training_data=run.training_data())
    )
    return run


@pytest.mark.parametrize("early", [False, True])
def test_evaluate_measures_it_on_the_images_of_its_start_and_says_so(open_page, taught, mnist, monkeypatch, early):
    few = Mnist(mnist.train_images, mnist.train_labels, mnist.test_images[:300], mnist.test_labels[:300])
    monkeypatch.setattr(dataset, "mnist", lambda: few)
    monkeypatch.setattr(predictions, "SAMPLE", 200)
    if early:
        as_an_early_version_wrote_it(taught)
    task = measurements.measurement(models.find_model(taught.id))
    wait_for(lambda: task.look().ended)
    measured = task.look().result
    assert (measured.temperature.source, measured.temperature.count) == ("training", 200)
    page = open_page("pages/5_Evaluate.py", model=taught.id)
    said = texts(page)
    assert "Trained on 60,000 images of MNIST, then on" in said
    assert "drawings mixed with 6,000 images of MNIST (starting from" in said
    assert "All figures here are of MNIST." in said
    assert f"{taught.config().train_size:,} images of MNIST" not in said
    widget(page.button_group, "What to look at").set_value("Confidence").run()
    assert "fitted on 200 images of MNIST that it has learned from" in texts(page)
    assert "its validation images" not in texts(page)
    held_out = taught.training_data().last_fine_tuning.held_out
    assert f"90.00% of the {held_out} drawings kept aside read right so far" in texts(page)


def test_train_says_what_was_learned_and_offers_no_change_for_the_form(open_page, taught, start):
    page = open_page("pages/4_Train.py", run=taught.id)
    held_out = taught.training_data().last_fine_tuning.held_out
    assert "Handwriting learned" in texts(page)
    assert f"It reads {held_out} of the {held_out} drawings kept aside right; before it was taught, it read 2" in texts(
        page
    )
    assert "training images" not in " ".join(m.value for m in page.markdown)
    assert not any(button.label == "Try it" for button in page.button)
    assert f"On the {held_out} drawings kept aside it is 0.500; the two cannot be compared" in texts(page)
    widget(page.button_group, "View").set_value("Filters & weights").run()
    assert not page.exception
    called = models.called(start.id)
    assert f"Since it was {called}, these have changed by 0% of their length" in texts(page)
    assert f"has changed most since the start, by 10% of its length. The start is {called}" in texts(page)


def test_a_verdict_names_the_start_as_the_pages_do(open_page, start, mnist):
    run = taught_run(start, mnist)
    run.append(started())
    run.append(Step(step=5, epoch=0.5, loss=1.0, accuracy=0.5, learning_rate=1.0, images_per_second=1.0, seconds=1.0))
    for number in (0, 20):
        run.append(Validation(step=number, epoch=number / 10, loss=0.5, accuracy=1.0, seconds=1.0))
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=0.986, seconds=21.0))
    page = open_page("pages/4_Train.py", run=run.id)
    assert f"then teach {models.called(start.id)} anew" in texts(page)


def test_runs_compares_starts_and_drawings_and_not_curves_of_different_images(open_page, taught, start):
    page = open_page("pages/8_Runs.py", runs=f"{start.id},{taught.id}")
    assert not page.exception
    assert "These curves cannot be compared: that of taught" in texts(page)
    (settings,) = [shown.value for shown in page.table if "Setting" in shown.value]
    rows = {row[0]: [cell.replace("\\", "") for cell in row[1:]] for row in settings.to_numpy()}
    assert rows["start"] == ["random weights", start.id]
    assert rows["learned before"] == ["", "60,000 images of MNIST"]
    assert rows["train size"][0] == "500"
    assert "drawings mixed with 6,000 images of MNIST" in rows["train size"][1]
    assert "drawings kept aside" in rows["validation size"][1]
    table = page.dataframe[0].value
    changed = dict(zip(table["Run"], table["Changed"], strict=True))[taught.id]
    assert changed.startswith("taught ")
    assert changed.endswith(f"mixed with 6,000 images of MNIST, from {models.called(start.id)}")


def test_runs_lists_the_settings_of_one_without_calling_drawings_images_of_mnist(open_page, taught):
    page = open_page("pages/8_Runs.py", runs=taught.id)
    (settings,) = [frame.value for frame in page.dataframe if "Setting" in frame.value]
    values = dict(zip(settings["Setting"], settings["Value"], strict=True))
    tuned = taught.training_data().last_fine_tuning
    assert values["start"] == tuned.start
    assert values["train size"] == tuned.describe_training()
    assert values["validation size"] == tuned.describe_validation()


def test_curves_of_different_images_are_told(taught, start):
    data = {name: run_records.described(run).trained_on for name, run in (("A", start), ("B", taught))}
    drawings = taught.training_data().last_fine_tuning.describe_validation()
    assert describe_different_images(data) == (
        f"These curves cannot be compared: that of B is measured on {drawings}, the others on images of MNIST. "
        "The test accuracies can."
    )
