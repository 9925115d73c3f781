"""The settings of a sweep: checked where they are made, and the same after they were written down."""

import json

import pytest

from mnist_core.errors import ConfigError
from mnist_core.sweeps.settings import SweepSettings
from tests.support.sweeps import BASE, RATE, settings


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"runs": 0}, "needs a limit"),
        ({"runs": 5_000}, "runs must be a number from 0 to 1,000, received 5000"),
        ({"runs": True}, "received True"),
        ({"minutes": float("nan")}, "minutes must be a number"),
        ({"runs": 2, "seeds": 3}, "a point takes 3 runs, one a seed, received a limit of 2 runs"),
        ({"base": BASE.replace(validation_size=0)}, "raise validation_size"),
        ({"way": "guess"}, "the way of a sweep must be one of grid, random, tpe, received 'guess'"),
        ({"objective": "test accuracy"}, "the objective of a sweep must be one of"),
        ({"way": "grid"}, "the grid has 15 points and the limit is 12 runs"),
        ({"way": "grid", "levels": 2, "seeds": 3}, "the grid has 6 points, 3 runs each, and the limit is 12 runs"),
    ],
)
def test_what_could_never_be_carried_out_is_refused_in_a_sentence(changes, said):
    with pytest.raises(ConfigError) as caught:
        settings(**changes)
    assert said in str(caught.value)


def test_drawings_need_no_validation_images():
    assert settings(base=BASE.replace(validation_size=0), objective="drawings").objective == "drawings"


def test_the_most_runs_are_those_of_the_grid_or_the_limit():
    assert settings(way="grid", levels=4, runs=100, seeds=2).most_runs == 4 * 3 * 2
    assert settings(runs=30).most_runs == 30
    assert settings(runs=0, minutes=5).most_runs == 1_000


def test_every_point_has_the_same_seeds():
    chosen = settings(RATE, base=BASE.replace(seed=7))
    configs = [chosen.config_of({"learning_rate": rate}, seed) for rate in (0.1, 0.2) for seed in (0, 1)]
    assert [config.seed for config in configs] == [7, 8, 7, 8]
    assert all(config.shuffle_seed == config.seed for config in configs)


def test_settings_are_the_same_after_they_were_written_down():
    chosen = settings(RATE, "filters=4,8", "batch_norm=on,off", objective="accuracy for time", minutes=2.5, seeds=3)
    assert SweepSettings.from_record(json.loads(json.dumps(chosen.to_record()))) == chosen
