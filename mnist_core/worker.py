"""The process that trains: carries out a run's directory and records it there. `python -m mnist_core.worker`.

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
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import torch

from mnist_core.card import ModelCard, versions
from mnist_core.checkpoint import load_state, save_checkpoint, save_state
from mnist_core.cores import cores
from mnist_core.data import load_mnist
from mnist_core.errors import DigitLabError
from mnist_core.events import Epoch, Event, Failed, Finished, Started, Step, Stopped
from mnist_core.files import write_atomically
from mnist_core.history import History
from mnist_core.runs import Run
from mnist_core.seal import record_opening
from mnist_core.trainer import Training, train

SNAPSHOT_EVERY = 1.0
"""Seconds between snapshots while training; a stop, a pause and the end always leave one."""
_PAUSE_POLL = 0.05


def execute(run: Run) -> Iterator[Event]:
    """Carry out `run`: from its start, or from the end of its last completed epoch if it was interrupted or stopped.

    Every event is in events.jsonl before it is yielded. Whatever goes wrong ends in a `Failed` with a sentence.

    Raises:
        RunError: another process is at this run.
    """
    with run.claim():
        try:
            yield from _train(run)
        except Exception as error:  # the run's record is the only place where its reader looks
            traceback.print_exc()
            failed = Failed(reason=_sentence(error))
            with contextlib.suppress(OSError):  # a disk so full that not even this line fits
                run.append(failed)
            yield failed
        finally:
            run.dequeue()


def _train(run: Run) -> Iterator[Event]:
    config = run.config()
    machine = {
        "process": os.getpid(),
        "machine": platform.platform(),
        "processor": platform.machine(),
        "cores": cores(),
    }
    write_atomically(run.path / "worker.json", json.dumps(machine | {"versions": versions()}, indent=2))
    history = run.history()
    training = train(config, load_mnist(), resume=load_state(run.state) if run.state.exists() else None)
    saved_step, saved_at, wait = -1, 0.0, SNAPSHOT_EVERY
    for event in training:
        if isinstance(event, Finished):
            record_opening(run)  # before anybody can read what was seen
        run.append(event)
        history.add(event)
        if isinstance(event, Started):
            run.dequeue()  # not before: until then its record may still end in an older stop
        if isinstance(event, Epoch):
            save_checkpoint(run.epoch_checkpoint(event.epoch), training.model, _card(training, history))
            save_state(run.state, training.state())
        if isinstance(event, Finished):
            save_checkpoint(run.snapshot, training.model, _card(training, history))
        yield event
        if not isinstance(event, Step | Epoch):
            continue
        control = run.control()
        due = control != "run" or time.monotonic() - saved_at > wait
        if due and event.step != saved_step:
            began = time.monotonic()
            save_checkpoint(run.snapshot, training.model, _card(training, history))
            saved_step, saved_at = event.step, time.monotonic()
            wait = max(SNAPSHOT_EVERY, 20 * (saved_at - began))  # a slow disk costs a twentieth of the time at most
        while (control := run.control()) == "pause":
            time.sleep(_PAUSE_POLL)
        if control == "stop":
            training.close()
            stopped = Stopped(step=event.step, epoch=float(event.epoch), seconds=event.seconds)
            run.append(stopped)
            yield stopped
            return


def _card(training: Training, history: History) -> ModelCard:
    metrics: dict[str, float] = {"epoch": training.step / training.config.steps_per_epoch, "step": training.step}
    if history.validation_accuracy is not None:
        metrics["validation_accuracy"] = history.validation_accuracy
    if isinstance(history.end, Finished):
        metrics |= {"test_accuracy": history.end.test_accuracy, "test_loss": history.end.test_loss}
    return ModelCard(
        config=training.config, metrics=metrics, epochs=[asdict(e) for e in history.epochs], versions=versions()
    )


def _sentence(error: Exception) -> str:
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
            told = " ".join(f"{type(error).__name__}: {error}".split())
            return f"The training broke off unexpectedly ({told}); worker.log has the details."


_NO_MEMORY = "The machine's memory is full: use a smaller batch or network, or end other programs."


def _carry_out(run: Run) -> None:
    """Carry out a run with this process's stderr in its worker.log."""
    with contextlib.suppress(OSError):  # the log is for the curious; a run needs it not
        log = os.open(run.path / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, sys.stderr.fileno())
        os.close(log)
    for _ in execute(run):
        pass


def main() -> None:
    """Carry out the run named on the command line, or the runs named on standard input."""
    parser = argparse.ArgumentParser(prog="python -m mnist_core.worker", description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, help="a run's directory; without it, directories come on stdin")
    parser.add_argument("--threads", type=int, default=cores(), help="processor threads to compute with")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    import_module("torch._dynamo")  # the first optimizer would import it: 2 s between a click and the first step
    for path in [arguments.run] if arguments.run else (Path(line.strip()) for line in sys.stdin):
        try:
            _carry_out(Run(path))
        except (DigitLabError, OSError):
            traceback.print_exc()  # one bad directory must not end the worker that other runs wait for
            with contextlib.suppress(OSError):
                Run(path).dequeue()


if __name__ == "__main__":
    main()
