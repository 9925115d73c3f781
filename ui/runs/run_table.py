"""The table of runs: what each is called, how it did, and what was changed from its preset."""

from __future__ import annotations

import math
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
from mnist_core.runs.store import find_run
from ui.cached import models, run_records
from ui.runs import state
from ui.shared import names, session

_MOST_CHANGES = 4
_ON_PAGE = 25
"""Runs on one page of the table: reading a thousand records would take seconds."""
_HALF_WIDTH = "Half the width of the 95% interval: with so few images, the true accuracy may lie that far off."
_SPARKLINE = 40
"""Points of a curve at most: it is about as many CSS pixels wide as two of them."""
_COLUMNS = {
    "Mark": st.column_config.TextColumn(width=92, help="The newest run, and the best of those shown, by validation."),
    "Name": st.column_config.TextColumn(width=130, help="The name it was given, else the preset it started from."),
    "Curve": st.column_config.LineChartColumn(
        width=90, help="Images read right over its training: validation images, or else those that it learns from."
    ),
    "Status": st.column_config.TextColumn(width=72),
    "Test (%)": st.column_config.NumberColumn(
        width=66, format="%.2f", help="Test images read right, at the end of the run."
    ),
    "Test ±": st.column_config.NumberColumn(width=56, format="%.2f", help=_HALF_WIDTH),
    "Val. (%)": st.column_config.NumberColumn(
        width=66,
        format="%.2f",
        help="Validation images read right, last measured; of a taught network, the drawings kept aside.",
    ),
    "Val. ±": st.column_config.NumberColumn(width=56, format="%.2f", help=_HALF_WIDTH),
    "Epochs": st.column_config.TextColumn(width=60, help="Epochs done, of those that it was started with."),
    "Seconds": st.column_config.NumberColumn(width=66, format="%.1f", help="Seconds of training, without pauses."),
    "Changed": st.column_config.TextColumn(width=180, help="What differs from the preset it started from."),
    # On a projector there is no room for these: they can be shown by the table's own menu.
    "Note": None,
    "Created": None,
    "Run": None,
}


def page_number(runs: Sequence[Run]) -> int:
    """Draw the choice of a page of all runs, if they take more than one, and return the number of the chosen one.

    Until somebody chooses, it is the page of the run that was ticked first.
    """
    pages = math.ceil(len(runs) / _ON_PAGE)
    if pages < 2:
        return 1
    ticked = next((place for place, run in enumerate(runs) if run.id in state.ticked()[:1]), 0)
    number = min(session.widget_value(state.PAGE_WIDGET, 1 + ticked // _ON_PAGE), pages)
    session.show_in_widget(state.PAGE_WIDGET, number)
    return st.pagination(pages, key=state.PAGE_WIDGET)


def on_page(runs: Sequence[Run], number: int) -> Sequence[Run]:
    """Return the runs on a page; the first one has the newest."""
    return runs[(number - 1) * _ON_PAGE : number * _ON_PAGE]


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


def pick(runs: list[Run], newest: Run) -> list[Run]:
    """Draw the table of a page's runs and return the runs that are ticked, on this page and on others.

    Ticks belong to runs: they stay when the list changes.

    Args:
        runs: on the page.
        newest: of all runs.
    """

    def tick() -> None:
        rows = session.widget_value(key)["selection"]["rows"]
        state.set_ticked(elsewhere + [runs[row].id for row in rows])

    ids = [run.id for run in runs]
    picked = [run for run_id in dict.fromkeys(state.ticked()) if (run := _to_read(run_id)) is not None]
    elsewhere = [run.id for run in picked if run.id not in ids]
    rows = [ids.index(run.id) for run in picked if run.id in ids]
    shown = session.widget_value(state.table_key())
    if shown is None or shown["selection"]["rows"] != rows:
        state.new_table()
        session.show_in_widget(state.table_key(), {"selection": {"rows": rows}})
    key = state.table_key()
    state.set_ticked([run.id for run in picked])
    marks = _marks(runs, newest)
    st.dataframe(
        pd.DataFrame(
            [{"Mark": marks[run], **_row(run, name)} for run, name in zip(runs, names.names_of(runs), strict=True)]
        ),
        hide_index=True,
        on_select=tick,
        selection_mode="multi-row",
        height=min(38 + 35 * len(runs), 213),
        placeholder="–",
        key=key,
        column_config=_COLUMNS,
    )
    return picked


def _to_read(run_id: str) -> Run | None:
    """Return the run of that id, if there is one and it can be read."""
    try:
        run = find_run(run_id)
        run_records.described(run)
    except RunError:
        return None
    return run


def offer_newest_two(runs: Sequence[Run]) -> None:
    """Offer to tick the two newest runs, and so to compare them, where there are two and they are not ticked."""
    newest = [run.id for run in runs[:2]]
    if len(newest) == 2 and set(state.ticked()) != set(newest):
        st.button(
            "Compare the two newest",
            icon=":material/compare_arrows:",
            key=state.key("newest-two", *newest),
            on_click=state.set_ticked,
            args=(newest,),
            help="Their curves over each other, the settings that differ, and whether one is really better.",
        )


def best_of(runs: Sequence[Run]) -> Run | None:
    """Return which of several runs reads the most validation images right; None where at most one was validated.

    Of a taught network, the drawings kept aside say nothing about the others: it is passed over.
    """
    found = {
        run: share
        for run in runs
        if (share := run_records.reader(run).read().validation_accuracy) is not None
        and not run_records.described(run).trained_on.fine_tunings
    }
    return max(found, key=lambda run: found[run]) if len(found) > 1 else None


def _marks(runs: Sequence[Run], newest: Run) -> dict[Run, str]:
    """Return what the first column says of each run."""
    best = best_of(runs)
    words = {run: [*(["best"] if run == best else []), *(["newest"] if run == newest else [])] for run in runs}
    return {run: ", ".join(said) for run, said in words.items()}


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
        "Curve": sparkline(history),
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


def sparkline(history: History) -> list[float]:
    """Return a run's accuracies in per cent from first to last, as many as a small picture can show.

    They are of validation images where it has read some twice, and else of the images that it learns from.
    """
    reports = history.validations if len(history.validations) > 1 else history.steps
    count = min(len(reports), _SPARKLINE)
    places = [round(i * (len(reports) - 1) / max(count - 1, 1)) for i in range(count)]
    return [100 * reports[place].accuracy for place in places]


def _percent(share: float | None, count: int) -> tuple[float | None, float | None]:
    """Return an accuracy and half the width of its 95% interval, both in per cent."""
    if share is None or not count:
        return None, None
    low, high = wilson(round(share * count), count)
    return 100 * share, 50 * (high - low)
