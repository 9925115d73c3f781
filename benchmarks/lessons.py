"""Does what a lesson promises happen? `python -m benchmarks.lessons [--seeds 20] [--lessons loss high-bias ...]`

Each lesson in which a network is trained is done with so many seeds: its runs are trained as the lesson starts them,
its check is asked, and so is what the lesson says to the learner afterwards. At least 19 of 20 have to come out as
promised. One thread trains. The steps of a lesson do not depend on the machine, but for the limits in seconds, which
are longer than a run takes here; `--slower 3` cuts them to a third, as if this machine were so much slower.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from benchmarks.machine import machine
from mnist_core.config import TrainConfig
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.paired_test import paired
from mnist_core.evaluation.predictions import read_images
from mnist_core.history import History
from mnist_core.lessons import cures
from mnist_core.lessons.catalogue import LESSONS
from mnist_core.lessons.facts import Facts, LessonRun, PairedCounts
from mnist_core.lessons.lesson import Lesson, Outcome
from mnist_core.model.network import DigitNet
from mnist_core.training.trainer import train


@dataclass(frozen=True, slots=True)
class Done:
    """One lesson done with one seed."""

    promised: bool
    seconds: float
    """Of training, all runs together."""
    outcome: Outcome


def _train(config: TrainConfig, name: str) -> tuple[LessonRun, DigitNet]:
    training = train(config, load_mnist())
    return LessonRun(name, config, History.of(training)), training.model.eval()


def _planned(lesson: Lesson) -> list[TrainConfig]:
    """Return all runs of a lesson; of settings among which a learner chooses, each."""
    return [one.config for step in lesson.steps for one in (*step.starts, *step.opens)]


def _seeded(config: TrainConfig, seed: int, slower: float) -> TrainConfig:
    """Return the settings with seeds of their own; those of a lesson that repeats a run stay apart."""
    limit = max(1, round(config.max_seconds / slower)) if config.max_seconds else 0
    return config.replace(
        seed=100 * seed + config.seed, shuffle_seed=100 * seed + config.shuffle_seed, max_seconds=limit
    )


PROMISES: dict[str, Callable[[Outcome], bool]] = {
    "loss": lambda outcome: True,
    "learning-rates": lambda outcome: "no luck" in outcome.told,
    "unseen-data": lambda outcome: True,
    "high-bias": lambda outcome: outcome.happened is not None and abs(outcome.happened[0]) < 1,
    "high-variance": lambda outcome: outcome.happened is not None and outcome.happened[0] > outcome.happened[1],
    "cures": lambda outcome: outcome.happened == ["train_size"],
    "optimizers": lambda outcome: "The order held" in outcome.told,
}
"""By the lesson's id, what comes beside the check's being fulfilled: what `meaning` says has happened."""


def do(lesson: Lesson, seed: int, slower: float) -> Done:
    """Train what a lesson trains, with one seed, and ask its check."""
    if lesson.id == "cures":
        return _do_cures(lesson, seed)
    runs = [_train(_seeded(config, seed, slower), str(i))[0] for i, config in enumerate(_planned(lesson))]
    outcome = lesson.check(Facts(runs=runs))
    return Done(outcome.fulfilled and PROMISES[lesson.id](outcome), sum(run.history.seconds for run in runs), outcome)


def _do_cures(lesson: Lesson, seed: int) -> Done:
    """Train the run of lesson 4 and every cure; the check knows the settings without the seed."""
    runs, read, labels = [], {}, load_mnist().test_labels
    for i, config in enumerate(_planned(lesson)):
        run, network = _train(_seeded(config, seed, 1), str(i))
        runs.append(replace(run, config=config))
        read[str(i)] = read_images(network, load_mnist().test_images)
    wanted = cures.wanted_pairing(Facts(runs=runs))
    pairings = {}
    if wanted:
        base, other = (run.id for run in wanted)
        found = paired(read[base], read[other], labels)
        pairings[base, other] = PairedCounts(len(found.only_first), len(found.only_second), found.p)
    outcome = lesson.check(Facts(runs=runs, pairings=pairings))
    promised = outcome.fulfilled and PROMISES["cures"](outcome)
    return Done(promised, sum(run.history.seconds for run in runs), outcome)


def main() -> None:
    """Print a row for each lesson, and what came of each seed with which it did not come as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--lessons", nargs="*", choices=list(PROMISES), default=list(PROMISES))
    parser.add_argument("--slower", type=float, default=1.0, help="cut the limits in seconds to this part")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(machine(), "one thread", sep=", ")
    print(f"{'lesson':16} {'runs':>4} {'as promised':>12} {'seconds of training':>20}")
    for lesson in LESSONS:
        if lesson.id not in arguments.lessons:
            continue
        done = [do(lesson, seed, arguments.slower) for seed in range(arguments.seeds)]
        seconds = [one.seconds for one in done]
        span = f"{statistics.median(seconds):.1f} (to {max(seconds):.1f})"
        promised = f"{sum(one.promised for one in done)} of {len(done)}"
        print(f"{lesson.id:16} {len(_planned(lesson)):4} {promised:>12} {span:>20}", flush=True)
        for seed, one in enumerate(done):
            if not one.promised or seed == 0:
                print(f"    seed {seed}: {one.outcome.told}", flush=True)


if __name__ == "__main__":
    main()
