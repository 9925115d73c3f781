import pytest

from mnist_core.figures.colours import RUNS
from mnist_core.figures.comparison import band_figure, looks, overlay_figure
from mnist_core.formatting import in_words
from mnist_core.history import History
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.comparison import curve, differing, validated_alike
from mnist_core.runs.repetitions import band
from tests.support.events import epoch, started, step, validation
from tests.support.fine_tuning import TAUGHT_DATA

HISTORY = History.of([started(), step(5), step(10), validation(10), epoch(1)])


def test_only_the_settings_that_differ_are_shown(tiny):
    others = [tiny, tiny.replace(learning_rate=0.1), tiny.replace(filters=(8,))]
    assert differing([(one, TrainingData.of(one)) for one in others]) == {
        "filters": [[4], [4], [8]],
        "learning_rate": [0.01, 0.1, 0.01],
    }
    assert differing([(tiny, TrainingData.of(tiny))] * 2) == {}


def test_a_taught_network_differs_by_its_start_and_its_drawings_not_by_numbers_of_images(tiny):
    taught = tiny.replace(train_size=7_100, validation_size=65)
    assert differing([(tiny, TrainingData.of(tiny)), (taught, TAUGHT_DATA)]) == {
        "start": ["random weights", "best"],
        "learned_before": ["", "55,000 images of MNIST"],
        "train_size": [500, "235 drawings mixed with 6,000 images of MNIST"],
        "validation_size": [200, "65 drawings kept aside"],
    }
    assert validated_alike([TAUGHT_DATA, TAUGHT_DATA])
    assert validated_alike([TrainingData.of(tiny)] * 2)
    assert not validated_alike([TrainingData.of(tiny), TAUGHT_DATA])


def test_a_settings_value_is_told_in_words():
    assert [in_words(value) for value in ([32, 64], [], True, False, 0.1, "adam")] == [
        *("32–64", "none", "on", "off", "0.1", "adam"),
    ]


def test_curves_over_epochs_steps_and_seconds():
    assert curve(HISTORY, "validation accuracy", "epochs") == [(1.0, 90.0)]
    assert curve(HISTORY, "validation loss", "steps") == [(10, 1.0)]
    assert curve(HISTORY, "training loss", "seconds") == [(5.0, 1.0), (10.0, 1.0)]
    assert curve(History(), "training loss", "epochs") == []


def test_every_run_of_an_overlay_is_told_apart():
    curves = {f"run <{i}>": [(0.0, 1.0), (1.0, 2.0)] for i in range(len(RUNS) + 1)}
    figure = overlay_figure(curves, "validation loss", "seconds")
    drawn = {one["name"]: (one["lineStyle"]["color"], one["lineStyle"]["type"]) for one in figure["series"]}
    assert len(set(drawn.values())) == len(curves)
    assert drawn == looks(curves), "the legend beside the chart tells the same"
    assert figure["title"]["text"] == "Validation loss"
    assert figure["xAxis"]["name"] == "seconds of training"
    assert figure["yAxis"]["name"]


def test_the_band_is_drawn_around_the_mean():
    curves = [[(0.0, 90.0), (1.0, 92.0)], [(0.0, 92.0), (1.0, 94.0)], [(0.0, 94.0), (1.0, 96.0)]]
    found = band(curves)
    *_, low, rest, mean = band_figure(found, curves, "validation accuracy")["series"]
    assert low["stack"] == rest["stack"]
    assert [y for _, y in low["data"]] == pytest.approx(found.low, rel=1e-4)
    assert [a + b for (_, a), (_, b) in zip(low["data"], rest["data"], strict=True)] == pytest.approx(
        found.high, rel=1e-4
    )
    assert "areaStyle" in rest
    assert mean["name"] == "mean"
    assert [y for _, y in mean["data"]] == pytest.approx(found.mean, rel=1e-4)
    assert len(band_figure(None, curves, "validation accuracy")["series"]) == 3


def test_at_one_epoch_the_band_is_an_upright():
    curves = [[(1.0, 90.0)], [(1.0, 92.0)]]
    found = band(curves)
    *_, upright, mean = band_figure(found, curves, "validation accuracy")["series"]
    assert upright["data"] == [
        [1.0, pytest.approx(found.low[0], rel=1e-4)],
        [1.0, pytest.approx(found.high[0], rel=1e-4)],
    ]
    assert mean["data"] == [[1.0, 91.0]]
