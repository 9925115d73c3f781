"""What a second thread gains on an idle machine and costs beside a busy process: python -m benchmarks.threads

The reason for `mnist_core.jobs.cores.share_out`: one core stays free for the server and the browser.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.machine import machine
from mnist_core.jobs.cores import cores

_TRAIN = """
import sys, torch
torch.set_num_threads(int(sys.argv[1]))
from mnist_core.presets import preset
from mnist_core.data.mnist import load_mnist
from mnist_core.training.trainer import train
config = preset("fast").replace(epochs=9)
for event in train(config, load_mnist()):
    if event.kind == "step":
        last = event
    if event.kind == "step" and event.seconds > 8:
        break
print(last.step * config.batch_size / last.seconds)
"""


def pace(threads: int, busy: int) -> float:
    """Return images per second of the `fast` preset with `threads` threads beside `busy` processes that never rest."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
    try:
        return float(subprocess.check_output([sys.executable, "-c", _TRAIN, str(threads)], text=True))
    finally:
        for other in others:
            other.kill()
            other.wait()


def main() -> None:
    """Measure and print."""
    print(machine())
    print("images per second of the fast preset, by threads:")
    for busy in (0, 1):
        one, every = pace(1, busy), pace(cores(), busy)
        print(f"beside {busy} busy processes: 1: {one:,.0f}, {cores()}: {every:,.0f}, ratio {every / one:.2f}")


if __name__ == "__main__":
    main()
