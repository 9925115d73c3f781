"""RunSummary: how a watched run stands, in the texts that its page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from mnist_core.diagnosis.fine_tuning import diagnose_fine_tuning
from mnist_core.diagnosis.verdict import diagnose
from mnist_core.errors import RunError
from mnist_core.events import Finished, Stopped
from mnist_core.formatting import accuracy
from mnist_core.history import History
from mnist_core.model.training_data import FineTuningData
from mnist_core.runs.run import ACTIVE, Run
from ui.cached import models, run_records
from ui.cached.owned import Kept
from ui.live import status_line
from ui.live.curve_sentences import describe_accuracy, describe_loss

_FRESH, _VERDICT_FRESH = 0.2, 2.0
"""Seconds for which all who watch a run get the same summary, and the same verdict. A run reports about four times a
second, and a verdict on an hour's history takes 9 ms."""
_MANY = 1_000
"""Reports from which on a verdict takes its time."""
_SOON, _LATER = 0.5, 1.0
"""Seconds from one question to the next: of a run, and of one that takes so long that its curves hardly move in one."""
_LONG = 300.0
"""Seconds from which on a run is long: its charts are about as many pixels wide."""
_AT_ONCE = 0.2
"""Seconds from one question to the next before the first report."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How a run stands at one moment. Texts may have **bold** words, and no other Markdown."""

    stage: str
    """Differs as soon as something has happened for which the page must be drawn anew."""
    again: float | None
    """Seconds after which a browser asks again; None once the run has ended."""
    title: str
    """Plain text, as somebody may have written it."""
    progress: float
    """Share of the run that is done, 0 to 1."""
    status: str
    training: str
    """Accuracies, or a dash."""
    validation: str
    test: str
    rate: str
    loss: str
    """What to see in the chart of the loss now."""
    accuracy: str
    verdict: str
    """The diagnosis so far; empty where there is too little to conclude from."""


def summary(run: Run) -> RunSummary:
    """Return the summary of a run as it stands now, or stood a moment ago."""
    return _summaries.get(str(run.path), lambda: summarise(run))


_summaries: Kept[str, RunSummary] = Kept(300, seconds=_FRESH)


def summarise(run: Run) -> RunSummary:
    """Return the summary of a run as it stands."""
    history = run_records.reader(run).read()
    status = run.status(history)
    last = history.steps[-1] if history.steps else None
    label_smoothing, tuned = _trained(run)
    return RunSummary(
        stage=stage(run, history),
        again=again(history) if status in ACTIVE else None,
        title=run_records.title_of(run),
        progress=history.progress,
        status=status_line.describe_status(run, history, status),
        training=accuracy(last.accuracy if last else None),
        validation=accuracy(history.validation_accuracy),
        test=accuracy(history.test_accuracy),
        rate=describe_rate(run, history),
        loss=describe_loss(history, label_smoothing, tuned),
        accuracy=describe_accuracy(history, tuned),
        verdict=_describe_verdict(str(run.path), min(len(history.steps), _MANY), history.end is not None),
    )


def stage(run: Run, history: History) -> str:
    """Return the stage of a run, as text: with it changes what can be done with the run, and how its controls look."""
    end = history.end
    ended = end.step if isinstance(end, Finished | Stopped) else ""
    seen = (run.status(history), ended, "network" if run.snapshot.exists() else "", run.control.rate_factor() or "")
    return " ".join(str(part) for part in seen if part != "")


def _trained(run: Run) -> tuple[float, FineTuningData | None]:
    """Return a run's label smoothing and, of a fine-tuning, what it learns from."""
    try:
        described = run_records.described(run)
    except RunError:  # edited by hand: the page says so
        return 0.0, None
    return described.config.label_smoothing, described.trained_on.last_fine_tuning


def again(history: History) -> float:
    """Return the seconds after which a browser asks again about a run that is under way."""
    if not history.steps:
        return _AT_ONCE
    return _LATER if history.seconds + (history.seconds_left or 0) > _LONG else _SOON


def describe_rate(run: Run, history: History) -> str:
    """Return the learning rate in words, with the change that was requested."""
    now = history.rate_changes[-1].factor if history.rate_changes else 1.0
    requested = run.control.rate_factor() or now
    value = f"{history.steps[-1].learning_rate * requested / now:.2g}" if history.steps else "–"
    return f"Learning rate **{value}**" + (f" (× {requested:.3g})" if requested != 1 else "")


@st.cache_resource(show_spinner=False, ttl=_VERDICT_FRESH, max_entries=300)
def _describe_verdict(path: str, steps: int, ended: bool) -> str:
    """Return the verdict on a run that goes on; empty where it has ended, or there is too little to conclude from.

    `steps` is part of the cache's key: the verdict on a short history is worked out anew at each report.
    """
    run = Run(Path(path))
    history = run_records.reader(run).history
    try:
        described = run_records.described(run)
    except RunError:  # edited by hand: the page says so
        return ""
    if tuned := described.trained_on.last_fine_tuning:
        found = diagnose_fine_tuning(history, replace(tuned, start=models.called(tuned.start)))
    else:
        found = diagnose(history, described.config)
    return f"So far: **{found.verdict}**. {found.why}" if found and not ended else ""
