"""The app's connection to a Dask scheduler: one thread with an event loop, which connects again and again. No torch.

Dask is loaded in that thread, so that nobody waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client

_LOOK_EVERY = 0.1
"""Seconds between looks at which worker has which task."""
_PATIENCE = 10.0
"""Seconds that a scheduler has for its answer."""
_CONNECT = 5.0
"""Seconds that connecting may take."""
_REST = 1.0
"""Seconds before the next attempt to connect."""


class Connection:
    """What the app knows of its cluster. Made once and kept; everything but `begin` and `close` is read only."""

    def __init__(self, address: str) -> None:
        """Begin to connect to the scheduler at `address`."""
        self.address = address
        self.client: Client | None = None
        """Changed by the loop's thread alone, and to be used there alone; None: the scheduler does not answer."""
        self.where: Mapping[str, str] = {}
        """On which workers tasks are, by the tasks' keys."""
        self.places = 0
        """How many tasks the workers take at once."""
        self.problem = f"The app is connecting to its cluster, {address}."
        self._ready: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="digit-lab-cluster", daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a coroutine run in the loop's thread. May be called from any thread."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End the connection and all coroutines; tasks go on in the cluster."""
        self._closing.set()
        self._thread.join(_PATIENCE)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._watch())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(self._loop), return_exceptions=True))

    async def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                await asyncio.wait_for(self._look(), _PATIENCE)
            except Exception as error:  # whatever Dask raises at a scheduler that has gone, or is none
                self.problem = _describe(error, self.address)  # at once: to disconnect may take seconds
                await self._disconnect()
                await asyncio.sleep(_REST)
            await asyncio.sleep(_LOOK_EVERY)
        await self._disconnect()

    async def _look(self) -> None:
        from distributed import Client

        from mnist_core.cluster import tasks

        if self.client is None:
            self.client = await Client(self.address, asynchronous=True, timeout=_CONNECT, name="digit-lab")
        threads = await self.client.nthreads()
        processing = await self.client.processing()
        self.where = {str(key): address for address, keys in processing.items() for key in keys}
        self.places = sum(threads.values())
        self.problem = "" if threads else f"The cluster {self.address} has no workers: runs wait until one joins it."
        if new := threads.keys() - self._ready:
            self._ready |= new
            self.begin(self.client.run(tasks.get_ready, workers=[*new], on_error="ignore"))

    async def _disconnect(self) -> None:
        client, self.client = self.client, None
        self.where, self.places = {}, 0
        self._ready.clear()
        if client:
            with contextlib.suppress(Exception):  # it has no scheduler to take leave of
                await asyncio.wait_for(client.close(), _CONNECT)


def _describe(error: Exception, address: str) -> str:
    match error:
        case ImportError():
            return (
                f"Runs are to be trained by the cluster {address}, but Dask is not installed here: "
                "pip install -r requirements-cluster.txt, then start the app again."
            )
        case OSError() | TimeoutError() | AttributeError():
            return (
                f"The cluster's scheduler {address} does not answer. Nothing is lost: runs wait, and go on when it is "
                "back."
            )
        case _:
            told = " ".join(f"{type(error).__name__}: {error}".split())
            return f"The app cannot connect to its cluster {address} ({told}): see docs/cluster.md."
