"""What the simulated sessions of a class saw: how long the answers took, and what went wrong."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answers:
    """What all sessions saw."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """How long each answer took, by what was asked for."""
    errors: Counter[str] = field(default_factory=Counter)
    drawn: dict[str, float] = field(default_factory=dict)
    """Of seats, when each sent its last stroke, in seconds of the monotonic clock."""

    def note(self, results: Sequence[object]) -> None:
        """Count the exceptions among the results of the sessions' tasks as errors."""
        for result in results:
            if isinstance(result, BaseException):
                self.errors[f"{type(result).__name__}: {result}"[:100]] += 1

    def table(self) -> str:
        """Return a line for each thing that was asked for: how often, and how long it took."""
        return "\n".join(
            f"  {action:14} n {len(times):5}   median {statistics.median(times):6.0f} ms   95 % {p95(times):6.0f} ms"
            for action, times in sorted(self.milliseconds.items())
        )


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile of at least one value."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
