import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError
from mnist_core.runs import repetitions
from mnist_core.runs.index import index_of
from mnist_core.runs.store import create_run


def test_repetitions_differ_from_the_run_in_their_seeds_alone(runs, tiny):
    run = create_run(tiny.replace(seed=3), "fast", asker=TEACHER)
    made = repetitions.repeat(run, 4, asker=TEACHER)
    configs = [repetition.config() for repetition in made]
    assert sorted(config.seed for config in configs) == [4, 5, 6, 7]
    assert all(config == tiny.replace(seed=config.seed, shuffle_seed=config.seed) for config in configs)
    assert all(repetition.queue_number() for repetition in made)
    assert {repetition.description()["group"] for repetition in made} == {run.id}
    assert set(repetitions.members(run.id, index_of().look(oldest=0.0))) == set(made)
    assert run.description()["group"] == ""


def test_more_repetitions_take_fresh_seeds_in_the_same_group(runs, tiny):
    run = create_run(tiny.replace(seed=2**31 - 2), "fast", asker=TEACHER)
    first = repetitions.repeat(run, 3, asker=TEACHER)
    with pytest.raises(RunError, match=r"3 repetition\(s\) still wait"):
        repetitions.repeat(run, 3, asker=TEACHER)
    for repetition in first:
        repetition.dequeue(asker=TEACHER)
    repetitions.repeat(first[0], 3, asker=TEACHER)
    members = repetitions.members(run.id, index_of().look(oldest=0.0))
    assert sorted(member.config().seed for member in members) == [0, 1, 2, 3, 4, 2**31 - 1]


def test_the_repetitions_of_a_fine_tuning_learn_from_its_drawings(runs, tiny):
    taught = create_run(tiny, "taught", fine_tuning=b"drawings", asker=TEACHER)
    assert [run.fine_tuning.read_bytes() for run in repetitions.repeat(taught, 3, asker=TEACHER)] == [b"drawings"] * 3


def test_a_damaged_run_belongs_to_no_group(runs, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    repetitions.repeat(run, 3, asker=TEACHER)[0].path.joinpath("config.json").write_text('{"group": 3}')
    assert len(repetitions.members(run.id, index_of().look(oldest=0.0))) == 2


@pytest.mark.parametrize("count", [0, 2, 11])
def test_too_few_or_too_many_are_refused(runs, tiny, count):
    with pytest.raises(ValueError, match="expected 3 to 10"):
        repetitions.repeat(create_run(tiny, "fast", asker=TEACHER), count, asker=TEACHER)


def test_the_band_covers_the_stretch_that_all_curves_cover():
    found = repetitions.band([[(0.0, 20.0), (2.0, 40.0)], [(1.0, 32.0), (3.0, 52.0)], []])
    assert (found.x[0], found.x[-1]) == (1.0, 2.0)
    assert found.mean == pytest.approx(10 * found.x + 21)
    # two values that lie 2 apart: half width 12.706 * sqrt(2) / sqrt(2)
    assert found.high - found.mean == pytest.approx(np.full(len(found.x), 12.706205))
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_no_accuracy_is_above_all_images_and_no_loss_below_zero():
    curves = [[(0.0, 99.0), (1.0, 1.0)], [(0.0, 100.0), (1.0, 2.0)]]
    assert repetitions.band(curves).high[0] > 100
    assert repetitions.band(curves, 100).high.max() == 100
    assert repetitions.band(curves).low.min() == 0


def test_one_curve_or_no_common_stretch_has_no_band():
    assert repetitions.band([[(0.0, 1.0)]]) is None
    assert repetitions.band([[(0.0, 1.0), (1.0, 1.0)], [(2.0, 1.0), (3.0, 1.0)]]) is None
