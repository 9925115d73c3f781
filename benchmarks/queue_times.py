"""Is the waiting time that a learner is told right? python -m benchmarks.queue_times

Thirty seats queue a run of the preset `fast` each. Every few seconds it is noted when each waiting run is said to
begin, and afterwards compared with when it began.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.machine import machine
from mnist_core.paths import machine_file

_EVERY = 3.0
"""Seconds from one look to the next."""
_LEAST = 10.0
"""Seconds that a wait lasts at least to be counted: of shorter ones, half a second more or less is much."""
_RIGHT = 1.5
"""The factor within which a waiting time is right."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queue_times", description=__doc__)
    parser.add_argument("--runs", type=int, default=30, help="how many (default: 30)")
    parser.add_argument("--preset", default="fast", help="what each trains (default: fast)")
    arguments = parser.parse_args()
    print(machine())
    os.environ["DIGIT_LAB_MACHINE"] = str(machine_file())  # not beside these runs: it would be measured anew
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGIT_LAB_RUNS"] = str(Path(folder) / "runs")
        measure(arguments.runs, arguments.preset)


def measure(count: int, name: str) -> None:
    """Queue the runs and compare what is told with what comes."""
    from mnist_core.asker import seat_of
    from mnist_core.presets import preset
    from ui.cached import run_records
    from ui.live import queue

    jobs = run_records.jobs()
    told: list[tuple[str, float, float]] = []
    runs = [jobs.start(preset(name), name, asker=seat_of(str(number))) for number in range(count)]
    while (waiting := queue.look().waiting) or jobs.active():
        now = time.time()
        told += [(run, now, start) for run, start in waiting.items() if start]
        time.sleep(_EVERY)
    places = jobs.places
    jobs.close()
    # Its worker writes worker.json the moment that it begins with a run.
    began = {run.id: (run.path / "worker.json").stat().st_mtime for run in runs}
    ratios = [start / (began[run] - now) for run, now, start in told if began[run] - now >= _LEAST]
    ended = Counter(run.status(run.history()) for run in runs)
    print(f"{count} runs of {name}, {places} at once, load {os.getloadavg()[0]:.1f}: {dict(ended)}")
    if len(ratios) < 2:
        print(f"  too few waits of {_LEAST:.0f} s or more: let more runs wait")
        return
    within = sum(1 / _RIGHT <= ratio <= _RIGHT for ratio in ratios)
    low, *_, high = statistics.quantiles(ratios, n=20)
    print(f"  {len(ratios)} waits were told; told / came: ", end="")
    print(f"median {statistics.median(ratios):.2f}, 5 to 95 %: {low:.2f} to {high:.2f}")
    print(f"  within a factor of {_RIGHT}: {within / len(ratios):.1%}")


if __name__ == "__main__":
    main()
