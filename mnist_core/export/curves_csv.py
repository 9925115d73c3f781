"""A run's curves as one table that any spreadsheet opens. No torch."""

from __future__ import annotations

import csv
import io
from typing import Any

from mnist_core.events import Finished
from mnist_core.history import History

COLUMNS = ("kind", "step", "epoch", "seconds", "loss", "accuracy", "learning_rate", "images_per_second")


def to_csv(history: History) -> str:
    """Return a measurement a row, in the order of the steps, as CSV (RFC 4180) with a header.

    `kind` is training (a mean since the row of that kind before), epoch (the mean of all training images of one
    epoch), validation or test. Loss is in nats, accuracy a share from 0 to 1; what a row has none of is empty.
    """
    rows: list[tuple[Any, ...]] = [
        ("training", s.step, s.epoch, s.seconds, s.loss, s.accuracy, s.learning_rate, s.images_per_second)
        for s in history.steps
    ]
    rows += [("validation", v.step, v.epoch, v.seconds, v.loss, v.accuracy, "", "") for v in history.validations]
    rows += [("epoch", e.step, e.epoch, e.seconds, e.train_loss, e.train_accuracy, "", "") for e in history.epochs]
    if isinstance(end := history.end, Finished):
        last = history.epochs[-1].epoch if history.epochs else ""
        rows.append(("test", end.step, last, end.seconds, end.test_loss, end.test_accuracy, "", ""))
    rows.sort(key=lambda row: row[1])
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(rows)
    return text.getvalue()
