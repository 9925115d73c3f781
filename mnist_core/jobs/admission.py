"""Whether a seat may have one more run under way: by its quota, and by how long the run and the queue should take."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mnist_core import quotas
from mnist_core.asker import Asker
from mnist_core.config import TrainConfig
from mnist_core.errors import QuotaError, RunError
from mnist_core.jobs.machine import Measured, read_measured
from mnist_core.jobs.wait_estimate import expected_seconds, measured_paces
from mnist_core.runs.index import Entry

_MINUTE = 60.0


def require_place(asker: Asker, config: TrainConfig, active: Sequence[Entry], places: int, *, count: int = 1) -> None:
    """Do nothing if a seat may have `count` runs of `config` under way; the teacher always may.

    Args:
        asker: who asks.
        config: what is to be trained.
        active: the runs that are under way.
        places: how many train at once.
        count: repetitions, which count as one run but take the time of all.

    Raises:
        QuotaError: it may not; the message says what to do.
    """
    if asker.kind != "seat":
        return
    most = quotas.RUNS_UNDER_WAY
    if len({one.group or one.run.id for one in active if one.charged_to == asker.seat}) >= (most.seat or 0):
        raise QuotaError(
            f"you have {most.seat} runs under way already, one at work and the others waiting: wait until one ends, or "
            "stop one"
        )
    if len(active) >= (most.everybody or 0):
        raise QuotaError(f"{len(active)} runs are under way, as many as this machine takes: wait until some have ended")
    measured = read_measured()
    minutes = expected_minutes(config, measured)
    if minutes is None:  # nobody knows yet how fast this machine is
        return
    quotas.require(
        quotas.MINUTES_OF_A_RUN, asker, minutes * count, 0, kind="", instead="train fewer epochs or a smaller network"
    )
    if len(active) >= places:
        wait = sum(_minutes_left(one, measured) for one in active) / max(places, 1)
        quotas.require(
            quotas.MINUTES_OF_WAITING, asker, 0, wait, kind="", instead="try again when some runs have ended"
        )


class Neighbours:
    """Which seats with runs under way are at one address: whoever wants many can have a new seat for each run.

    Addresses are kept in memory alone. Not for two threads at once.
    """

    def __init__(self) -> None:
        """Know of no seat's address yet."""
        self._addresses: dict[str, str] = {}

    def require_place(self, asker: Asker, active: Sequence[Entry]) -> None:
        """Do nothing if one more run may be under way of the asker's address, or if it has none that counts.

        Raises:
            QuotaError: none may.
        """
        seats = {entry.charged_to for entry in active}
        self._addresses = {seat: address for seat, address in self._addresses.items() if seat in seats}
        near = [entry for entry in active if self._addresses.get(entry.charged_to) == asker.address]
        most = quotas.RUNS_OF_AN_ADDRESS.seat or 0
        if asker.address and len({entry.group or entry.run.id for entry in near}) >= most:
            raise QuotaError(
                f"{most} runs are under way that were started from your address, as many as may be without a class: "
                "wait until some have ended, or join the class"
            )

    def note(self, asker: Asker) -> None:
        """Note from where a seat has asked for a run."""
        self._addresses[asker.seat] = asker.address


def expected_minutes(config: TrainConfig, measured: Measured | None) -> float | None:
    """Return about how many minutes a training takes on a machine with other work; None if it was not measured.

    It is taken to spend the same time on a multiply-add as the measured network whose size is nearest, and to end at
    its limit in seconds if it has one.
    """
    seconds = expected_seconds(config, config.steps_per_epoch * config.epochs, measured_paces(measured))
    if seconds is None:
        return None
    return (min(seconds, config.max_seconds) if config.max_seconds else seconds) / _MINUTE


def _minutes_left(one: Entry, measured: Measured | None) -> float:
    try:
        whole = expected_minutes(one.run.config(), measured) or 0.0
    except RunError:  # edited by hand: its worker will say so
        return 0.0
    if longest := one.run.control.longest():
        whole = min(whole, longest / _MINUTE)
    if one.queue_number is not None:
        return whole
    try:  # not its record, which is long: everybody who starts a run would read it
        began = (one.run.path / "worker.json").stat().st_mtime
    except OSError:
        return whole
    return max(0.0, whole - (time.time() - began) / _MINUTE)
