"""Carries one run out on the cluster: hands it over, follows it, and hands it over anew where a worker is lost.

All that has to be kept is in the run's directory. So an app that was ended goes on from there, and a worker that was
lost costs what it has trained since the last whole epoch. No torch.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import TYPE_CHECKING

from mnist_core.asker import COMMAND_LINE
from mnist_core.cluster.connection import Connection
from mnist_core.cluster.exchange import Stamp, hashes_of, lengths_of, record, requests_of, what_to_begin_with
from mnist_core.cluster.version import code_version
from mnist_core.errors import DigitLabError, RunError
from mnist_core.events import Failed, Stopped
from mnist_core.jobs.place import LOOK_EVERY, who_takes_the_place
from mnist_core.runs.run import Run
from mnist_core.storage.atomic import write_atomically

if TYPE_CHECKING:
    from distributed import Client, Future

    from mnist_core.cluster.remote import Answer, Request

_POLL = 0.1
"""Seconds between looks at a run."""
_POLL_OF_MANY = 0.005
"""Seconds between looks, for each run of the app: the scheduler passes on 200 looks a second at most."""
_NETWORK_EVERY = 2.0
"""Seconds after which the network as of the last report comes again: it may have megabytes."""
_LET_GO = 2.0
"""Seconds that a worker may take to end a task that is wanted no more."""
_PATIENCE = 5.0
"""Seconds that a worker has for its answer."""


class Carrying:
    """One run on its way through the cluster. Used in the thread of its connection's loop."""

    def __init__(self, run: Run, connection: Connection, *, may_share: bool) -> None:
        """Prepare it.

        Args:
            run: that waits, or that an app before this one has handed over.
            connection: to the cluster.
            may_share: whether a worker with the same disk may write to the run's directory.
        """
        self._run, self._connection, self._may_share = run, connection, may_share
        self._future: Future | None = None
        self._key = ""
        self._queue_number = run.queue_number()
        self._comes_back = False
        """Whether the worker may know the run from before, and has yet to be asked."""
        self._stamps: dict[str, Stamp] = {}
        """Of the files that have come from the worker that has the run now."""
        self._told: set[str] = set()
        """The names of the requests and drawings that it has."""
        self._trains = False
        """Whether a worker was seen to train it: until then each moment counts for whoever has started it."""
        self._network_due = self._paused_at = self._looked = 0.0
        self._lock = contextlib.ExitStack()
        self.problem = ""

    async def carry_out(self) -> None:
        """Follow the run until nobody trains it any more.

        Raises:
            RunLockedError: another process trains it.
            RunError: it has gone.
            OSError: its directory cannot be written.
        """
        self._lock.enter_context(self._run.lock())
        with self._lock:
            self._take_key()
            while not await self._is_over():
                many = _POLL_OF_MANY * len(self._connection.where) if self._trains else 0.0
                await asyncio.sleep(max(_POLL, many))
            self._run.on_cluster.unlink(missing_ok=True)
            if self._future:
                self._future.release()
            if self._run.queue_number() == self._queue_number:
                self._run.dequeue(asker=COMMAND_LINE)

    def _take_key(self) -> None:
        """Go on under the key that an app before this one has used, or take a new one."""
        with contextlib.suppress(OSError):
            self._key = self._run.on_cluster.read_text()
        self._comes_back = bool(self._key)
        if not self._key:
            self._take_new_key()

    def _take_new_key(self) -> None:
        self._key, self._future = f"digit-lab-{self._run.id}-{secrets.token_hex(8)}", None
        self._stamps.clear()
        write_atomically(self._run.on_cluster, self._key)

    async def _is_over(self) -> bool:
        """Take one look at the run; return whether nobody trains it any more."""
        if not self._run.path.is_dir():  # deleted by hand
            return await self._let_go()
        client = self._connection.client
        try:
            if client and (self._future is None or self._future.client is not client or self._future.cancelled()):
                self._submit(client)
            request = self._request()
            answer = await self._ask(request)
            self._trains = answer is not None and answer["state"] == "training"
            if answer is None:
                return await self._look_after_task()
            over = await self._take(answer)
            self._told |= request["requests"].keys()
            return over
        except OSError as error:  # it is all on the worker, and comes with the next look
            self.problem = f"The run {self._run.id} cannot be recorded ({error.strerror}): free some space on the disk."
            return False
        except RunError as error:
            self._fail(error.sentence)
            return await self._let_go()

    def _submit(self, client: Client) -> None:
        """Put the task into Dask's queue; where there is one of that key already, follow it."""
        from distributed import fire_and_forget

        from mnist_core.cluster import tasks

        self._future = client.submit(tasks.train, self._key, code_version(), key=self._key, pure=False)
        fire_and_forget(self._future)  # it goes on when this app has gone

    def _request(self, **more: object) -> Request:
        from mnist_core.cluster.remote import Request

        lengths = lengths_of(self._run)
        now = time.monotonic()
        request = Request(
            run=self._run.id,
            path=str(self._run.path.resolve()),
            may_share=self._may_share,
            have={"lengths": lengths, "stamps": self._stamps},
            requests=requests_of(self._run, self._told),
            with_network=now >= self._network_due,
        )
        if self._comes_back:
            request["hashes"] = hashes_of(self._run, lengths)
        return request | more  # type: ignore[return-value]

    async def _ask(self, request: Request) -> Answer | None:
        """Return the worker's answer; None where no worker has the task, or it does not answer."""
        from mnist_core.cluster import tasks

        client, where = self._connection.client, self._connection.where.get(self._key)
        if client is None or where is None:
            return None
        try:
            answers = await asyncio.wait_for(client.run(tasks.look, self._key, request, workers=[where]), _PATIENCE)
        except (
            Exception
        ) as error:  # whatever Dask raises at a worker that has gone: the scheduler tells where it is then
            told = " ".join(f"{type(error).__name__}: {error}".split())
            self.problem = (
                f"The cluster's worker {where} does not answer ({told}): its run waits, or goes on elsewhere."
            )
            return None
        self.problem = ""
        answer: Answer | None = answers.get(where)
        return answer if answer and answer["state"] != "unknown" else None

    async def _take(self, answer: Answer) -> bool:
        """Do what the worker's answer asks for; return whether the run is over."""
        self._comes_back = False
        match answer["state"]:
            case "waiting":
                await self._begin(shared=answer["shared"])
            case "another":
                await self._let_go()
                self._take_new_key()
            case "refused":
                self._fail(answer["reason"])
                return await self._let_go()
            case _:
                record(self._run, answer["news"])
                self._stamps |= answer["news"]["stamps"]
                if self._run.snapshot.name in answer["news"]["files"]:
                    self._network_due = time.monotonic() + _NETWORK_EVERY
                return await self._let_go() if answer["state"] == "ended" or self._gives_up_its_place() else False
        return False

    async def _begin(self, *, shared: bool) -> None:
        """Send the worker what it needs, or let it train in this very directory."""
        self._stamps.clear()
        self._told.clear()
        if not shared:
            await self._ask(self._request(files=what_to_begin_with(self._run)))
            return
        if self._run.queue_number() is None:  # it has begun before, and a worker takes only a run that waits
            self._queue_number = self._queue_number or 0.0
            write_atomically(self._run.queued, str(self._queue_number))
        self._lock.close()  # the worker locks it
        await self._ask(self._request(begin_there=True))

    async def _look_after_task(self) -> bool:
        """See what becomes of a task that no worker has; return whether the run is over."""
        if self._run.control.command() == "stop":
            if (client := self._connection.client) and self._future:
                await client.cancel([self._future], force=True)
            history = self._run.history()
            if history.started and not history.end:
                epoch = history.step / history.started.steps_per_epoch
                self._run.append(Stopped(step=history.step, epoch=epoch, seconds=history.seconds))
            return True
        match self._future and self._future.status:
            case "error":
                assert self._future
                self._fail(_describe(await self._future.exception()))
                return True
            case "finished":  # its worker was closed while it trained, or nobody has asked for it for hours
                self._take_new_key()
        return False

    def _gives_up_its_place(self) -> bool:
        """Return whether the run is paused and others get its place; it is set aside then."""
        now = time.monotonic()
        if self._run.control.command() != "pause":
            self._paused_at = 0.0
            return False
        self._paused_at = self._paused_at or now
        if now - self._looked < LOOK_EVERY:
            return False
        self._looked = now
        taker = who_takes_the_place(self._run, now - self._paused_at)
        if taker:
            self._run.set_aside(self._queue_number if taker == "teacher" else None)
        return taker is not None

    async def _let_go(self) -> bool:
        """Tell the worker that the run is wanted no more; return that it is over."""
        with contextlib.suppress(OSError, DigitLabError):
            await self._ask(self._request(let_go=True))
        # As long as Dask takes its place for taken, it would put the next run behind another one that has just begun.
        until = time.monotonic() + _LET_GO
        while self._future and not self._future.done() and time.monotonic() < until:
            await asyncio.sleep(_LET_GO / 100)
        return True

    def _fail(self, reason: str) -> None:
        with contextlib.suppress(OSError):  # a disk so full that not even this line fits
            self._run.append(Failed(reason=reason))


def _describe(error: BaseException | None) -> str:
    """Say why Dask could not carry out a task."""
    name = type(error).__name__
    if name == "KilledWorker":
        return (
            "The workers of the cluster that trained the run ended again and again, perhaps for want of memory: give "
            "them more, or use a smaller batch or network, then resume the run."
        )
    if isinstance(error, ImportError):
        return f"The cluster's workers cannot load Digit Lab ({error}): install it there, then resume the run."
    told = " ".join(f"{name}: {error}".split())
    return f"The training broke off on the cluster ({told}): resume the run."
