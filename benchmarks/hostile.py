"""Replays hostile records, files, addresses and messages against a real server: python -m benchmarks.hostile

The corpus (tests/support/hostile) is made by code, the same each time. The server runs without a network and may use
3 GB with its workers: in a control group where this user may make one, which the kernel enforces; otherwise its memory
is looked at ten times a second. What breaks is printed: a page that does not come or ends in an error that nobody has
foreseen, a traceback in the server's log, an answer of 500 or more, a server that has ended, memory beyond the limit, a
name or an address elsewhere that the server asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks.memory_limit import LIMIT, Watch
from tests.support.browser import Server, tracebacks
from tests.support.hostile import files, messages, records
from tests.support.network import without_network
from tests.support.streamlit_client import Client

T = TypeVar("T")
_PARTS = ["records", "files", "addresses", "messages"]


class Replay:
    """Sends the corpus and notes what broke."""

    def __init__(self, server: Server, asked: Path, most: int | None = None) -> None:
        """Replay at most so many items of each kind; all of them where none is said."""
        self._server, self._asked, self._most = server, asked, most
        self.broke: list[str] = []
        self.sent: dict[str, int] = {}
        self._client = Client(server.port)
        self._read = 0

    @contextlib.contextmanager
    def _judged(self, kind: str, name: str) -> Iterator[None]:
        """Count one item, and note what broke while it was replayed."""
        self.sent[kind] = self.sent.get(kind, 0) + 1
        began, problem = time.monotonic(), ""
        try:
            yield
        except Exception as error:
            problem = f"no answer: {type(error).__name__}: {str(error)[:120]}"
            self._connect()
        said = [line for line in self._client.told if line.startswith("exception: ")]
        problem = problem or (said[0] if said else "")
        log = self._server.said()
        # A message that is none is refused by Streamlit, which logs that with its traceback and goes on.
        if not problem and [text for text in tracebacks(log[self._read :]) if "DecodeError" not in text]:
            problem = "a traceback in the server's log"
        self._read = len(log)
        if self._asked.read_text():
            problem = problem or f"the server asked for {self._asked.read_text().split()[0]}"
            self._asked.write_text("")
        if self._server.process.poll() is not None:
            problem = f"the server has ended with {self._server.process.returncode}"
        seconds = time.monotonic() - began
        if problem:
            self.broke.append(f"{kind}, {name}: {problem}")
        if problem or seconds > 10:
            print(f"  {kind}, {name}: {problem or 'answered'} ({seconds:.1f} s)", flush=True)

    def _some(self, corpus: Iterable[T]) -> Iterator[T]:
        return itertools.islice(corpus, self._most)

    def _connect(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close()
        with contextlib.suppress(Exception):
            self._client = Client(self._server.port)

    def everything(self, parts: Sequence[str]) -> None:
        """Replay the corpus, or some parts of it."""
        for part in parts:
            getattr(self, part)()
            print(", ".join(f"{count} {kind}" for kind, count in self.sent.items()), flush=True)

    def records(self) -> None:
        """Lay each hostile run directory into the folder of runs, look at it, and then at all of them at once."""
        for name, content in self._some(records.runs()):
            path = records.write(self._server.runs, name, content)
            for page, query in (("Train", f"run={name}"), ("Runs", f"runs={name}")):
                with self._judged("records", f"{name} on {page}"):
                    self._client.run(page, query)
            shutil.rmtree(path)
            self.sent["records"] -= 1  # a record is one item, however often it is looked at
        for name, content in self._some(records.runs()):
            records.write(self._server.runs, name, content)
        for page in messages.PAGES:
            with self._judged("records", f"all of them on {page or 'Home'}"):
                self._client.run(page)
        for path in self._server.runs.iterdir():
            if path.is_dir() and not path.name.startswith("."):
                shutil.rmtree(path)

    def files(self) -> None:
        """Upload each picture, each run and each collection of drawings."""
        self._choose("Where the digit comes from", "Picture")
        for name, content in self._some(files.pictures()):
            with self._judged("pictures", name[:40]):
                self._client.run("Draw", "")
                self._client.upload("Draw", "A picture", name, content)
        for name, content in self._some(files.run_zips()):
            with self._judged("run zips", name):
                self._client.run("Runs")
                self._client.upload("Runs", "A run as", "run.zip", content)
        self._choose("Look closer", "Your hand")
        for name, content in self._some(files.drawing_zips()):
            with self._judged("drawing zips", name):
                self._client.run("Draw")
                self._client.upload("Draw", "Import a zip", "drawings.zip", content)
        self._three_at_once()
        self._more_than_is_kept()

    def _choose(self, label: str, value: str) -> None:
        self._client.run("Draw")
        self._client.choose("Draw", label, value)

    def _three_at_once(self) -> None:
        """Upload three of the largest pictures that are taken from three visitors at the same time."""
        large = dict(files.pictures())["allowed.webp"]
        visitors = [Client(self._server.port) for _ in range(3)]

        def visit(visitor: Client) -> None:
            visitor.run("Draw")
            visitor.choose("Draw", "Where the digit comes from", "Picture")
            visitor.upload("Draw", "A picture", "large.webp", large)

        with self._judged("pictures", "three large ones at once"):
            threads = [threading.Thread(target=visit, args=(visitor,)) for visitor in visitors]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self._client.told = [line for visitor in visitors for line in visitor.told]
        for visitor in visitors:
            visitor.close()

    def _more_than_is_kept(self) -> None:
        """Upload the largest file that is taken again and again, for no field of the page."""
        content = bytes(127 * 2**20)
        with self._judged("uploads", "thirty of 127 MB for no field"):
            self._client.run("Runs")
            refused = [self._client.put("run.zip", content)[0] for _ in range(30)]
            if not any(refused):
                raise ValueError("all were taken")
            self._client.run("Draw")

    def addresses(self) -> None:
        """Open each address, and send each plain request."""
        for page, query in self._some(messages.queries()):
            with self._judged("addresses", f"{page}?{query[:40]}"):
                self._client.run(page, query)
        for path, headers in self._some(messages.requests()):
            with self._judged("addresses", f"{path[:40]} {headers}"):
                status, _, content = self._client.get(path, headers)
                if status >= 500 or b"root:" in content:
                    raise ValueError(f"answered {status}")
                if (headers or "metrics" in path) and status not in (403, 421):
                    raise ValueError(f"was not refused but answered {status}")

    def messages(self) -> None:
        """Send each message, and see that another visitor is served afterwards."""
        for name, content in self._some(messages.messages()):
            with self._judged("messages", name):
                with contextlib.suppress(Exception):  # the server may well hang up on who sends that
                    self._client.send(content)
                self._connect()
                self._client.run("")


def main() -> int:
    """Replay the corpus, or the parts that `--only` names; return 1 if anything broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--only", nargs="+", default=_PARTS, choices=_PARTS, help="what to replay; without it, all")
    parser.add_argument("--most", type=int, help="items of each kind; without it, all")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digit-lab-hostile-") as name:
        folder = Path(name)
        network = folder / "network"
        network.mkdir()
        asked = without_network(network)
        server = Server(folder / "runs", PYTHONPATH=str(network))
        server.runs.mkdir(exist_ok=True)
        watch = Watch(server)
        how = f"control group {watch.group}" if watch.group else "its memory is looked at ten times a second"
        print(f"The server may use {LIMIT / 2**30:.0f} GB ({how}).", flush=True)
        replay = Replay(server, asked, arguments.most)
        try:
            replay.everything(arguments.only)
        finally:
            server.stop()
            watch.end()
        broke = replay.broke
        if watch.most > LIMIT:
            broke.append(f"the server used {watch.most / 2**30:.1f} GB")
        print(f"{sum(replay.sent.values())} items; at most {watch.most / 2**30:.2f} GB of memory.")
        print("\n".join(broke) or "Nothing broke.")
        return 1 if broke else 0


if __name__ == "__main__":
    sys.exit(main())
