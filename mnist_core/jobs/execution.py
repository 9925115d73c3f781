"""Carry out a run: train what its directory says, and record there what happens."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import torch

from mnist_core.asker import COMMAND_LINE
from mnist_core.data.mnist import Mnist, checksums, load_mnist
from mnist_core.errors import DigitLabError
from mnist_core.events import Epoch, Event, Failed, Finished, Started, Step, Stopped
from mnist_core.handwriting.fine_tuning import load_fine_tuning
from mnist_core.history import History
from mnist_core.jobs.choice import Threads, choose
from mnist_core.jobs.cores import cores
from mnist_core.jobs.drawing_reader import DrawingReader
from mnist_core.jobs.machine import read_measured
from mnist_core.jobs.place import LOOK_EVERY, who_takes_the_place
from mnist_core.jobs.snapshots import Snapshots, card_of
from mnist_core.jobs.spin_control import SpinControl
from mnist_core.model.card import versions
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.device import choose_device
from mnist_core.runs.run import LOG, Run
from mnist_core.runs.test_set_log import record_opening
from mnist_core.storage.atomic import write_atomically
from mnist_core.training.state import load_state, save_state
from mnist_core.training.trainer import Training, train

POLL = 0.02
"""Seconds between looks at what is asked, in a pause or between two steps of slow motion."""
_Hindrance = Literal["stop", "teacher", "others"]
"""Why a run does not go on: it was stopped, or it is paused and a run of the teacher, or of others, gets its place."""


def execute(run: Run, threads: Threads | None = None, *, if_queued: bool = False) -> Iterator[Event]:
    """Carry out `run`: from its start, or from the end of its last completed epoch if it was interrupted or stopped.

    Every event is in events.jsonl before it is yielded. Whatever goes wrong ends in a `Failed` with a sentence. The
    number format and the threads are what `jobs.choice` chooses from what is kept of this machine
    (`jobs.machine`); it is not measured here.

    Args:
        run: the run.
        threads: how many threads it may have; when absent, one for each core.
        if_queued: do nothing unless the run waits for a worker. Two servers on one folder may both have handed it out,
            and the second worker comes to a run that has ended; or somebody has just called it off.

    Raises:
        RunLockedError: another process is at this run.
    """
    with run.lock():
        queue_number = run.queue_number()
        if if_queued and queue_number is None:
            return
        try:
            with SpinControl() as spin:
                yield from _train(run, threads or Threads(), queue_number, spin)
        except Exception as error:  # the run's record is the only place where its reader looks
            failed = Failed(reason=_describe_foreseen(error) or _describe_unforeseen(run, error))
            with contextlib.suppress(OSError):  # a disk so full that not even this line fits
                run.append(failed)
            yield failed
        finally:
            if run.queue_number() == queue_number:  # or it has ended, and somebody has queued it anew
                run.dequeue(asker=COMMAND_LINE)


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


def _train(run: Run, threads: Threads, queue_number: float | None, spin: SpinControl) -> Iterator[Event]:
    _record_machine(run)
    data, history = load_mnist(), run.history()
    training, trained_on = _begin(run, data, history, threads), run.training_data()
    snapshots, reader = Snapshots(run, training, history, trained_on), DrawingReader(run)
    training.max_seconds = _seconds_allowed(run, training)
    for event in training:
        shown = time.monotonic()
        spin.look()
        if isinstance(event, Finished):
            record_opening(run)  # before anybody can read what was seen
            # Before the record says "finished": killed in between, the run is interrupted and ends again when resumed.
            save_checkpoint(run.snapshot, training.model, card_of(training, replace(history, end=event), trained_on))
            reader.read(training.model, event.step, event.step / training.config.steps_per_epoch)
        run.append(event)
        history.add(event)
        if isinstance(event, Started):
            run.dequeue(asker=COMMAND_LINE)  # not before: until then its record may still end in an older stop
        if isinstance(event, Epoch):
            save_checkpoint(run.epoch_checkpoint(event.epoch), training.model, card_of(training, history, trained_on))
            save_state(run.state, training.state())
        yield event
        if isinstance(event, Step | Epoch):
            slow = training.every_step
            reader.read_if_due(training.model, event.step, float(event.epoch), event.seconds, slow=slow)
            snapshots.save_if_due()
            ended_by = _hold(run, snapshots, shown if isinstance(event, Step) else None)
            if ended_by:
                snapshots.save()
                training.close()
            if ended_by in ("teacher", "others"):
                with contextlib.suppress(OSError):  # a full disk: it counts as interrupted then
                    run.set_aside(queue_number if ended_by == "teacher" else None)
                return
            if ended_by == "stop":
                stopped = Stopped(step=event.step, epoch=float(event.epoch), seconds=event.seconds)
                run.append(stopped)
                yield stopped
                return
        if not isinstance(event, Finished | Failed):
            yield from _turn(run, training, history)


def _hold(run: Run, snapshots: Snapshots, shown: float | None) -> _Hindrance | None:
    """Wait while the run is paused and, in slow motion, until it is time for the step after the one `shown` then.

    Return why it does not go on; None: it does. A pause saves the network, whenever it comes.
    """
    began = looked = time.monotonic()
    while (command := run.control.command()) != "stop":
        if command == "pause":
            snapshots.save()
            now = time.monotonic()
            if now - looked > LOOK_EVERY:
                looked = now
                if taker := who_takes_the_place(run, now - began):
                    return taker
        pace = run.control.steps_per_second()
        early = shown is not None and pace > 0 and time.monotonic() < shown + 1 / pace
        if command == "run" and not early:
            return None
        time.sleep(POLL)
    return "stop"


def _turn(run: Run, training: Training, history: History) -> Iterator[Event]:
    """Do what is asked of the training: report every step for slow motion, end in time, change the learning rate."""
    training.every_step = run.control.steps_per_second() > 0
    training.max_seconds = _seconds_allowed(run, training)
    factor = run.control.rate_factor()
    # Compared with the last change, not with the one in force: a resumed run has yet to come to it.
    if factor is not None and factor != (training.rate_changes[-1][1] if training.rate_changes else 1.0):
        # Nothing is trained between the change and its line in the record, so a kill cannot come between them.
        changed = training.change_rate(factor)
        run.append(changed)
        history.add(changed)
        yield changed


def _seconds_allowed(run: Run, training: Training) -> int:
    """Return after how many seconds of training the run ends: by its configuration or by its class; 0: no limit."""
    limits = (training.config.max_seconds, run.control.longest())
    return min((limit for limit in limits if limit), default=0)


def _describe_foreseen(error: Exception) -> str:
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


def _describe_unforeseen(run: Run, error: Exception) -> str:
    """Say that something broke; its traceback goes into the run's worker.log, whoever carries the run out."""
    with contextlib.suppress(OSError), (run.path / LOG).open("a") as log:
        traceback.print_exception(error, file=log)
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return f"The training broke off unexpectedly ({told}); {LOG} in the run's folder has the details."


_NO_MEMORY = "The machine's memory is full: use a smaller batch or network, or end other programs."
