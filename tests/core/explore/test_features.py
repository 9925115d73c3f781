import numpy as np
import torch

from mnist_core.explore.features import WIDEST, penultimate
from mnist_core.model.network import build_model, to_input


def test_the_last_layer_makes_the_logits_of_these_features(tiny, mnist):
    model = build_model(tiny.replace(dense=(16,), dropout=0.5)).eval()
    images = mnist.test_images[:700]
    features, logits = penultimate(model, images)
    assert features.shape == (700, 16)
    with torch.inference_mode():
        again = model.get_submodule("output")(torch.from_numpy(features))
        np.testing.assert_allclose(again, logits, atol=1e-5)
        np.testing.assert_allclose(model(to_input(np.array(images))), logits, atol=1e-5)
    assert not model.get_submodule("output")._forward_pre_hooks


def test_of_a_linear_model_the_features_are_the_pixels(tiny, mnist):
    features, _ = penultimate(build_model(tiny.replace(filters=(), kernel_sizes=())).eval(), mnist.test_images[:3])
    np.testing.assert_allclose(features, mnist.test_images[:3].reshape(3, 784) / 255, atol=1e-6)


def test_wide_features_are_sketched_and_keep_their_distances(tiny, mnist):
    model = build_model(tiny.replace(filters=(8,), padding="same", pooling="none")).eval()
    images = mnist.test_images[:30]
    features, _ = penultimate(model, images)
    assert features.shape == (30, WIDEST)
    with torch.inference_mode():
        whole = model[:-1](to_input(np.array(images))).numpy()
    assert whole.shape[1] > WIDEST
    first, second = np.triu_indices(30, k=1)
    ratio = np.linalg.norm(features[first] - features[second], axis=1) / np.linalg.norm(
        whole[first] - whole[second], axis=1
    )
    assert 0.95 < ratio.mean() < 1.05
    assert ratio.std() < 0.1
