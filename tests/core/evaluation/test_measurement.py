import numpy as np
import pytest

from mnist_core.data.mnist import Mnist, split
from mnist_core.errors import CheckpointError
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.predictions import read_images
from mnist_core.model.network import build_model


@pytest.fixture
def few(mnist):
    """MNIST with 700 test images."""
    return Mnist(mnist.train_images, mnist.train_labels, mnist.test_images[:700], mnist.test_labels[:700])


def test_a_network_is_measured_on_its_own_images(tiny, few):
    model = build_model(tiny)
    measured = Measurement(lambda: model, few, threads=2).wait()
    assert measured.done
    assert measured.error is None
    assert np.array_equal(measured.test.logits, read_images(model, few.test_images).logits)
    learned, validation = split(tiny)
    training = read_images(model, few.train_images[learned])
    assert measured.training.correct == training.correct(few.train_labels[learned]).sum()
    assert measured.training.count == tiny.train_size
    assert (measured.temperature.source, measured.temperature.count) == ("validation", len(validation))
    assert sum(score.support for score in measured.scores) == 700
    assert measured.milliseconds > 0
    assert measured.progress == pytest.approx(1)


def test_without_validation_images_the_temperature_says_where_it_is_from(tiny, few):
    measured = Measurement(lambda: build_model(tiny.replace(validation_size=0)), few, threads=1).wait()
    assert (measured.temperature.source, measured.temperature.count) == ("training", tiny.train_size)


def test_what_cannot_be_loaded_is_a_sentence(few):
    def load():
        raise CheckpointError("the weights do not fit")

    measured = Measurement(load, few, threads=1).wait()
    assert measured.error == "the weights do not fit"
    assert measured.test is None
