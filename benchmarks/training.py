"""How fast is training, and how good? `python -m benchmarks.training [--seeds 5] [--profile]`

Three programs in turn, each a process of its own: (a) the article's notebook as it stands, with torch's DataLoader
over torchvision's MNIST; (b) this engine with the same network, batch size and epochs (preset `notebook`); (c) preset
`fast`.
Compare the ratios, not the seconds: they hold on machines with the same kind of processor, as long as nothing else
runs. The engine computes as a run from the command line would (`python -m mnist_core machine`); (a) has one thread for
each core, as torch has it. The threads of all three wait for each other in the same way (`jobs.spin_control`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from time import perf_counter

import torch
import torchvision
from torch import nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.data import DataLoader

from benchmarks.machine import machine
from mnist_core.data.mnist import load_mnist
from mnist_core.events import Epoch, Finished
from mnist_core.formatting import arithmetic
from mnist_core.jobs.choice import Threads, choose
from mnist_core.jobs.cores import cores
from mnist_core.jobs.machine import measure_once
from mnist_core.jobs.spin_control import SpinControl
from mnist_core.model.arithmetic import Arithmetic
from mnist_core.openmp import let_spin
from mnist_core.paths import DATA
from mnist_core.presets import preset
from mnist_core.training.trainer import train

PROGRAMS = {
    "article": "(a) the article's notebook loop",
    "notebook": "(b) this engine, preset notebook",
    "fast": "(c) this engine, preset fast",
}


def article(seed: int) -> dict[str, float]:
    """Train as the article's notebook does; seconds are those of training, the test set is read afterwards."""
    torch.manual_seed(seed)
    load_mnist()  # unpacks what torchvision opens
    to_tensor = torchvision.transforms.ToTensor()
    training_set = torchvision.datasets.MNIST(str(DATA), train=True, transform=to_tensor)
    test_set = torchvision.datasets.MNIST(str(DATA), train=False, transform=to_tensor)
    model = nn.Sequential(
        *(nn.Conv2d(1, 32, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 32, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(training_set, batch_size=8, shuffle=True)
    began, spin = perf_counter(), SpinControl()
    for _ in range(2):
        running_loss = 0.0
        for images, labels in loader:
            spin.look()
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
    seconds = perf_counter() - began
    model.eval()
    with torch.no_grad():
        correct = sum(int((model(x).argmax(1) == y).sum()) for x, y in DataLoader(test_set, batch_size=500))
    return {"seconds": seconds, "images": 2.0 * len(training_set), "accuracy": correct / len(test_set)}


def engine(name: str, seed: int, chosen: Arithmetic) -> dict[str, float]:
    """Train a preset; seconds include its reports and its validation, and leave out the test set as in `article`."""
    config = preset(name).replace(seed=seed, shuffle_seed=seed)
    data = load_mnist()
    seconds = accuracy = 0.0
    began, spin = perf_counter(), SpinControl()
    for event in train(config, data, arithmetic=chosen):
        spin.look()
        if isinstance(event, Epoch):
            seconds = perf_counter() - began
        elif isinstance(event, Finished):
            accuracy = event.test_accuracy
    return {"seconds": seconds, "images": float(config.epochs * config.train_size), "accuracy": accuracy}


def chosen_for(name: str, threads: int | None) -> Arithmetic:
    """Return what a run of a preset computes with on this machine; `threads` is a number set by hand, or None."""
    measured = measure_once("cpu")
    return choose(preset(name), Threads(by_hand=threads), "cpu", measured, None)


def where_time_goes(name: str, chosen: Arithmetic) -> str:
    """Return torch's table of the costliest operations in the second half-second or so of a preset's training."""
    training = train(preset(name), load_mnist(), arithmetic=chosen)
    for _ in range(3):
        next(training)
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        next(training)
    training.close()
    return recorded.key_averages().table(sort_by="self_cpu_time_total", row_limit=20, max_name_column_width=45)


def _in_own_process(program: str, seed: int, threads: int | None) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.training", "--only", program, "--seed", str(seed)]
    by_hand = ["--threads", str(threads)] if threads else []
    environment = dict(os.environ)
    let_spin(environment)
    done = subprocess.run([*command, *by_hand], check=True, capture_output=True, text=True, env=environment)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _report(program: str, results: list[dict[str, float]], reference: float | None) -> float:
    seconds = statistics.median(r["seconds"] for r in results)
    pace = results[0]["images"] / seconds
    accuracies = [r["accuracy"] for r in results]
    spread = f"lowest {min(accuracies):.2%}, highest {max(accuracies):.2%}"
    ratio = f"{reference / seconds:6.2f} x as fast as (a)" if reference else ""
    print(
        f"{PROGRAMS[program]:34} {seconds:7.2f} s (median)  {pace:8,.0f} images/s  "
        f"test {statistics.mean(accuracies):.2%} ({spread})  {ratio}",
        flush=True,
    )
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time training: the article's loop against this engine.")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each program, with seeds 0, 1, ...")
    parser.add_argument("--threads", type=int, help="threads of each program; default: what each would take by itself")
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS), help="which to run")
    parser.add_argument("--profile", action="store_true", help="show where a step's time goes, and stop")
    parser.add_argument("--only", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    threads = arguments.threads
    if arguments.only:
        only, seed = arguments.only, arguments.seed
        if only == "article":
            torch.set_num_threads(threads or cores())
        print(json.dumps(article(seed) if only == "article" else engine(only, seed, chosen_for(only, threads))))
        return
    print(f"{machine()}; {arguments.seeds} seed(s); load {os.getloadavg()[0]:.1f}")
    for name in ("notebook", "fast"):
        chosen = chosen_for(name, threads)
        print(
            f"preset {name}: "
            + arithmetic(chosen.threads, chosen.threads_reason, chosen.precision, chosen.precision_reason)
        )
        if arguments.profile:
            print(where_time_goes(name, chosen))
    if arguments.profile:
        return
    reference = None
    for program in arguments.programs:
        results = [_in_own_process(program, seed, threads) for seed in range(arguments.seeds)]
        seconds = _report(program, results, reference)
        reference = seconds if program == "article" else reference


if __name__ == "__main__":
    main()
