"""The table of runs: what each is called, how it did, and what was changed from its preset."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.config import TEST_IMAGES, TrainConfig
from mnist_core.errors import RunError
from mnist_core.evaluation.intervals import wilson
from mnist_core.formatting import in_words
from mnist_core.history import History
from mnist_core.model.training_data import TrainingData
from mnist_core.presets import PRESETS, preset
from mnist_core.runs.comparison import differing
from mnist_core.runs.notes import read_notes
from mnist_core.runs.run import Run
from ui.cached import models, run_records
from ui.runs import state
from ui.shared import names, session

_MOST_CHANGES = 4
_HALF_WIDTH = "Half the width of the 95% interval: with so few images, the true accuracy may lie that far off."
_COLUMNS = {
    "Name": st.column_config.TextColumn(width=150, help="The name it was given, else the preset it started from."),
    "Test (%)": st.column_config.NumberColumn(format="%.2f", help="Test images read right, at the end of the run."),
    "Test ±": st.column_config.NumberColumn(format="%.2f", help=_HALF_WIDTH),
    "Val. (%)": st.column_config.NumberColumn(
        format="%.2f", help="Validation images read right, last measured; of a taught network, the drawings kept aside."
    ),
    "Val. ±": st.column_config.NumberColumn(format="%.2f", help=_HALF_WIDTH),
    "Epochs": st.column_config.TextColumn(help="Epochs done, of those that it was started with."),
    "Changed": st.column_config.TextColumn(width=240, help="What differs from the preset it started from."),
    "Seconds": st.column_config.NumberColumn(format="%.1f", help="Seconds of training, without pauses."),
    "Created": st.column_config.DatetimeColumn(format="D MMM, HH:mm"),
    "Run": st.column_config.TextColumn(help="Its folder in runs/."),
}


def readable(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that can be read, and say of each other one what is wrong with it."""
    found = []
    for run in runs:
        try:
            run_records.described(run)
            found.append(run)
        except RunError as error:
            st.warning(names.in_markdown(error.sentence))
    return found


def pick(runs: list[Run]) -> list[Run]:
    """Draw the table and return the runs that are ticked. Ticks belong to runs: they stay when the list changes."""

    def tick() -> None:
        rows = session.widget_value(state.TICKED_WIDGET)["selection"]["rows"]
        state.set_ticked([runs[row].id for row in rows])

    ids = [run.id for run in runs]
    rows = [ids.index(run_id) for run_id in dict.fromkeys(state.ticked()) if run_id in ids]
    shown = session.widget_value(state.TICKED_WIDGET)
    if shown is None or shown["selection"]["rows"] != rows:
        session.show_in_widget(state.TICKED_WIDGET, {"selection": {"rows": rows}})
    state.set_ticked([ids[row] for row in rows])
    st.dataframe(
        pd.DataFrame([_row(run, name) for run, name in zip(runs, names.names_of(runs), strict=True)]),
        hide_index=True,
        on_select=tick,
        selection_mode="multi-row",
        height=min(38 + 35 * len(runs), 213),
        placeholder="–",
        key=state.TICKED_WIDGET,
        column_config=_COLUMNS,
    )
    return [runs[row] for row in rows]


def changes(config: TrainConfig, name: str) -> list[str]:
    """Return what differs from the preset of that name, in words; nothing where there is no such preset."""
    if name not in PRESETS:
        return []
    compared = [(one, TrainingData.of(one)) for one in (preset(name), config)]
    return [f"{field.replace('_', ' ')} {in_words(now)}" for field, (_, now) in differing(compared).items()]


def describe_rate_changes(history: History) -> str:
    """Return what was done to the learning rate by hand while it trained, in words."""
    return ", ".join(f"× {change.factor:g} from step {change.step:,}" for change in history.rate_changes) or "unchanged"


def _row(run: Run, name: str) -> dict[str, object]:
    described, history, notes = run_records.described(run), run_records.reader(run).read(), read_notes(run)
    config = described.config
    test, test_half = _percent(history.test_accuracy, TEST_IMAGES)
    validation, validation_half = _percent(history.validation_accuracy, config.validation_size)
    manual = [f"rate by hand {describe_rate_changes(history)}"] if history.rate_changes else []
    tuned = described.trained_on.last_fine_tuning
    if tuned:
        changed = [*manual, f"taught {tuned.describe_training()}, from {models.called(tuned.start)}"]
    else:
        changed = manual + changes(config, described.name)
    more = f" and {len(changed) - _MOST_CHANGES} more" if len(changed) > _MOST_CHANGES else ""
    return {
        "Name": name,
        "Status": run.status(history),
        "Test (%)": test,
        "Test ±": test_half,
        "Val. (%)": validation,
        "Val. ±": validation_half,
        "Epochs": f"{history.epochs[-1].epoch if history.epochs else 0} / {config.epochs}",
        "Seconds": history.seconds,
        "Changed": ", ".join(changed[:_MOST_CHANGES]) + more,
        "Note": notes.note,
        "Created": described.created,
        "Run": run.id,
    }


def _percent(share: float | None, count: int) -> tuple[float | None, float | None]:
    """Return an accuracy and half the width of its 95% interval, both in per cent."""
    if share is None or not count:
        return None, None
    low, high = wilson(round(share * count), count)
    return 100 * share, 50 * (high - low)
