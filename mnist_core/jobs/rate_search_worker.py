"""The process that searches a learning rate: `python -m mnist_core.jobs.rate_search_worker CONFIG`.

It prints a line of JSON a step, and then what it suggests, or why it failed. It computes on one core, gives way to
everything else, and ends as soon as its standard input closes: with the server that started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading

import torch

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import load_mnist
from mnist_core.failures import describe_failure
from mnist_core.priority import be_first_to_end, give_way
from mnist_core.training.lr_finder import find_rate, steps, suggest


def _end_with_standard_input() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)  # also in the middle of a step


def _tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do the range test of the configuration on the command line, a TrainConfig as JSON."""
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    give_way()
    be_first_to_end()
    torch.set_num_threads(1)
    with contextlib.suppress(BrokenPipeError):  # the server has gone
        try:
            config = TrainConfig.from_dict(json.loads(sys.argv[1]))
            points = []
            for point in find_rate(config, load_mnist()):
                points.append(point)
                _tell(rate=point.learning_rate, loss=point.loss, share=len(points) / steps(config))
            _tell(suggestion=suggest(points))
        except Exception as error:
            _tell(failed=describe_failure(error))


if __name__ == "__main__":
    main()
