"""Every remedy can be tried: its change makes a configuration that can be trained."""

import pytest
from hypothesis import given

from mnist_core.architecture import training_bytes
from mnist_core.config import MOST_BATCH_BYTES, TrainConfig
from mnist_core.diagnosis import remedies
from tests.support.configurations import configs

REMEDIES = (remedies.against_bias, remedies.against_variance, remedies.more_varied_images)


@given(configs())
def test_the_change_of_every_remedy_can_be_trained(config):
    for remedy in REMEDIES:
        config.replace(**remedy(config)[0])
    config.replace(**remedies.more_epochs(config))
    config.replace(**remedies.with_validation_images(config))
    config.replace(learning_rate=remedies.lower_rate(config))
    config.replace(learning_rate=remedies.raise_rate(config))


def full_batches(**fields):
    """Return a configuration with batches as large as the memory limit allows."""
    one = TrainConfig(batch_size=1, **fields)
    full = one.replace(batch_size=min(1024, MOST_BATCH_BYTES // training_bytes(one)))
    assert full.batch_size < 1024, "the limit does not matter"
    return full


def test_a_larger_network_is_not_proposed_where_its_batches_would_not_fit():
    config = full_batches(filters=(128, 128), kernel_sizes=(3, 3), padding="same")
    change, reason = remedies.against_bias(config)
    assert change == {"epochs": 6}
    assert "more time" in reason


def test_dropout_is_not_proposed_where_its_batches_would_not_fit():
    """Dropout is a layer, and has an output of its own."""
    fields = {"filters": (200,), "kernel_sizes": (3,), "padding": "same", "pooling": "none", "dense": ()}
    config = full_batches(**fields, train_size=30_000, validation_size=5_000, shift=2.0)
    change, _ = remedies.against_variance(config)
    assert change == {"weight_decay": 0.01}


def test_convolutions_are_not_proposed_where_they_would_make_too_large_a_network():
    """Without pooling, a wide dense layer reads 32 whole feature maps."""
    config = TrainConfig(filters=(), kernel_sizes=(), dense=(1024,), pooling="none")
    change, _ = remedies.against_bias(config)
    assert change == {"epochs": 6}


@pytest.mark.parametrize("remedy", [remedies.against_bias, remedies.against_variance])
def test_a_change_comes_with_its_reason(remedy):
    change, reason = remedy(TrainConfig())
    assert change
    assert reason
