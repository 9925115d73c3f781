import numpy as np
import pytest
import torch

from mnist_core.architecture import multiply_adds
from mnist_core.data.mnist import split
from mnist_core.evaluation.predictions import (
    SAMPLE,
    Outputs,
    cross_entropy,
    read_images,
    read_in_chunks,
    training_sample,
)
from mnist_core.model.network import build_model, to_input
from mnist_core.model.softmax import softmax
from mnist_core.model.training_data import TrainingData


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 3, (200, 10)).astype(np.float32)


def test_probabilities_and_loss_are_torchs(logits):
    labels = np.arange(200).astype(np.uint8) % 10
    expected = torch.from_numpy(logits).double()
    assert np.allclose(Outputs(logits).probabilities, expected.softmax(1))
    targets = torch.from_numpy(labels).long()
    assert Outputs(logits).loss(labels) == pytest.approx(torch.nn.functional.cross_entropy(expected, targets).item())
    cooler = torch.nn.functional.cross_entropy(expected / 2.5, targets).item()
    assert cross_entropy(logits, labels, 2.5) == pytest.approx(cooler)


def test_huge_logits_neither_overflow_nor_vanish():
    found = softmax(np.array([[1e4, *[0.0] * 8, -1e4]], np.float32))
    assert found.tolist() == [[1.0, *[0.0] * 9]]


def test_what_is_read_and_how_sure(logits):
    outputs = Outputs(logits)
    assert outputs.predicted.tolist() == [int(max(range(10), key=row.__getitem__)) for row in logits]
    assert outputs.confidence == pytest.approx(outputs.probabilities[np.arange(200), outputs.predicted])
    assert outputs.correct(outputs.predicted.astype(np.uint8)).all()


def test_other_numbers_of_classes_are_refused():
    with pytest.raises(ValueError, match=r"received \(5, 12\)"):
        Outputs(np.zeros((5, 12), np.float32))


@pytest.mark.parametrize("threads", [1, 2])
def test_images_are_read_in_order_and_the_network_stays_as_it_is(tiny, mnist, threads):
    model = build_model(tiny).train()
    images = mnist.test_images[:1_234]
    outputs = read_images(model, images, threads)
    assert model.training
    assert all(p.is_contiguous() for p in model.parameters())
    with torch.no_grad():
        expected = model.eval()(to_input(np.array(images)))
    assert np.allclose(outputs.logits, expected, atol=1e-5)


def test_before_each_step_it_is_asked_how_many_chunks_are_read_at_once(tiny, mnist):
    threads = iter([2, 1, 3])
    steps = list(read_in_chunks(build_model(tiny), mnist.test_images[:2_600], lambda: next(threads)))
    assert [len(logits) for logits in steps] == [1_000, 500, 1_100]


def test_a_large_network_reads_fewer_images_at_a_time(tiny, mnist):
    large = tiny.replace(filters=(256, 256), kernel_sizes=(3, 3), pooling="none", padding="same", dense=())
    logits = next(read_in_chunks(build_model(large), mnist.test_images[:100]))
    assert len(logits) == 5_000_000_000 // multiply_adds(large) == 10


def test_the_sample_is_of_images_learned_from(tiny):
    assert set(training_sample(TrainingData.of(tiny))) == set(split(tiny)[0])
    large = tiny.replace(train_size=55_000)
    sample = training_sample(TrainingData.of(large))
    assert len(set(sample)) == SAMPLE
    assert set(sample) <= set(split(large)[0])
