"""What bfloat16 gains on this processor, preset by preset: python -m benchmarks.precision

One thread trains the same steps in float32 and in bfloat16, in turn, without validation: at length what
`python -m mnist_core machine` measures in seconds. What the rounding costs in accuracy: `python -m benchmarks.training
--programs fast --seeds 5` trains in the format that a run takes on the machine.
"""

from __future__ import annotations

import argparse
import statistics

import torch

from benchmarks.machine import machine
from mnist_core.data.mnist import load_mnist
from mnist_core.events import Step
from mnist_core.presets import preset
from mnist_core.training.trainer import train

IMAGES = {"notebook": 4_000, "fast": 20_000, "best": 4_000}
"""How many images of each preset's training take a few seconds on one core."""


def seconds(name: str, precision: str, images: int) -> float:
    """Return the seconds of the steps of one epoch of a preset on so many images, without validation."""
    config = preset(name).replace(epochs=1, train_size=images, validation_size=0, precision=precision)
    last = 0.0
    for event in train(config, load_mnist()):
        if isinstance(event, Step):
            last = event.seconds
    return last


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="how often each is trained (default: 5)")
    parser.add_argument("--threads", type=int, default=1, help="default: 1, as in the app on two cores")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"{machine()}; {arguments.threads} thread(s)")
    for name, images in IMAGES.items():
        seconds(name, "float32", images // 4)  # the first steps pay for memory and kernels
        pairs = [(seconds(name, "float32", images), seconds(name, "bfloat16", images)) for _ in range(arguments.pairs)]
        ratios = sorted(b / f for f, b in pairs)
        full, half = (statistics.median(taken) for taken in zip(*pairs, strict=True))
        print(
            f"{name:9} float32 {full:5.2f} s, bfloat16 {half:5.2f} s: {statistics.median(ratios):.2f} of the time "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
