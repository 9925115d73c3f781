"""The process that trains: carries out a run's directory and records it there. `python -m mnist_core.jobs.worker`.

With a run's directory as its argument it carries out that run. With none it waits for directories on standard input,
one a line: torch is loaded by then, so that a run begins at once. It ends when the input does, after the run in hand:
a server that dies takes no run with it.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from mnist_core.data.mnist import Mnist, checksums, load_mnist
from mnist_core.errors import DigitLabError
from mnist_core.events import Epoch, Event, Failed, Finished, Started, Step, Stopped
from mnist_core.handwriting.fine_tuning import load_fine_tuning
from mnist_core.history import History
from mnist_core.jobs.choice import Threads, choose
from mnist_core.jobs.cores import cores
from mnist_core.jobs.drawing_reader import DrawingReader
from mnist_core.jobs.machine import measure_once, read_measured
from mnist_core.jobs.priority import be_first_to_end
from mnist_core.model.card import ModelCard, versions
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.device import choose_device
from mnist_core.model.training_data import TrainingData
from mnist_core.runs.control import Command
from mnist_core.runs.run import Run
from mnist_core.runs.test_set_log import record_opening
from mnist_core.storage.atomic import write_atomically
from mnist_core.training.state import load_state, save_state
from mnist_core.training.trainer import Training, train

SNAPSHOT_EVERY = 1.0
"""Seconds between snapshots while training; a stop, a pause and the end always leave one."""
_LOG = "worker.log"
_POLL = 0.02
"""Seconds between looks at what is asked, in a pause or between two steps of slow motion."""


def execute(run: Run, threads: Threads | None = None) -> Iterator[Event]:
    """Carry out `run`: from its start, or from the end of its last completed epoch if it was interrupted or stopped.

    Every event is in events.jsonl before it is yielded. Whatever goes wrong ends in a `Failed` with a sentence. The
    number format and the threads are what `jobs.choice` chooses from what is kept of this machine
    (`jobs.machine`); it is not measured here.

    Args:
        run: the run.
        threads: how many threads it may have; when absent, one for each core.

    Raises:
        RunError: another process is at this run.
    """
    with run.lock():
        queued_since = run.queued_since()
        try:
            yield from _train(run, threads or Threads())
        except Exception as error:  # the run's record is the only place where its reader looks
            failed = Failed(reason=_sentence(error) or _unexpected(run, error))
            with contextlib.suppress(OSError):  # a disk so full that not even this line fits
                run.append(failed)
            yield failed
        finally:
            if run.queued_since() == queued_since:  # or it has ended, and somebody has queued it anew
                run.dequeue()


def _record_machine(run: Run) -> None:
    """Write down what the run is trained with; the data set is checked for it, so do this before opening it."""
    machine: dict[str, Any] = {
        "process": os.getpid(),
        "machine": platform.platform(),
        "processor": platform.machine(),
        "cores": cores(),
        "versions": versions(),
        "data": checksums(),
    }
    write_atomically(run.path / "worker.json", json.dumps(machine, indent=2))


def _begin(run: Run, data: Mnist, history: History, threads: Threads) -> Training:
    """Return the run's training, at its start or at the end of its last whole epoch."""
    fine_tuning = load_fine_tuning(run.fine_tuning) if run.fine_tuning.exists() else None
    config, device = run.config(), choose_device()
    measured = read_measured()
    return train(
        config,
        fine_tuning.examples(data) if fine_tuning else data,
        device=device,
        start=fine_tuning.weights if fine_tuning else None,
        resume=load_state(run.state) if run.state.exists() else None,
        # What was asked of a run that was killed is asked of it again, at the same steps.
        rate_changes=[(change.step, change.factor) for change in history.rate_changes],
        arithmetic=choose(config, threads, device.type, measured, history.started),
    )


def _train(run: Run, threads: Threads) -> Iterator[Event]:
    _record_machine(run)
    data, history = load_mnist(), run.history()
    training, trained_on = _begin(run, data, history, threads), run.training_data()
    snapshots, reader = _Snapshots(run, training, history, trained_on), DrawingReader(run)
    for event in training:
        shown = time.monotonic()
        if isinstance(event, Finished):
            record_opening(run)  # before anybody can read what was seen
            # Before the record says "finished": killed in between, the run is interrupted and ends again when resumed.
            save_checkpoint(run.snapshot, training.model, _card(training, replace(history, end=event), trained_on))
            reader.read(training.model, event.step, event.step / training.config.steps_per_epoch)
        run.append(event)
        history.add(event)
        if isinstance(event, Started):
            run.dequeue()  # not before: until then its record may still end in an older stop
        if isinstance(event, Epoch):
            save_checkpoint(run.epoch_checkpoint(event.epoch), training.model, _card(training, history, trained_on))
            save_state(run.state, training.state())
        yield event
        if isinstance(event, Step | Epoch):
            slow = training.every_step
            reader.read_if_due(training.model, event.step, float(event.epoch), event.seconds, slow=slow)
            snapshots.save_if_due()
            if _hold(run, snapshots, shown if isinstance(event, Step) else None) == "stop":
                snapshots.save()
                training.close()
                stopped = Stopped(step=event.step, epoch=float(event.epoch), seconds=event.seconds)
                run.append(stopped)
                yield stopped
                return
        if not isinstance(event, Finished | Failed):
            yield from _turn(run, training, history)


class _Snapshots:
    """The network of a run under way, saved as of the last report."""

    def __init__(self, run: Run, training: Training, history: History, trained_on: TrainingData) -> None:
        self._run, self._training, self._history, self._trained_on = run, training, history, trained_on
        self._step, self._at, self._wait = -1, 0.0, SNAPSHOT_EVERY

    def save(self) -> None:
        """Save the network, unless it has not changed since."""
        if self._training.step == self._step:
            return
        began = time.monotonic()
        save_checkpoint(
            self._run.snapshot, self._training.model, _card(self._training, self._history, self._trained_on)
        )
        self._step, self._at = self._training.step, time.monotonic()
        self._wait = max(SNAPSHOT_EVERY, 20 * (self._at - began))  # a slow disk costs a twentieth of the time at most

    def save_if_due(self) -> None:
        """Save the network if the last time is long enough ago."""
        if time.monotonic() - self._at > self._wait:
            self.save()


def _hold(run: Run, snapshots: _Snapshots, shown: float | None) -> Command:
    """Wait while the run is paused and, in slow motion, until it is time for the step after the one `shown` then.

    Return the command that ended the wait: run or stop. A pause saves the network, whenever it comes.
    """
    while (command := run.control.command()) != "stop":
        if command == "pause":
            snapshots.save()
        pace = run.control.steps_per_second()
        early = shown is not None and pace > 0 and time.monotonic() < shown + 1 / pace
        if command == "run" and not early:
            break
        time.sleep(_POLL)
    return command


def _turn(run: Run, training: Training, history: History) -> Iterator[Event]:
    """Do what is asked of the training: report every step for slow motion, change the learning rate."""
    training.every_step = run.control.steps_per_second() > 0
    factor = run.control.rate_factor()
    # Compared with the last change, not with the one in force: a resumed run has yet to come to it.
    if factor is not None and factor != (training.rate_changes[-1][1] if training.rate_changes else 1.0):
        # Nothing is trained between the change and its line in the record, so a kill cannot come between them.
        changed = training.change_rate(factor)
        run.append(changed)
        history.add(changed)
        yield changed


def _card(training: Training, history: History, trained_on: TrainingData) -> ModelCard:
    step = history.best_epoch * training.config.steps_per_epoch if history.best_epoch else training.step
    metrics: dict[str, float] = {"epoch": step / training.config.steps_per_epoch, "step": step}
    if history.validation_accuracy is not None:
        metrics["validation_accuracy"] = history.validation_accuracy
    if isinstance(history.end, Finished):
        metrics |= {"test_accuracy": history.end.test_accuracy, "test_loss": history.end.test_loss}
    return ModelCard(
        config=training.config,
        metrics=metrics,
        epochs=history.epochs,
        versions=versions(),
        training_data=trained_on,
    )


def _sentence(error: Exception) -> str:
    """Say what went wrong and what to do; nothing where nobody foresaw the error."""
    match error:
        case DigitLabError():
            return str(error)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
            return "The disk is full: free some space, then resume the run; what was recorded so far is kept."
        case OSError():
            return f"The run's folder cannot be written ({error.strerror}): make it writable, then resume the run."
        case MemoryError() | torch.OutOfMemoryError():
            return _NO_MEMORY
        case RuntimeError() if "allocate memory" in str(error):  # how torch says it of a processor's memory
            return _NO_MEMORY
        case _:
            return ""


def _unexpected(run: Run, error: Exception) -> str:
    """Say that something broke; its traceback goes into the run's worker.log, whoever carries the run out."""
    with contextlib.suppress(OSError), (run.path / _LOG).open("a") as log:
        traceback.print_exception(error, file=log)
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return f"The training broke off unexpectedly ({told}); {_LOG} in the run's folder has the details."


_NO_MEMORY = "The machine's memory is full: use a smaller batch or network, or end other programs."


def _carry_out(run: Run, threads: Threads) -> None:
    """Carry out a run with this process's stderr in its worker.log."""
    with contextlib.suppress(OSError):  # the log is for the curious; a run needs it not
        log = os.open(run.path / _LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, sys.stderr.fileno())
        os.close(log)
    for _ in execute(run, threads):
        pass


def main() -> None:
    """Carry out the run named on the command line, or the runs named on standard input."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.jobs.worker", description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run's directory; without it, directories come on stdin")
    parser.add_argument(
        "--threads", type=int, help="threads to compute with (default: what was measured to be fastest)"
    )
    parser.add_argument("--share", type=int, help="of a server's workers: threads that a run may have at most")
    arguments = parser.parse_args()
    threads = Threads(most=arguments.share or cores(), beside=bool(arguments.share), by_hand=arguments.threads)
    be_first_to_end()
    import_module("torch._dynamo")  # the first optimizer would import it: 2 s between a click and the first step
    with contextlib.suppress(DigitLabError, OSError):  # read now, the data are hashed and in memory when a run comes
        checksums()
    # Before the first run is taken: an equal second one then finds the same to choose from.
    measure_once(choose_device().type)
    for path in [arguments.run] if arguments.run else (Path(line.strip()) for line in sys.stdin):
        try:
            _carry_out(Run(path), threads)
        except (DigitLabError, OSError):
            traceback.print_exc()  # one bad directory must not end the worker that other runs wait for
            with contextlib.suppress(DigitLabError, OSError):
                Run(path).dequeue()


if __name__ == "__main__":
    main()
