"""Point: one combination of hyperparameters of a sweep, and what was measured of it. No torch, no Optuna."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mnist_core.formatting import duration
from mnist_core.sweeps.space import Value

State = Literal["running", "measured", "pruned", "impossible", "repeated", "failed"]
"""Where a point stands: under way; measured with all its seeds; stopped early, or diverged; no network can be built or
trained so; the same as an earlier one, whose runs it has; without a result, since its run failed or was deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One point of a sweep as it stands."""

    number: int
    """From 0, in the order in which they were proposed."""
    values: Mapping[str, Value]
    """Of the varied fields."""
    state: State
    score: float | None = None
    """What the search raises: the objective, over all seeds; None before it is measured."""
    runs: Sequence[str] = ()
    """The ids of its runs, in the order of their seeds."""
    accuracies: Sequence[float] = ()
    """What each of its runs reads right, on validation images or drawings: 0 to 1."""
    seconds: Sequence[float] = ()
    """Of training, of each of its runs."""
    note: str = ""
    """Why it has no result, as a sentence."""
    resumed: int = field(default=0)
    """How often its run was begun again after it had broken off."""

    @property
    def accuracy(self) -> float | None:
        """The mean of its runs; None before they have ended."""
        return sum(self.accuracies) / len(self.accuracies) if self.accuracies else None


@dataclass(frozen=True, slots=True)
class Count:
    """How many points of a sweep there are of each state, and what they have taken."""

    measured: int
    running: int
    pruned: int
    impossible: int
    failed: int
    runs: int
    seconds: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> Count:
        """Count points; a repeated one has no runs of its own."""
        states = [point.state for point in points]
        own = [point for point in points if point.state != "repeated"]
        return cls(
            measured=states.count("measured"),
            running=states.count("running"),
            pruned=states.count("pruned"),
            impossible=states.count("impossible"),
            failed=states.count("failed"),
            runs=sum(len(point.runs) for point in own),
            seconds=sum(sum(point.seconds) for point in own),
        )

    def describe(self) -> str:
        """Return the counts as a sentence."""
        said = [f"{self.measured} point{'' if self.measured == 1 else 's'} measured"]
        if self.running:
            said.append(f"{self.running} under way")
        if self.pruned:
            said.append(f"{self.pruned} stopped early")
        if self.impossible:
            said.append(f"{self.impossible} impossible")
        if self.failed:
            said.append(f"{self.failed} without a result")
        return f"{', '.join(said)}: {self.runs} runs, {duration(self.seconds)} of training."


def ranked(points: Sequence[Point]) -> list[Point]:
    """Return the measured points, the best first; of equal ones the earlier first."""
    measured = [(point.score, point) for point in points if point.state == "measured" and point.score is not None]
    return [point for _, point in sorted(measured, key=lambda pair: (-pair[0], pair[1].number))]
