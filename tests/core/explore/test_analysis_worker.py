import hashlib
import sys

import numpy as np
import pytest

from mnist_core.data.mnist import Mnist
from mnist_core.evaluation.predictions import read_images
from mnist_core.explore.analyses import PAIRS, PIXELS, AnalysisFolder, AnalysisRunner
from mnist_core.explore.analysis_worker import analyse_network, analyse_pixels, record
from mnist_core.explore.features import penultimate
from mnist_core.model.network import build_model
from mnist_core.paths import CHECKPOINTS
from tests.support.waiting import wait_for

SHIPPED = CHECKPOINTS / "notebook.safetensors"


@pytest.fixture
def few(mnist):
    return Mnist(mnist.train_images[:200], mnist.train_labels[:200], mnist.test_images[:150], mnist.test_labels[:150])


@pytest.fixture
def analyses(tmp_path):
    return AnalysisFolder(tmp_path / "analyses")


def test_an_analysis_of_the_pixels(few, analyses):
    record(analyses, PIXELS, analyse_pixels(few))
    assert analyses.progress(PIXELS).done
    found = analyses.findings(PIXELS)
    assert found["pca"].shape == found["tsne"].shape == (200, 2)
    assert (found["split_count"], found["halves_count"]) == (300, 200)  # halves of the 200 training images
    assert found["equal"] == 0
    pairs = found["pairs"].reshape(10, PAIRS, 2)
    labels = np.concatenate([few.train_labels, few.test_labels])
    assert (labels[pairs] == np.arange(10)[:, None, None]).all()
    images = np.concatenate([few.train_images, few.test_images]) / 255
    apart = np.linalg.norm(images[found["pairs"][:, 0]] - images[found["pairs"][:, 1]], axis=(1, 2))
    np.testing.assert_allclose(found["pair_distances"], apart, rtol=1e-6)


def test_an_analysis_of_a_network(few, analyses, tiny):
    model = build_model(tiny).eval()
    record(analyses, "a", analyse_network(model, few))
    found = analyses.findings("a")
    outputs = read_images(model, few.train_images)
    np.testing.assert_array_equal(found["read"], outputs.predicted)
    np.testing.assert_allclose(found["confidence"], outputs.confidence, atol=1e-5)
    assert found["distances"].shape == (350,)
    features, _ = penultimate(model, few.train_images)
    fives = few.train_labels == 5
    expected = np.linalg.norm(features[fives] - features[fives].mean(0), axis=1)
    np.testing.assert_allclose(found["distances"][:200][fives], expected, rtol=1e-4)


def test_the_process_behind_it_end_to_end(analyses):
    analysis_runner = AnalysisRunner(
        analyses, [sys.executable, "-m", "mnist_core.explore.analysis_worker", "--images", "200"]
    )
    key = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    try:
        wait_for(lambda: analysis_runner.want(key, SHIPPED).ended)
        assert analysis_runner.want(key, SHIPPED).done
        assert set(analyses.findings(key)) == {"distances", "read", "confidence", "pca", "pca_shares", "tsne"}
        wait_for(lambda: analysis_runner.want("0" * 64, SHIPPED).ended)
        assert "has changed meanwhile" in analysis_runner.want("0" * 64, SHIPPED).failed
    finally:
        analysis_runner.close()


def test_what_goes_wrong_is_reported_and_what_was_found_is_kept(analyses, capfd):
    def breaks(error):
        yield "first", 0.1, {"pca": np.zeros((2, 2))}
        raise error

    record(analyses, "a", breaks(ValueError("odd")))
    assert "broke off" in analyses.progress("a").failed
    assert "ValueError: odd" in capfd.readouterr().err
    assert analyses.findings("a")["pca"].shape == (2, 2)
    record(analyses, "b", breaks(MemoryError()))
    assert "memory is full" in analyses.progress("b").failed


def test_it_ends_when_whoever_wanted_it_has_gone(analyses):
    stages = iter([("first", 0.1, {"pca": np.zeros((2, 2))}), ("done", 1.0, {})])
    record(analyses, "a", stages, parent=-1)
    assert not analyses.progress("a").ended
    assert next(stages) == ("done", 1.0, {})
