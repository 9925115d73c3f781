"""How long nine robustness curves take: python -m benchmarks.robustness [checkpoints/notebook.safetensors]"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import torch

from benchmarks.machine import machine
from mnist_core.data.mnist import load_mnist
from mnist_core.evaluation.robustness import robustness, sample
from mnist_core.jobs.cores import cores
from mnist_core.model.checkpoint import load_checkpoint


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="?", default=Path("checkpoints/notebook.safetensors"))
    arguments = parser.parse_args()
    model, _ = load_checkpoint(arguments.checkpoint)
    data = load_mnist()
    chosen = sample(data.test_labels)
    images, labels = data.test_images[chosen], data.test_labels[chosen]
    print(machine())
    torch.set_num_threads(1)
    for threads in sorted({1, cores()}):  # the app takes one while somebody trains, else all
        began, worked = perf_counter(), process_time()
        *_, known = robustness(model, images, labels, threads=partial(int, threads))
        seconds, work = perf_counter() - began, process_time() - worked
        print(
            f"{arguments.checkpoint.stem}, {threads} thread(s): {len(known.points)} points of {len(chosen):,} images "
            f"in {seconds:.1f} s ({work:.1f} s of processor time)"
        )


if __name__ == "__main__":
    main()
