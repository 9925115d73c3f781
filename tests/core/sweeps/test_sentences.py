"""What is said of a sweep, and the heat map: all from points alone."""

import pytest

from mnist_core.sweeps import heat_map, sentences
from mnist_core.sweeps.objective import score
from mnist_core.sweeps.points import Count, Point, ranked
from mnist_core.sweeps.space import parse
from tests.support.sweeps import RATE, settings


def point(number, rate=0.01, size=32, accuracies=(0.9,), state="measured", seconds=(10.0,)):
    return Point(
        number=number,
        values={"learning_rate": rate, "batch_size": size},
        state=state,
        score=sum(accuracies) / len(accuracies) if state == "measured" else None,
        runs=(f"run-{number}",),
        accuracies=accuracies if state == "measured" else (),
        seconds=seconds,
    )


def test_points_are_ranked_and_counted():
    points = [point(0), point(1, accuracies=(0.95,)), point(2, state="pruned"), point(3, accuracies=(0.95,))]
    assert [one.number for one in ranked(points)] == [1, 3, 0]
    assert Count.of(points).describe() == "3 points measured, 1 stopped early: 4 runs, 40 s of training."
    assert "2 min of training" in Count.of([point(0, seconds=(120.0,))]).describe()


def test_the_best_is_told_with_what_it_was_measured_by():
    points = [point(0, 0.0123456, 64, accuracies=(0.98, 0.96))]
    said = sentences.describe_best(points, settings(seeds=2))
    assert said == "Best so far: learning rate 0.01235, batch size 64, with 97.00% (mean of 2 seeds)."
    assert "in 10.0 s" in sentences.describe_best(points, settings(objective="accuracy for time"))
    assert sentences.describe_best([], settings()) == "No point is measured yet."


def test_the_best_of_many_is_called_luck_and_the_more_so_the_more_there_are():
    few, many = ([point(i, accuracies=(0.9 + i / 1000,)) for i in range(count)] for count in (4, 40))
    assert sentences.describe_luck(few[:3], settings(), 1_000) == ""
    # Of 40 normal numbers the largest lies 2.16 standard deviations above the mean: tables of order statistics.
    share = many[-1].accuracy
    expected = 100 * 2.16 * (share * (1 - share) / 1_000) ** 0.5
    assert f"up to {expected:.2f} percentage points better" in sentences.describe_luck(many, settings(), 1_000)
    assert "The best of 4 is partly luck" in sentences.describe_luck(few, settings(), 1_000)
    assert "before it is measured again" in sentences.describe_luck(few, settings(), 1_000)
    seeds = [point(i, accuracies=(0.9, 0.92)) for i in range(4)]
    assert "another seed moves a point by about 1.41" in sentences.describe_luck(seeds, settings(), 1_000)


def test_importance_is_told_or_why_not():
    said = sentences.describe_importance({"learning_rate": 0.8, "batch_size": 0.2}, 20, 8)
    assert "the learning rate matters most: it explains 80% of the differences; the batch size 20%" in said
    assert "told from 8 measured points on; 3 are" in sentences.describe_importance(None, 3, 8)
    assert "equally good" in sentences.describe_importance(None, 9, 8)


def test_the_disk_is_told():
    assert sentences.describe_disk(3 * 2**20, settings(), 40) == (
        "Its 40 runs take 3.0 MB: all curves are kept, of the networks those of the best 5 points."
    )
    assert "of the networks none" in sentences.describe_disk(0, settings(networks=0), 1)


def test_four_times_the_time_has_to_halve_the_mistakes():
    chosen = settings(objective="accuracy for time")
    assert score(chosen, (0.98,), (10.0,), 1000) == pytest.approx(score(chosen, (0.99,), (40.0,), 1000))
    assert score(chosen, (1.0,), (10.0,), 1000) < float("inf")
    assert score(settings(), (0.98, 0.96), (1.0, 2.0), 1000) == pytest.approx(0.97)


def test_a_heat_map_gathers_points_and_seeds_in_cells():
    x, y = parse(RATE), parse("batch_size=32,64")
    points = [
        point(0, 0.001, 32, (0.90, 0.92)),
        point(1, 0.0011, 32, (0.94,)),
        point(2, 1.0, 64, (0.5,)),
        point(3, 0.5, 64, state="pruned"),
    ]
    found = heat_map.cells(points, x, y)
    assert [(cell.column, cell.row, len(cell.accuracies)) for cell in found] == [(0, 0, 3), (5, 1, 1)]
    assert found[0].mean == pytest.approx(0.92)
    assert found[0].half == pytest.approx(0.0497, abs=1e-3), "Student's t: 4.303 x 0.02 / sqrt 3"
    assert found[1].half is None
    columns, rows = heat_map.names_of_cells(x), heat_map.names_of_cells(y)
    assert (len(columns), columns[0], rows) == (6, "0.001 to 0.003162", ["32", "64"])
    said = heat_map.describe(found, columns, rows, "learning rate", "batch size")
    assert said.startswith("Best cell: learning rate 0.001 to 0.003162 with batch size 32, 92.00% ± 4.97")
    assert "0 of the 1 others come within 5.0 points of it" in said


def test_the_cells_of_a_grid_are_its_values():
    chosen = settings(way="grid", levels=4)
    x, y = chosen.space
    points = [point(i, rate, 64) for i, rate in enumerate(chosen.grid["learning_rate"])]
    found = heat_map.cells(points, x, y, chosen.grid)
    assert [(cell.column, cell.row) for cell in found] == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert heat_map.names_of_cells(x, chosen.grid["learning_rate"]) == ["0.001", "0.01", "0.1", "1"]
