import csv
import io

import pandas as pd
import pytest

from mnist_core.events import Finished
from mnist_core.export.curves_csv import COLUMNS, to_csv
from mnist_core.history import History
from tests.support.events import epoch, started, step, validation


@pytest.fixture
def history():
    end = Finished(step=10, test_loss=0.1, test_accuracy=0.98, seconds=2.0)
    return History.of([started(), step(5), validation(5), step(10), validation(10), epoch(1), end])


def test_every_measurement_is_a_row_with_a_header(history):
    table = pd.read_csv(io.StringIO(to_csv(history)))
    assert tuple(table.columns) == COLUMNS
    assert table["kind"].tolist() == ["training", "validation", "training", "validation", "epoch", "test"]
    assert table["step"].is_monotonic_increasing
    assert table["loss"].tolist() == [
        history.steps[0].loss,
        history.validations[0].loss,
        history.steps[1].loss,
        history.validations[1].loss,
        history.epochs[0].train_loss,
        0.1,
    ]
    assert table["accuracy"].iloc[-1] == 0.98
    assert table["learning_rate"].notna().tolist() == [True, False, True, False, False, False]


def test_the_lines_are_those_of_rfc_4180(history):
    text = to_csv(history)
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {len(COLUMNS)}


def test_a_run_without_a_report_is_a_header():
    assert to_csv(History()) == ",".join(COLUMNS) + "\r\n"
