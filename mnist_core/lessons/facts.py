"""Facts: what was recorded while a learner was at a lesson, as its check reads it. No torch, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mnist_core.config import TEST_IMAGES, TrainConfig
from mnist_core.diagnosis.run_facts import RunFacts
from mnist_core.diagnosis.verdict import diagnose
from mnist_core.evaluation.intervals import Accuracy, wilson
from mnist_core.events import Diverged, Finished
from mnist_core.history import History


@dataclass(frozen=True, slots=True)
class LessonRun:
    """A run that the learner started in the lesson."""

    id: str
    config: TrainConfig
    history: History
    kept_aside: int = 0
    """Of a fine-tuning, the drawings that it was measured on; 0 for any other run."""

    @property
    def finished(self) -> bool:
        """Whether it has been measured on the test images."""
        return isinstance(self.history.end, Finished)

    @property
    def ended(self) -> bool:
        """Whether it has finished or diverged: its result is known."""
        return isinstance(self.history.end, Finished | Diverged)

    @property
    def test_accuracy(self) -> float:
        """0 to 1; of a run that diverged, that of guessing."""
        return self.history.test_accuracy if self.history.test_accuracy is not None else 0.1

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the test accuracy."""
        return wilson(round(self.test_accuracy * TEST_IMAGES), TEST_IMAGES)

    @property
    def training_accuracy(self) -> float:
        """Accuracy on the training images at the end of the run; 0 before its first report."""
        return RunFacts.of(self.history, self.config).training_accuracy if self.history.steps else 0.0

    @property
    def gap(self) -> float:
        """Training accuracy less test accuracy."""
        return self.training_accuracy - self.test_accuracy

    @property
    def verdict(self) -> str:
        """The diagnosis; empty where there is none."""
        found = diagnose(self.history, self.config)
        return found.verdict if found else ""

    @property
    def losses(self) -> list[tuple[float, float]]:
        """The training loss over the share of the run that was done, 0 to 1."""
        return [(one.step / self._last_step, one.loss) for one in self.history.steps]

    @property
    def training_accuracies(self) -> list[tuple[float, float]]:
        """The training accuracy over the share of the run; likewise the validation accuracy."""
        return [(one.step / self._last_step, one.accuracy) for one in self.history.steps]

    @property
    def validation_accuracies(self) -> list[tuple[float, float]]:
        return [(one.step / self._last_step, one.accuracy) for one in self.history.validations]

    @property
    def _last_step(self) -> int:
        return self.history.steps[-1].step if self.history.steps else 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the network in hand read on the lesson's board when the pen was lifted."""

    drawing: int
    """Counts the drawings: after the board was wiped, another one begins."""
    digit: int
    certainty: float
    """0 to 1."""
    rejected: bool
    """Whether it was refused as no digit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A number that the learner worked out, beside the network's own."""

    name: str
    """What it is of."""
    given: float
    right: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """What a network's answers are worth from some certainty on."""

    certainty: float
    """From which it answers, 0 to 1."""
    answered: int
    wrong: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FiledDrawing:
    """A drawing that was filed in the lesson, and what the network in hand reads in it."""

    label: int
    """What it was meant to be."""
    digit: int
    certainty: float
    rejected: bool


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """Two runs' networks on the same test images."""

    only_first: int
    """Images that the first alone reads right; likewise the second."""
    only_second: int
    p: float
    """How probable so uneven a split is if both are equally good."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a check may look at. A lesson looks at what it is about; the rest stays empty."""

    runs: Sequence[LessonRun] = ()
    """The learner's runs since the lesson was begun, the oldest first."""
    readings: Sequence[Reading] = ()
    answers: Sequence[Answer] = ()
    thresholds: Sequence[Threshold] = ()
    filed: Sequence[FiledDrawing] = ()
    pairings: Mapping[tuple[str, str], PairedCounts] = field(default_factory=dict)
    """By the ids of two runs."""
    collected: int = 0
    """Drawings in the class's collection."""
    own: Accuracy | None = None
    """How the network in hand reads the class's drawings."""
    test: Accuracy | None = None
    """How it reads MNIST's test images."""

    @property
    def finished(self) -> list[LessonRun]:
        """The runs that have finished."""
        return [run for run in self.runs if run.finished]

    @property
    def under_way(self) -> int:
        """How many runs have no end yet."""
        return sum(run.history.end is None for run in self.runs)


def differing_fields(first: TrainConfig, second: TrainConfig) -> list[str]:
    """Return the names of the settings in which two configurations differ."""
    one, other = first.to_dict(), second.to_dict()
    return [name for name in one if one[name] != other[name]]
