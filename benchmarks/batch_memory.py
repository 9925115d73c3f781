"""The memory of a training step beside the estimate in the table of layers: python -m benchmarks.batch_memory

Each network does two steps in a process of its own; what its memory grows by at most beyond that of a step with two
images is set against `mnist_core.architecture.training_bytes`. Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from typing import Any

import torch

from benchmarks.machine import machine
from mnist_core.architecture import training_bytes
from mnist_core.config import TrainConfig
from mnist_core.presets import preset
from mnist_core.training.step import TrainedNetwork
from mnist_core.training.totals import RunningTotals

_WIDE: dict[str, Any] = {"dense": (), "pooling": "none", "padding": "same"}
NETWORKS = {
    "notebook": preset("notebook").replace(batch_size=1024),
    "best": preset("best").replace(batch_size=512),
    "one wide layer, GELU": TrainConfig(filters=(256,), kernel_sizes=(9,), activation="gelu", batch_size=256, **_WIDE),
    "four layers, batch normalisation": TrainConfig(
        filters=(64, 64), kernel_sizes=(3, 3), convolutions_per_stage=2, batch_norm=True, batch_size=256, **_WIDE
    ),
    "fifteen layers, ReLU": TrainConfig(
        filters=(256,) * 5, kernel_sizes=(1,) * 5, convolutions_per_stage=3, batch_size=16, **_WIDE
    ),
    "fifteen layers, leaky ReLU, batch normalisation": TrainConfig(
        filters=(256,) * 5,
        kernel_sizes=(1,) * 5,
        convolutions_per_stage=3,
        activation="leaky_relu",
        batch_norm=True,
        batch_size=16,
        **_WIDE,
    ),
}


def grown(config: TrainConfig) -> int:
    """Return by how many bytes the memory of this process grows at most in two steps of `config`."""
    torch.set_num_threads(1)
    random, totals = torch.Generator().manual_seed(0), RunningTotals()
    network = TrainedNetwork(config, torch.device("cpu"))
    largest = []
    for size in (2, config.batch_size, config.batch_size):
        images, labels = torch.zeros(size, 28, 28, dtype=torch.uint8), torch.zeros(size).long()
        network.step(images, labels, 1, 1e-4, random, totals)
        largest.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return (largest[-1] - largest[0]) * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_memory", description=__doc__)
    parser.add_argument("--config", help="print the bytes of this one alone, a TrainConfig as JSON")
    arguments = parser.parse_args()
    if arguments.config:
        print(grown(TrainConfig.from_dict(json.loads(arguments.config))))
        return
    print(machine())
    for name, network in NETWORKS.items():
        for precision in ("float32", "bfloat16"):
            config = json.dumps(network.replace(precision=precision).to_dict())
            command = [sys.executable, "-m", "benchmarks.batch_memory", "--config", config]
            measured = int(subprocess.check_output(command))
            estimate = training_bytes(network) * network.batch_size
            print(
                f"{name}, a batch of {network.batch_size:,}, {precision}: measured {measured / 1e6:,.0f} MB, "
                f"estimate {estimate / 1e6:,.0f} MB: {measured / estimate:.2f} ×",
                flush=True,
            )


if __name__ == "__main__":
    main()
