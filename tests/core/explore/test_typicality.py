import numpy as np

from mnist_core.evaluation.predictions import Outputs
from mnist_core.explore.features import penultimate
from mnist_core.explore.typicality import class_means, disagreements, distances
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS


def test_distances_are_to_the_mean_of_the_own_digit():
    features = np.array([[0, 0], [2, 0], [10, 10], [10, 14], [10, 30]], np.float32)
    labels = np.array([1, 1, 7, 7, 7], np.uint8)
    means = class_means(features, labels)
    assert means[1].tolist() == [1, 0]
    assert means[7].tolist() == [10, 18]
    assert not means[0].any()
    assert distances(features, labels, means).tolist() == [1, 1, 8, 4, 12]


def test_the_most_unusual_of_real_digits_is_the_one_that_was_put_there(mnist):
    ones = np.flatnonzero(mnist.test_labels == 1)[:200]
    stranger = np.flatnonzero(mnist.test_labels == 0)[0]
    images = mnist.test_images[np.append(ones, stranger)]
    rows, labels = images.reshape(201, -1).astype(np.float32), np.ones(201, np.uint8)
    assert distances(rows, labels, class_means(rows, labels)).argmax() == 200


def test_injected_wrong_labels_are_the_first_in_doubt(mnist):
    model, _ = load_checkpoint(CHECKPOINTS / "notebook.safetensors")
    labels = mnist.train_labels[:500].copy()
    wrong = [10, 77, 400]
    labels[wrong] = (labels[wrong] + 1) % 10
    outputs = Outputs(penultimate(model, mnist.train_images[:500])[1])
    assert sorted(disagreements(labels, outputs.predicted, outputs.confidence)[:3].tolist()) == wrong


def test_who_agrees_is_never_in_doubt_and_the_surest_come_first():
    labels, read = np.array([1, 2, 3, 4], np.uint8), np.array([1, 7, 5, 4], np.uint8)
    assert disagreements(labels, read, np.array([0.9, 0.6, 0.8, 1], np.float32)).tolist() == [2, 1]
