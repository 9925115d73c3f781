import numpy as np
import pytest

from mnist_core.data.mnist import Mnist, split
from mnist_core.evaluation.calibration import fit_temperature
from mnist_core.evaluation.measurement import Measurement, Temperature, measure, measuring_work
from mnist_core.evaluation.predictions import read_images
from mnist_core.model.network import build_model
from mnist_core.model.training_data import FineTuningData, TrainingData
from tests.support.fine_tuning import TAUGHT


@pytest.fixture
def few(mnist):
    """MNIST with 700 test images."""
    return Mnist(mnist.train_images, mnist.train_labels, mnist.test_images[:700], mnist.test_labels[:700])


def test_a_network_is_measured_on_its_own_images(tiny, few):
    model = build_model(tiny)
    *_, measured = measure(lambda: (model, TrainingData.of(tiny)), few, threads=lambda: 2)
    assert np.array_equal(measured.test.logits, read_images(model, few.test_images).logits)
    learned, validation = split(tiny)
    training = read_images(model, few.train_images[learned])
    assert measured.training.correct == training.correct(few.train_labels[learned]).sum()
    assert measured.training.count == tiny.train_size
    assert (measured.temperature.source, measured.temperature.count) == ("validation", len(validation))
    assert sum(score.support for score in measured.scores) == 700
    assert measured.milliseconds > 0


def test_each_part_is_there_before_the_next_and_stays(tiny, few):
    known = list(measure(lambda: (build_model(tiny), TrainingData.of(tiny)), few))
    assert known[0] == Measurement()
    # 500 and 200 test images, 500 training images, 200 validation images, and the end
    assert [one.share for one in known] == pytest.approx([0, 5 / 14, 7 / 14, 12 / 14, 1, 1])
    for part, first in (("test", 3), ("scores", 3), ("training", 4), ("temperature", 5), ("milliseconds", 5)):
        assert [getattr(one, part) is not None for one in known] == [i >= first for i in range(6)], part


def test_before_each_chunk_it_is_asked_how_many_may_be_read_at_once(tiny, few):
    asked = []
    list(measure(lambda: (build_model(tiny), TrainingData.of(tiny)), few, threads=lambda: asked.append(1) or 1))
    assert len(asked) == 4


def test_without_validation_images_the_temperature_says_where_it_is_from(tiny, few):
    config = tiny.replace(validation_size=0)
    *_, measured = measure(lambda: (build_model(config), TrainingData.of(config)), few)
    assert (measured.temperature.source, measured.temperature.count) == ("training", tiny.train_size)


def test_a_taught_network_is_measured_on_what_its_start_learned_and_did_not_learn(tiny, few):
    config = tiny.replace(train_size=710, validation_size=5)  # of its own training: drawings and MNIST
    model = build_model(config)
    taught = FineTuningData(start="x", start_test_accuracy=None, learned=21, held_out=5, mixed_in=500)
    trained_on = TrainingData.of(tiny).fine_tuned(taught)
    *_, measured = measure(lambda: (model, trained_on), few)
    learned, held_back = split(tiny)
    assert measured.training.count == len(learned)
    assert (
        measured.training.correct
        == read_images(model, few.train_images[learned]).correct(few.train_labels[learned]).sum()
    )
    fitted = measured.temperature
    logits = read_images(model, few.train_images[held_back]).logits
    assert (fitted.source, fitted.count) == ("validation", 200)
    assert fitted.value == fit_temperature(logits, few.train_labels[held_back])
    assert fitted.describe_images(TrainingData.of(tiny)) == "its 200 validation images"
    assert "200 images of MNIST that it never learned from" in fitted.describe_images(trained_on)


def test_the_images_of_a_temperature_are_called_what_they_are():
    none_left = TrainingData(mnist=60_000, held_back=0)
    fitted = Temperature(1.1, "training", 10_000)
    assert fitted.describe_images(none_left) == "10,000 of its training images"
    assert fitted.describe_images(none_left.fine_tuned(TAUGHT)) == "10,000 images of MNIST that it has learned from"


def test_the_work_is_that_of_all_images_that_are_read(tiny, few):
    multiply_adds = 26 * 26 * 9 * 4 + 13 * 13 * 4 * 10
    assert measuring_work(tiny, TrainingData.of(tiny), few) == (700 + 500 + 200) * multiply_adds
