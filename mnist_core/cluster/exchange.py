"""Which bytes of a run go to the machine that trains it, and which come back. No torch, no Dask.

What is exchanged is a request and an answer, again and again. A request tells what the app's directory has, and an
answer brings the rest: so either may be lost, and is then simply repeated. The order in which files are read there and
written here makes the app's directory, at any moment, one that a worker killed at that moment would have left: a saved
state is never newer than the events, and the network is never older.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TypedDict

from mnist_core.asker import COMMAND_LINE
from mnist_core.errors import RunError
from mnist_core.event_json import from_json
from mnist_core.events import Failed, Finished, Started, Stopped
from mnist_core.runs.archive import largest_size
from mnist_core.runs.config_file import NAME as CONFIG_FILE
from mnist_core.runs.config_file import content_without_owner
from mnist_core.runs.control import REQUESTS
from mnist_core.runs.event_log import append_lines, cut_unfinished_line, lines_from
from mnist_core.runs.run import LOG, Run
from mnist_core.runs.test_set_log import record_opening
from mnist_core.runs.watched import READINGS_FILE
from mnist_core.storage.atomic import write_atomically

Stamp = tuple[int, int]
"""Time of the last change and size of a file: another one whenever it was written anew."""
_LARGEST_LOG = 2**20
"""Bytes that are kept of a worker's own log: it is for the curious."""


class Have(TypedDict):
    """What the app's directory of a run holds of the remote one."""

    lengths: Mapping[str, int]
    """Bytes of each log (`logs_of`)."""
    stamps: Mapping[str, Stamp]
    """Of each other file that has come, its stamp there."""


class News(TypedDict):
    """What is new in the remote directory."""

    lines: Mapping[str, bytes]
    """Of each log, whole lines that follow those that the app has."""
    files: Mapping[str, bytes]
    stamps: Mapping[str, Stamp]
    """Of these files."""


def logs_of(run: Run) -> dict[str, Path]:
    """Return the two files of a run that only grow, by their names: its events, and what was read while it trained."""
    return {run.journal.name: run.journal, READINGS_FILE: run.watched.readings}


def what_to_begin_with(run: Run) -> dict[str, bytes]:
    """Return the files that a remote machine needs to train `run`, from its start or from its last whole epoch.

    Raises:
        RunError: its config.json is missing or damaged.
        OSError: a file cannot be read.
    """
    found = {CONFIG_FILE: content_without_owner(run.path).encode()}
    for path in (run.fine_tuning, run.state, run.snapshot, *logs_of(run).values()):
        with contextlib.suppress(FileNotFoundError):
            found[path.name] = path.read_bytes()
    return found | requests_of(run)


def requests_of(run: Run, known: Collection[str] = ()) -> dict[str, bytes]:
    """Return what is asked of a run's worker: its requests, and the drawings to watch that are not `known` there yet.

    Raises:
        OSError: a file cannot be read.
    """
    found = {}
    drawings = {f"watched-{key}.grey" for key in run.watched.keys()}  # noqa: SIM118 (it is no mapping)
    for name in (*REQUESTS, *(drawings - set(known))):
        with contextlib.suppress(FileNotFoundError):
            found[name] = (run.path / name).read_bytes()
    return found


def lay_out(run: Run, files: Mapping[str, bytes]) -> None:
    """Write what the app has sent into a run's remote directory.

    Raises:
        OSError: the disk is full, or cannot be written.
        RunError: a file is none of a run.
    """
    for name, content in files.items():
        _require_file_of_a_run(name, len(content))
        path = run.path / name
        if not path.exists() or path.read_bytes() != content:
            write_atomically(path, content)


def find_news(run: Run, have: Have, *, with_network: bool) -> News:
    """Return what is new in a run's remote directory.

    Args:
        run: the run there.
        have: what the app has of it.
        with_network: whether the network as of the last report, which changes each second, is to come, too; with the
            end of a run it always does.
    """
    files, stamps = {}, {}

    def take(paths: Iterable[Path]) -> None:
        for path in paths:
            with contextlib.suppress(OSError):  # the next look finds it
                stamp = _stamp(path)
                if stamp != have["stamps"].get(path.name):
                    files[path.name], stamps[path.name] = _content(path), stamp

    take([run.state])  # read before the events: it is never newer than they are
    lines = {name: lines_from(path, have["lengths"].get(name, 0)) for name, path in logs_of(run).items()}
    take([run.path / "worker.json", run.path / LOG, *run.path.glob("epoch-*.safetensors")])
    if with_network or _ends(lines[run.journal.name]):
        take([run.snapshot])
    return News(lines={name: content for name, content in lines.items() if content}, files=files, stamps=stamps)


def record(run: Run, news: News) -> None:
    """Write what has come into the app's directory.

    Raises:
        OSError: the disk is full or cannot be written; the next answer brings what is missing.
        RunError: what has come is no part of a run.
    """
    first = {name: content for name, content in news["files"].items() if name != run.state.name}
    for name, content in first.items():
        _require_file_of_a_run(name, len(content))
        write_atomically(run.path / name, content)
    logs = logs_of(run)
    if not news["lines"].keys() <= logs.keys():
        raise RunError("the cluster has sent lines of a file that is no log of a run")
    for name, lines in news["lines"].items():
        events = [_event(line) for line in lines.splitlines()] if name == run.journal.name else []
        if any(isinstance(event, Finished) for event in events):
            record_opening(run)  # before anybody can read what was seen
        append_lines(logs[name], lines)
        if any(isinstance(event, Started) for event in events):
            run.dequeue(asker=COMMAND_LINE)
    if (state := news["files"].get(run.state.name)) is not None:
        _require_file_of_a_run(run.state.name, len(state))
        write_atomically(run.state, state)


def lengths_of(run: Run) -> dict[str, int]:
    """Return how many bytes of each log the app has; half a line that a crash or a full disk has left is removed.

    Raises:
        OSError: a log cannot be written.
    """
    return {name: cut_unfinished_line(path) for name, path in logs_of(run).items()}


def hashes_of(run: Run, lengths: Mapping[str, int]) -> dict[str, str]:
    """Return a hash of the first bytes of each log, as many as `lengths` says; empty where it has fewer."""
    return {name: _hash(path, lengths.get(name, 0)) for name, path in logs_of(run).items()}


def _hash(path: Path, length: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(length)
    except FileNotFoundError:
        content = b""
    return hashlib.sha256(content).hexdigest() if len(content) == length else ""


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_LOG) if path.name == LOG else file.read()


def _event(line: bytes) -> object:
    """Return the event of a line; None where a crash has cut it off, as every reader leaves it out."""
    try:
        return from_json(line)
    except ValueError:
        return None


def _ends(lines: bytes) -> bool:
    last = lines.splitlines()[-1:]
    return bool(last) and isinstance(_event(last[0]), Finished | Stopped | Failed)


def _stamp(path: Path) -> Stamp:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size


def _require_file_of_a_run(name: str, size: int) -> None:
    limit = _LARGEST_LOG if name == LOG or name in REQUESTS else largest_size(name)
    if not limit or size > limit:
        raise RunError(f"{name!r} of {size:,} bytes is no file of a run: install the same version on all machines")
