"""How long the 10,000 test images take the first time, and each chart later: python -m benchmarks.evaluate"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from time import perf_counter

import torch

from benchmarks.machine import machine
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.calibration import answered, expected_calibration_error, reliability
from mnist_core.evaluation.metrics import confusion_matrix, digit_scores, mistakes
from mnist_core.evaluation.paired_test import paired
from mnist_core.evaluation.predictions import read_images
from mnist_core.figures.evaluation import answered_figure, confusion_figure, reliability_figure
from mnist_core.jobs.cores import cores
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.softmax import softmax
from mnist_core.paths import CHECKPOINTS

_REPEATS = 5


def median_ms(work: Callable[[], object]) -> float:
    """Return the median milliseconds of `work`, after a first time that loads libraries."""
    work()
    times = []
    for _ in range(_REPEATS):
        began = perf_counter()
        work()
        times.append(1000 * (perf_counter() - began))
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(1)  # as in the server
    data = load_mnist()
    labels = data.test_labels
    print(machine())
    outputs = {}
    for name in ("notebook", "best"):
        network, _ = load_checkpoint(CHECKPOINTS / f"{name}.safetensors")
        times = []
        for _ in range(_REPEATS):
            began = perf_counter()
            outputs[name] = read_images(network, data.test_images, threads=cores())
            times.append(perf_counter() - began)
        print(
            f"{name}: the 10,000 test images, {cores()} at a time: first {times[0]:.2f} s, "
            f"median of {_REPEATS} {statistics.median(times):.2f} s"
        )
    first, second = outputs["best"], outputs["notebook"]
    correct = first.correct(labels)
    charts: dict[str, Callable[[], object]] = {
        "confusion": lambda: json.dumps(confusion_figure(confusion_matrix(labels, first.predicted))),
        "per digit": lambda: digit_scores(labels, first.predicted),
        "mistakes": lambda: mistakes(first, labels),
        "reliability": lambda: (
            json.dumps(
                reliability_figure(
                    reliability(first.confidence, correct),
                    reliability(softmax(first.logits, 1.1).max(1), correct),
                )
            ),
            expected_calibration_error(first.confidence, correct),
        ),
        "answered": lambda: json.dumps(answered_figure(answered(first.confidence, correct), 0.9)),
        "two models": lambda: paired(first, second, labels),
    }
    for chart, work in charts.items():
        print(f"{chart}, from the kept outputs: {median_ms(work):.0f} ms")


if __name__ == "__main__":
    main()
