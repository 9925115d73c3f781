"""History: a run's events folded into columns, as the charts and tables read them. No torch, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mnist_core.events import (
    Epoch,
    Event,
    Failed,
    Finished,
    Inspection,
    RateChanged,
    Started,
    Step,
    Stopped,
    Validation,
)


@dataclass(slots=True)
class History:
    """Everything reported so far. `add` folds in one more event."""

    started: Started | None = None
    steps: list[Step] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    rate_changes: list[RateChanged] = field(default_factory=list)
    end: Finished | Stopped | Failed | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        """Fold a whole sequence of events."""
        history = cls()
        for event in events:
            history.add(event)
        return history

    def add(self, event: Event) -> None:
        """Fold in one event. A second `Started` is a resume: reports beyond its epoch are taken back.

        Changes of the learning rate are not: they were decided, and a resumed run makes them again at their steps.
        """
        match event:
            case Started():
                self.started, self.end = event, None
                # From their ends, and no new lists: a record may hold a hundred thousand events, each another start.
                reports: tuple[list[Any], ...] = (self.steps, self.validations, self.inspections, self.epochs)
                for reported in reports:
                    while reported and reported[-1].epoch > event.epoch:
                        reported.pop()
            case Step():
                self.steps.append(event)
            case Validation():
                self.validations.append(event)
            case Inspection():
                self.inspections.append(event)
            case Epoch():
                self.epochs.append(event)
            case RateChanged():
                # It takes the place of those at its step and after, as `schedule.with_change` has it.
                while self.rate_changes and self.rate_changes[-1].step >= event.step:
                    self.rate_changes.pop()
                self.rate_changes.append(event)
            case Finished() | Stopped() | Failed():
                self.end = event

    @property
    def step(self) -> int:
        """Optimisation steps done, as far as reported."""
        return max((r[-1].step for r in (self.steps, self.validations, self.epochs) if r), default=0)

    @property
    def seconds(self) -> float:
        """Seconds of training, as far as reported."""
        if isinstance(self.end, (Finished, Stopped)):
            return self.end.seconds
        return max((r[-1].seconds for r in (self.steps, self.validations, self.epochs) if r), default=0.0)

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        if isinstance(self.end, Finished):
            return 1.0
        if not self.started:
            return 0.0
        limit = self.started.max_seconds
        return min(1.0, max(self.step / self.started.total_steps, self.seconds / limit if limit else 0.0))

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to go, from the pace so far; None before there is one."""
        if not self.started or not self.steps or self.step <= 0:
            return None
        # The pace since the resume, if there was one, is not told apart: both ran on the same machine.
        left = self.seconds / self.step * (self.started.total_steps - self.step)
        limit = self.started.max_seconds
        return min(left, max(0.0, limit - self.seconds)) if limit else left

    @property
    def best_epoch(self) -> int | None:
        """The epoch whose weights are used, if the run has ended with early stopping."""
        return self.end.best_epoch if isinstance(self.end, Finished) else None

    @property
    def time_limit(self) -> int | None:
        """The limit in seconds of training that has ended the run before its last step; None where no limit did."""
        return self.end.max_seconds if isinstance(self.end, Finished) else None

    @property
    def ended_early(self) -> bool:
        """Whether early stopping has ended the run before its last epoch."""
        return (
            isinstance(self.end, Finished)
            and self.started is not None
            and self.end.max_seconds is None
            and self.end.step < self.started.total_steps
        )

    @property
    def epochs_shown(self) -> float:
        """How many epochs wide the charts are: all that are planned, or those that fitted into a limit in seconds."""
        if self.started is None:
            return 1.0
        steps = self.end.step if isinstance(self.end, Finished) and self.time_limit else self.started.total_steps
        return max(1, steps) / self.started.steps_per_epoch

    @property
    def validation_accuracy(self) -> float | None:
        """The last validation accuracy, or that of the best epoch once its weights are used; None without images."""
        for epoch in self.epochs:
            if epoch.epoch == self.best_epoch:
                return epoch.validation_accuracy
        return self.validations[-1].accuracy if self.validations else None

    @property
    def test_accuracy(self) -> float | None:
        """The test accuracy, once the run has finished."""
        return self.end.test_accuracy if isinstance(self.end, Finished) else None
