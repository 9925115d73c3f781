import numpy as np
import pytest

from mnist_core.checkpoint import load_checkpoint
from mnist_core.drawing import from_strokes
from mnist_core.evaluate import predict_logits
from mnist_core.predict import logits_of
from mnist_core.refusal import FALSE_REFUSALS, limits_of, measure_limits
from mnist_core.strokes import Stroke
from tests.browser.strokes import DIGITS
from tests.core.test_shipped import CHECKPOINTS


@pytest.fixture(scope="module", params=["best", "notebook"])
def network(request):
    return load_checkpoint(CHECKPOINTS / f"{request.param}.safetensors")[0]


@pytest.fixture(scope="module")
def limits(network, mnist):
    return limits_of(network, mnist)


def reason(network, limits, strokes):
    image = from_strokes([Stroke(np.array(stroke) * 300, 20) for stroke in strokes])
    return limits.reason(logits_of(network, image), image)


def test_few_real_digits_are_refused_on_the_validation_and_on_the_test_set(network, limits, mnist):
    assert limits.count == 2_000
    assert 0 < limits.false_refusals <= FALSE_REFUSALS
    images = np.array(mnist.test_images[:2000])
    logits = predict_logits(network, images).numpy()
    refused = sum(limits.reason(row, image / 255) is not None for row, image in zip(logits, images, strict=True))
    assert refused / len(images) < 3 * FALSE_REFUSALS


def test_clear_digits_are_accepted(network, limits):
    assert [digit for digit, strokes in DIGITS.items() if reason(network, limits, strokes)] == []


def test_hatching_and_a_spiral_have_too_much_ink(network, limits):
    turns = np.linspace(0, 4, 120)
    spiral = np.stack([0.5 + turns / 10 * np.cos(2 * np.pi * turns), 0.5 + turns / 10 * np.sin(2 * np.pi * turns)], 1)
    hatching = [[(0.1 * i, 0.1), (0.1 * i + 0.05, 0.9)] for i in range(1, 9)]
    for scribble in ([spiral], hatching):
        assert "pixels of ink" in reason(network, limits, scribble)


def test_what_speaks_for_no_digit_is_refused(network, limits):
    flat = logits_of(network, np.zeros((28, 28), np.float32)) * 0
    assert "wavers between" in limits.reason(flat, np.zeros((28, 28), np.float32))
    flat[3] = 60
    assert limits.reason(flat, np.zeros((28, 28), np.float32)) is None
    assert "too little in it" in limits.reason(flat - 120, np.zeros((28, 28), np.float32))


def test_the_limits_are_where_a_third_of_the_share_lies_beyond_each():
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, 1000).astype(np.uint8)
    logits = random.normal(size=(1000, 10)).astype(np.float32)
    logits[np.arange(1000), labels] += random.uniform(0, 9, 1000).astype(np.float32)
    images = np.zeros((1000, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(1000) % 251
    limits = measure_limits(logits, images, labels, share=0.15)
    scaled = logits.astype(float) / limits.temperature
    evidence = limits.temperature * np.log(np.exp(scaled).sum(1))
    assert (evidence < limits.least_evidence).sum() == 50
    powers = np.exp(scaled)
    assert ((powers.max(1) / powers.sum(1)) < limits.least_confidence).sum() == 50
    assert ((images[:, 0, 0] / 255) > limits.most_ink).sum() in range(44, 51)
    assert 50 < limits.refused <= 150
