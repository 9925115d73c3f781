import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data.mnist import split
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Stroke
from mnist_core.errors import CheckpointError
from mnist_core.paths import CHECKPOINTS
from mnist_core.rejection.detector import FALSE_REFUSALS, calibrate, load_detector, save_detector
from mnist_core.rejection.outliers import LEARNED, UNSEEN, draw_doodles
from mnist_core.rejection.training import CONFIG, draw_outliers
from tests.support.strokes import DIGITS

CLAIM = re.compile(r"^\| (.+?) \| ([\d.]+) % \|$", re.MULTILINE)
CLAIMS = {row[1]: float(row[2]) / 100 for row in CLAIM.finditer((CHECKPOINTS / "README.md").read_text())}


@pytest.fixture(scope="module")
def detector():
    return load_detector()


def drawn(strokes):
    return from_strokes([Stroke(np.array(stroke) * 300, 20) for stroke in strokes])


def test_few_real_digits_are_refused_on_the_validation_and_on_the_test_set(detector, mnist):
    validation = mnist.train_images[split(CONFIG)[1]]
    assert detector.false_refusals == pytest.approx(FALSE_REFUSALS, abs=0.001)
    assert detector.refuses(validation).mean() == pytest.approx(detector.false_refusals, abs=0.001)
    assert CLAIMS["MNIST's validation images"] == pytest.approx(detector.false_refusals, abs=0.0005)
    assert detector.refuses(mnist.test_images).mean() == pytest.approx(CLAIMS["MNIST's test images"], abs=0.001)


def test_kinds_it_has_never_seen_are_refused_as_the_readme_claims(detector):
    shares = {
        name: detector.refuses(draw_doodles(kind, 60, np.random.default_rng(2))).mean() for name, kind in UNSEEN.items()
    }
    claimed = next(share for row, share in CLAIMS.items() if row.startswith("25 kinds"))
    assert np.mean(list(shares.values())) == pytest.approx(claimed, abs=0.02)


def test_clear_digits_are_accepted(detector):
    assert [digit for digit, strokes in DIGITS.items() if detector.describe_refusal(drawn(strokes))] == []


def test_hearts_that_it_has_not_learned_from_are_refused(detector):
    hearts = draw_doodles(LEARNED["heart"], 100, np.random.default_rng(4))
    assert detector.refuses(hearts).mean() > 0.95


def test_hatching_a_spiral_and_a_white_square_are_refused(detector):
    turns = np.linspace(0, 4, 120)
    spiral = np.stack([0.5 + turns / 10 * np.cos(2 * np.pi * turns), 0.5 + turns / 10 * np.sin(2 * np.pi * turns)], 1)
    hatching = [[(0.1 * i, 0.1), (0.1 * i + 0.05, 0.9)] for i in range(1, 9)]
    for image in (drawn([spiral]), drawn(hatching), np.ones((28, 28), np.float32)):
        assert detector.describe_refusal(image).startswith("Its lines are hardly those of a digit: ")


def test_the_limit_is_where_the_share_lies_below_it(detector, mnist):
    images = mnist.train_images[:1000]
    for share in (0.01, 0.2):
        placed = calibrate(detector.network, images, np.zeros_like(images[:1]), share)
        assert placed.false_refusals == pytest.approx(share, abs=0.0015)
        assert placed.refuses(images).sum() == round(1000 * share)
        assert (placed.refuses(images) == (placed.probabilities(images) < placed.least)).all()


def test_its_probabilities_are_honest_on_new_digits_and_strangers(detector, mnist):
    digits = mnist.test_images[:2000]
    outliers = draw_outliers(dict.fromkeys(LEARNED, 2000 // len(LEARNED)), np.random.default_rng(7))
    said = np.concatenate([detector.probabilities(digits), detector.probabilities(outliers)])
    true = np.arange(len(said)) < len(digits)
    bins = np.minimum((said * 10).astype(int), 9)
    gaps = [abs(true[bins == i].sum() - said[bins == i].sum()) for i in range(10)]
    assert sum(gaps) / len(said) < 0.02, "expected calibration error"


def test_a_reason_tells_the_probability(detector):
    image = drawn([[(0.1, 0.9), (0.5, 0.1), (0.9, 0.9)], [(0.2, 0.5), (0.8, 0.5)], [(0.1, 0.1), (0.9, 0.1)]])
    (probability,) = detector.probabilities(np.round(image[None] * 255).astype(np.uint8))
    assert probability < detector.least
    sharper = replace(detector, least=0.0)
    assert sharper.describe_refusal(image) is None
    said = f"{probability:.0%}" if probability >= 0.01 else "under 1%"
    assert f": {said} probable, and it takes {detector.least:.0%}. Draw one" in detector.describe_refusal(image)


def test_a_detector_survives_its_file(detector, mnist, tmp_path):
    save_detector(tmp_path / "own.safetensors", detector)
    again = load_detector(tmp_path / "own.safetensors")
    for name in ("temperature", "least", "false_refusals"):
        assert getattr(again, name) == getattr(detector, name)
    images = mnist.test_images[:200]
    assert (again.probabilities(images) == detector.probabilities(images)).all()


def test_a_network_that_reads_digits_is_no_detector():
    with pytest.raises(CheckpointError, match=r"best\.safetensors reads digits, but was never taught what is none"):
        load_detector(CHECKPOINTS / "best.safetensors")
