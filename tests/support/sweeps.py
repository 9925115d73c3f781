"""A sweep whose runs do not train: what each of them measures is computed from its settings."""

import math
from dataclasses import replace

from mnist_core.asker import COMMAND_LINE, TEACHER
from mnist_core.config import TrainConfig
from mnist_core.events import Diverged, Finished, Stopped, Validation
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run
from mnist_core.sweeps.driver import Driver
from mnist_core.sweeps.settings import SweepSettings
from mnist_core.sweeps.space import parse
from mnist_core.sweeps.sweep import create_sweep
from tests.support.events import started

BASE = TrainConfig(filters=(4,), kernel_sizes=(3,), dense=(), epochs=1, train_size=500, validation_size=200)
RATE = "learning_rate=0.001..1:log"


def settings(*vary, **changes):
    space = tuple(parse(text) for text in vary or (RATE, "batch_size=32,64,128"))
    return SweepSettings(**{"name": "fast", "base": BASE, "space": space, "runs": 12, "pruning": False} | changes)


def accuracy(config):
    """Return an accuracy, best at the learning rate 0.03; the batch size and the seed change it a little."""
    off = math.log10(config.learning_rate) - math.log10(0.03)
    return 0.95 - 0.1 * min(abs(off), 3) - config.batch_size / 10_000 + config.seed / 1_000


class FakeJobs:
    """Takes runs as `Jobs` does, and lets a test say when and how they end."""

    def __init__(self, folder, places=2):
        self.folder, self.places = folder, places
        self.started, self.stopped, self.resumed = [], [], []
        self.refusal = None

    def start(self, config, name, *, asker, group=""):
        if self.refusal:
            raise self.refusal
        run = create_run(config, name, self.folder, asker=asker, group=group)
        run.enqueue(asker=asker)
        self.started.append(run)
        return run

    def waiting(self):
        return []

    def active(self):
        return [run for run in self.started if run.path.exists() and run.queue_number() is not None]

    def stop(self, run, *, asker):
        if run.queue_number() is not None:
            self.stopped.append(run)
            self.end(run, Stopped(step=1, epoch=0.1, seconds=1.0))

    def resume(self, run, *, asker):
        self.resumed.append(run)
        run.enqueue(asker=asker)

    def end(self, run, event):
        run.dequeue(asker=COMMAND_LINE)
        run.append(event)

    def begin(self, run):
        run.append(replace(started(), steps_per_epoch=100, total_steps=100))

    def measure(self, run, step, loss):
        run.append(Validation(step=step, epoch=step / 100, loss=loss, accuracy=0.5, seconds=step / 10))

    def finish(self, run, share=None):
        """Let a run end with what `accuracy` says of its settings, and a file in place of its network."""
        share = accuracy(run.config()) if share is None else share
        self.begin(run)
        run.append(Validation(step=100, epoch=1.0, loss=1 - share, accuracy=share, seconds=10.0))
        for file in (run.snapshot, run.state, run.epoch_checkpoint(1)):
            file.write_bytes(b"0" * 1000)
        self.end(run, Finished(step=100, test_loss=0.1, test_accuracy=share, seconds=10.0))

    def diverge(self, run):
        self.begin(run)
        self.end(run, Diverged(reason="The loss became infinite in step 7: lower the learning rate."))


def begin(folder, chosen=None, *, asker=TEACHER, places=2, drawings=(), prediction=None, **changes):
    """Return a new sweep, its jobs and its driver."""
    ids = [drawing.id for drawing in drawings]
    sweep = create_sweep(chosen or settings(**changes), folder, drawings=ids, prediction=prediction, asker=asker)
    jobs = FakeJobs(folder, places)
    return sweep, jobs, Driver(sweep, jobs, lambda: drawings)


def carry_out(sweep, jobs, driver, steps=400):
    """Let every run finish as soon as it is begun, until the sweep has ended."""
    for _ in range(steps):
        problem = driver.advance(asker=TEACHER)
        assert problem == ""
        if sweep.status() == "ended":
            return driver.points()
        for run in jobs.active():
            jobs.finish(run)
    raise AssertionError("it did not end")


def run_of(sweep, point, place=0):
    return Run(sweep.runs_folder / point.runs[place])
