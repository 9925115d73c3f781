"""The study of a sweep: Optuna proposes its points and keeps what was measured of them, in a journal. No torch.

Optuna is imported when a study is opened, not before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from mnist_core.errors import SweepError
from mnist_core.sweeps.points import Point, State
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.space import Range
from mnist_core.sweeps.sweep import Sweep

if TYPE_CHECKING:
    import optuna

_NAME = "sweep"
_FIRST_RUNG, _HALVING = 25, 2
"""Successive halving: a run is compared after 25 % of its steps, and again after 50 %; each time the better half goes
on. Earlier, a learning rate that rises first tells little."""
IMPORTANCE_NEEDS = 8
"""Measured points, below which no importance is told."""


class Study:
    """Optuna's study of one sweep. Who proposes or records holds the sweep's lock; anybody may read."""

    def __init__(self, sweep: Sweep, settings: SweepSettings | None = None) -> None:
        """Open the journal of `sweep`, or begin it.

        Raises:
            SweepError: it cannot be read or written, or the sweep's settings cannot be read.
        """
        import optuna
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._sweep, self._settings = sweep, settings or sweep.settings()
        with self._explained():
            lock: Any = JournalLock(sweep.journal)  # no subclass of theirs, for which Optuna would be imported
            backend = JournalFileBackend(str(sweep.journal), lock_obj=lock)
            self._storage = optuna.storages.JournalStorage(backend)
            self._study = optuna.create_study(
                storage=self._storage, study_name=_NAME, direction="maximize", load_if_exists=True
            )
        self._study.pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=_FIRST_RUNG, reduction_factor=_HALVING)

    def points(self) -> list[Point]:
        """Return all points, in the order in which they were proposed.

        Optuna writes down a proposal field by field: one that is not whole yet, or whose process was killed meanwhile,
        is none.
        """
        fields = {one.field for one in self._settings.space}
        with self._explained():
            trials = self._study.get_trials(deepcopy=False)
            return [_point(one) for one in trials if one.state.is_finished() or fields <= one.params.keys()]

    def propose(self) -> Point:
        """Return the next point that the search wants to be measured; it is under way from here on.

        The same points before it lead to the same proposal, in whatever process.
        """
        with self._explained():
            count = len(self._study.get_trials(deepcopy=False))
            self._study.sampler = _sampler(self._settings, seed=count)
            trial = self._study.ask({one.field: _distribution(one, self._settings) for one in self._settings.space})
            return _point(self._study.get_trials(deepcopy=False)[trial.number])

    def note(self, point: Point, **facts: Any) -> Point:
        """Record facts of a point under way, by the names of the fields of `Point`, and return it."""
        with self._explained():
            trial_id = self._trial_id(point)
            for name, fact in facts.items():
                self._storage.set_trial_user_attr(trial_id, name, list(fact) if isinstance(fact, tuple) else fact)
            return _point(self._storage.get_trial(trial_id))

    def report(self, point: Point, losses: Mapping[int, float]) -> bool:
        """Record validation losses of a point's first run by how much of it was done; return whether to stop it.

        Args:
            point: under way.
            losses: by per cent of the run.
        """
        with self._explained():
            trial_id = self._trial_id(point)
            known = self._storage.get_trial(trial_id).intermediate_values
            for share, loss in sorted(losses.items()):
                if share in known:
                    continue
                self._storage.set_trial_intermediate_value(trial_id, share, -loss)  # the study maximises
                if self._study.pruner.prune(self._study, self._storage.get_trial(trial_id)):
                    return True
        return False

    def close(self, point: Point, state: State, *, score: float | None = None, note: str = "") -> None:
        """Record the end of a point: measured with a score, or why it has none."""
        from optuna.trial import TrialState

        # A point that cannot be measured counts as a bad one, so that the search turns away from its like.
        states = {"measured": TrialState.COMPLETE, "repeated": TrialState.COMPLETE, "failed": TrialState.FAIL}
        ended = states.get(state, TrialState.PRUNED)
        with self._explained():
            trial_id = self._trial_id(point)
            self._storage.set_trial_user_attr(trial_id, "state", state)
            if note:
                self._storage.set_trial_user_attr(trial_id, "note", note)
            values = [score] if ended == TrialState.COMPLETE and score is not None else None
            self._storage.set_trial_state_values(trial_id, ended, values)

    def importance(self) -> dict[str, float] | None:
        """Return which share of the differences between the scores each field explains, the largest first.

        fANOVA (Hutter, Hoos and Leyton-Brown, 2014), by Optuna; a random forest over the measured points. None where
        there are fewer than `IMPORTANCE_NEEDS`, or they are all equally good.
        """
        from optuna.importance import FanovaImportanceEvaluator, get_param_importances

        scores = [point.score for point in self.points() if point.state == "measured"]
        if len(scores) < IMPORTANCE_NEEDS or len(set(scores)) < 2:
            return None
        with self._explained():
            found = get_param_importances(self._study, evaluator=FanovaImportanceEvaluator(seed=0))
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def _trial_id(self, point: Point) -> int:
        study_id = self._storage.get_study_id_from_name(_NAME)
        return self._storage.get_trial_id_from_study_id_trial_number(study_id, point.number)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn an error of the journal into one that says in a sentence what is wrong with it."""
        try:
            yield
        except OSError as error:
            raise SweepError(
                f"the journal of the sweep {self._sweep.id} cannot be written or read: {error.strerror}. Free some "
                "space or make its folder writable; nothing that was recorded is lost"
            ) from error
        except (ValueError, KeyError, AssertionError) as error:
            raise SweepError(
                f"the journal of the sweep {self._sweep.id} is damaged: its runs are kept, begin another sweep"
            ) from error


def _point(trial: optuna.trial.FrozenTrial) -> Point:
    known = trial.user_attrs
    return Point(
        number=trial.number,
        values=dict(trial.params),
        state=known.get("state", "failed") if trial.state.is_finished() else "running",
        score=trial.value,
        runs=tuple(known.get("runs", ())),
        accuracies=tuple(known.get("accuracies", ())),
        seconds=tuple(known.get("seconds", ())),
        note=str(known.get("note", "")),
        resumed=int(known.get("resumed", 0)),
    )


def _distribution(dimension: Any, settings: SweepSettings) -> optuna.distributions.BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if not isinstance(dimension, Range):
        return CategoricalDistribution(dimension.values)
    if dimension.whole:
        return IntDistribution(int(dimension.low), int(dimension.high), log=dimension.log)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.log)


def _sampler(settings: SweepSettings, *, seed: int) -> optuna.samplers.BaseSampler:
    from optuna.samplers import GridSampler, RandomSampler, TPESampler

    if settings.way == "grid":
        return GridSampler(settings.grid, seed=0)  # whose order is the same in every process
    return RandomSampler(seed=seed) if settings.way == "random" else TPESampler(seed=seed)


class JournalLock:
    """A lock for Optuna's journal that a process gives up however it ends, as one who appends to the file takes it.

    Optuna's own are files that a killed process leaves behind, and for which others then wait half a minute.
    """

    def __init__(self, journal: str | Path) -> None:
        self._journal = Path(journal)
        self._lock = FileLock(self._journal.with_suffix(".lock"))

    def acquire(self) -> bool:
        """Wait for the lock; then remove the end of a line that a crash or a full disk cut off.

        With more lines after it, the journal could not be read.

        Raises:
            OSError: the journal or the lock's file cannot be written.
        """
        self._lock.acquire()
        try:
            with self._journal.open("rb+") as file:
                content = file.read()
                if content and not content.endswith(b"\n"):
                    file.truncate(content.rfind(b"\n") + 1)
        except OSError:
            self._lock.release()
            raise
        return True

    def release(self) -> None:
        """Give it up."""
        self._lock.release()
