"""SweepSettings: what a sweep searches, how, how long and for what. No torch, no Optuna."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal, get_args

from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError
from mnist_core.sweeps.space import Dimension, Value, from_record, require_space, to_record, varied
from mnist_core.untrusted_text import SHORT, clean, quoted

Way = Literal["grid", "random", "tpe"]
Objective = Literal["accuracy", "accuracy for time", "drawings"]
WAYS: dict[Way, str] = {
    "grid": "Grid: every combination of evenly spread values.",
    "random": "Random: each point anywhere within the ranges (Bergstra and Bengio, 2012).",
    "tpe": "TPE: after ten random points, more often where good points lie (Bergstra and others, 2011).",
}
OBJECTIVES: dict[Objective, str] = {
    "accuracy": "Accuracy on the validation images.",
    "accuracy for time": "Accuracy for the training time: four times the time has to halve the mistakes.",
    "drawings": "Accuracy on the class's drawings, as they are when the sweep begins.",
}
MOST_RUNS, MOST_MINUTES = 1_000, 7 * 24 * 60
MOST_SEEDS, MOST_LEVELS, MOST_NETWORKS = 10, 20, 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepSettings:
    """One sweep.

    Raises:
        ConfigError: a value is out of its range, or the sweep could never be carried out.
    """

    name: str
    """The preset that it starts from."""
    base: TrainConfig
    """What its runs train, but for the varied fields and the seeds."""
    space: tuple[Dimension, ...]
    way: Way = "tpe"
    objective: Objective = "accuracy"
    runs: int = 40
    """Trainings at most; 0: as many as the minutes allow."""
    minutes: float = 0
    """Minutes of training, all runs together, after which no new one is begun; 0: no limit."""
    seeds: int = 1
    """Runs of each point, with other seeds."""
    pruning: bool = True
    """Whether hopeless runs are stopped early."""
    levels: int = 5
    """Of a grid: values of each range."""
    networks: int = 5
    """The networks of so many of the best points are kept; of the others the curves alone."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean(self.name, SHORT) or "sweep")  # frozen
        require_space(self.space)
        for what, value, known in (("way", self.way, get_args(Way)), ("objective", self.objective, tuple(OBJECTIVES))):
            if value not in known:
                raise ConfigError(f"the {what} of a sweep must be one of {', '.join(known)}, received {quoted(value)}")
        limits = {"runs": (0, MOST_RUNS), "minutes": (0, MOST_MINUTES), "seeds": (1, MOST_SEEDS)}
        limits |= {"levels": (2, MOST_LEVELS), "networks": (0, MOST_NETWORKS)}
        for what, (low, high) in limits.items():
            value = getattr(self, what)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ConfigError(f"{what} must be a number from {low} to {high:,}, received {quoted(value)}")
        if not self.runs and not self.minutes:
            raise ConfigError("a sweep needs a limit: give it a number of runs, or minutes, or both")
        if self.runs and self.runs < self.seeds:
            raise ConfigError(f"a point takes {self.seeds} runs, one a seed, received a limit of {self.runs} runs")
        if self.objective != "drawings" and not self.base.validation_size:
            raise ConfigError(
                "a sweep chooses by validation images, and these settings hold none back: raise validation_size"
            )
        if self.way == "grid" and self.runs and self.grid_size * self.seeds > self.runs:
            each = f", {self.seeds} runs each," if self.seeds > 1 else ""
            raise ConfigError(
                f"the grid has {self.grid_size:,} points{each} and the limit is {self.runs} runs: vary fewer fields, "
                "take fewer values of each, or raise the limit"
            )

    @property
    def grid(self) -> dict[str, list[Value]]:
        """The values of each field in a grid."""
        return {one.field: one.levels(self.levels) for one in self.space}

    @property
    def grid_size(self) -> int:
        """How many points the grid has."""
        return prod(len(values) for values in self.grid.values())

    @property
    def most_runs(self) -> int:
        """How many runs it may have at most."""
        most = self.runs or MOST_RUNS
        return min(most, self.grid_size * self.seeds) if self.way == "grid" else most

    def config_of(self, values: Mapping[str, Value], seed: int = 0) -> TrainConfig:
        """Return the configuration of a point's run: the same seeds for every point, so that chance is the same too.

        Args:
            values: the varied fields.
            seed: which of the point's runs, from 0.

        Raises:
            ConfigError: it cannot be trained.
        """
        both = (self.base.seed + seed) % 2**31
        return varied(self.base, values).replace(seed=both, shuffle_seed=both)

    def to_record(self) -> dict[str, Any]:
        """Return the settings as JSON-ready values."""
        plain = ("name", "way", "objective", "runs", "minutes", "seeds", "pruning", "levels", "networks")
        record: dict[str, Any] = {name: getattr(self, name) for name in plain}
        return record | {"base": self.base.to_dict(), "space": to_record(self.space)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> SweepSettings:
        """Read what `to_record` made.

        Raises:
            ConfigError: a value is refused.
            KeyError, TypeError, ValueError: it is no such record.
        """
        plain = {name: value for name, value in record.items() if name not in ("base", "space")}
        return cls(**plain, base=TrainConfig.from_dict(record["base"]), space=from_record(record["space"]))
