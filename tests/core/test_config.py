import contextlib
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import ConfigError
from mnist_core.presets import PRESETS, preset
from tests.support.configurations import configs

NUMBERS = [info for info in field_info() if info.type in (int, float)]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_a_round_trip(name):
    assert TrainConfig.from_dict(preset(name).to_dict()) == preset(name)


def test_the_notebook_preset_is_the_articles_recipe():
    notebook = preset("notebook")
    assert (notebook.filters, notebook.kernel_sizes, notebook.dense) == ((32, 32, 64), (5, 5, 3), (64,))
    assert (notebook.optimizer, notebook.learning_rate, notebook.schedule) == ("adam", 1e-3, "constant")
    assert (notebook.batch_size, notebook.epochs, notebook.train_size) == (8, 2, 60_000)
    assert (notebook.activation, notebook.pooling, notebook.dropout) == ("relu", "max", 0.0)
    assert not notebook.augmented
    assert notebook.validation_size == 0


@pytest.mark.parametrize("info", NUMBERS, ids=lambda info: info.name)
def test_each_number_is_refused_just_outside_its_range(info):
    step = 1 if info.type is int else 1e-7
    for wrong in (info.low - step, info.high + step, math.nan, math.inf, "3", None, True):
        with pytest.raises(ConfigError, match=info.name):
            TrainConfig().replace(**{info.name: wrong})


@pytest.mark.parametrize("info", NUMBERS, ids=lambda info: info.name)
def test_each_number_is_taken_at_the_edges_of_its_range(info):
    roomy = TrainConfig(train_size=100, validation_size=1 if info.name == "patience" else 0, padding="same")
    for right in (info.low, info.high):
        assert getattr(roomy.replace(**{info.name: right}), info.name) == right


def test_patience_needs_images_to_measure_on():
    with pytest.raises(ConfigError, match=r"patience needs validation images .* raise validation_size or set patience"):
        TrainConfig(patience=3, validation_size=0)


def test_a_network_too_large_to_keep_is_refused():
    with pytest.raises(ConfigError, match=r"at most 4,000,000 parameters, these settings give 22,"):
        TrainConfig(filters=(32,), kernel_sizes=(3,), pooling="none", dense=(1024,))


def test_a_refusal_names_the_field_the_range_and_the_value():
    with pytest.raises(ConfigError, match=r"batch_size must be a whole number from 1 to 1,024, received 0"):
        TrainConfig(batch_size=0)
    with pytest.raises(ConfigError, match=r"optimizer must be one of sgd, .*, received 'adamax'"):
        TrainConfig(optimizer="adamax")
    with pytest.raises(ConfigError, match=r"60,000 images, received 60,000 \+ 5,000"):
        TrainConfig(train_size=60_000)
    with pytest.raises(ConfigError, match="unknown field 'lr'"):
        TrainConfig.from_dict({"lr": 0.1})
    with pytest.raises(ConfigError, match="kernel_sizes must be odd"):
        TrainConfig(kernel_sizes=(5, 4, 3))
    with pytest.raises(ConfigError, match="equally long"):
        TrainConfig(filters=(8, 8))
    with pytest.raises(ConfigError, match="mapping"):
        TrainConfig.from_dict([1, 2])


@given(configs())
def test_any_configuration_survives_a_round_trip_through_a_file(config):
    assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@given(
    st.dictionaries(
        st.sampled_from([info.name for info in field_info()]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers())),
    )
)
def test_any_other_values_give_a_config_or_a_refusal(values):
    with contextlib.suppress(ConfigError):
        TrainConfig.from_dict(values)


def test_a_batch_that_needs_too_much_memory_is_refused_and_the_sentence_says_which_fits():
    large = {"filters": (256,) * 5, "kernel_sizes": (1,) * 5, "padding": "same", "pooling": "none", "dense": ()}
    with pytest.raises(ConfigError, match=r"a batch may take about 1\.1 GB of memory") as refused:
        TrainConfig(**large, convolutions_per_stage=3, batch_size=1024)
    fits = int(re.search(r"lower batch_size to ([0-9]+)", str(refused.value))[1])
    TrainConfig(**large, convolutions_per_stage=3, batch_size=fits)
    with pytest.raises(ConfigError, match="or use fewer filters, fewer convolutions or more pooling"):
        TrainConfig(**large, convolutions_per_stage=3, batch_size=fits + 1)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_may_have_any_batch(name):
    preset(name).replace(batch_size=1024)
