"""A run as one zip file: exports and imports it. Loads torch only to check the drawings of a fine-tuning.

An imported zip file may come from anyone: nothing in it is trusted, unpickled or executed. Only the files of a run are
taken, by their exact names, from one folder with the name of a run. Each is checked as if somebody had edited it. A zip
file that holds anything else leaves the folder of runs as it was.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from safetensors import SafetensorError, safe_open

from mnist_core.asker import Asker
from mnist_core.errors import CheckpointError, RunError
from mnist_core.event_json import from_json
from mnist_core.model.card import LARGEST_FILE, read_card
from mnist_core.paths import runs_folder
from mnist_core.quotas import uploads
from mnist_core.runs.config_file import NAME as CONFIG_FILE
from mnist_core.runs.config_file import content_without_owner, give_to
from mnist_core.runs.notes import NOTES_FILE, Notes
from mnist_core.runs.room import require_room
from mnist_core.runs.run import Run
from mnist_core.runs.store import free_path
from mnist_core.runs.watched import DRAWING_BYTES, LARGEST_READINGS, MOST_DRAWINGS, READINGS_FILE, is_drawing
from mnist_core.runs.watched import from_json as readings_from_json
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.time_limit import TimeLimit, limit_of_zip
from mnist_core.storage.untrusted_file import check_header
from mnist_core.storage.untrusted_zip import open_zip
from mnist_core.untrusted_text import quoted

LARGEST_ARCHIVE = 128 * 2**20
"""Bytes, packed and unpacked: the longest training of the largest preset has 60 MB."""
_MOST_ENTRIES = 250 + MOST_DRAWINGS
_MOST_LINES = 100_000
"""Events of an imported run: those of a training of about six hours."""
_LARGEST = {
    CONFIG_FILE: 2**16,
    NOTES_FILE: 2**16,
    "worker.json": 2**16,
    "events.jsonl": 2**25,
    READINGS_FILE: 2 * LARGEST_READINGS,
    "state.safetensors": 2 * LARGEST_FILE,  # up to five networks: with Adam's two vectors, the average and the best
}
_NETWORK = re.compile(r"(snapshot|lesson|epoch-\d{3})\.safetensors")


def pack(run: Run) -> bytes:
    """Return a run as a zip: a folder named after it with its record and its networks. It does not tell whose it is.

    Raises:
        RunError: it cannot be read, or is larger than LARGEST_ARCHIVE.
    """
    buffer = io.BytesIO()
    try:
        files = sorted(p for p in run.path.iterdir() if largest_size(p.name) and p.is_file() and not p.is_symlink())
        if (size := sum(p.stat().st_size for p in files)) > LARGEST_ARCHIVE:
            raise RunError(
                f"the run {run.id} has {size / 2**20:.0f} MB, more than the {LARGEST_ARCHIVE // 2**20} MB that can be "
                f"exported: copy its folder {run.path} instead"
            )
        # Weights are as good as random: compressing them would save a tenth and take seconds.
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            for path in files:
                if path.name == CONFIG_FILE:
                    archive.writestr(f"{run.id}/{path.name}", content_without_owner(run.path))
                else:
                    archive.write(path, f"{run.id}/{path.name}")
    except OSError as error:
        raise RunError(f"the run {run.id} cannot be exported: {error.strerror}") from error
    return buffer.getvalue()


def unpack(content: BinaryIO, folder: str | Path | None = None, *, asker: Asker) -> Run:
    """Add the run in a zip file that `pack` wrote to a folder of runs, and return it. It never starts by itself.

    It belongs to who imports it, whatever its record says.

    Lines of its events that cannot be read are left out, as every reader leaves them out.

    Raises:
        QuotaError: the seat, or all together, have as much as they may have.
        RunError: not such a zip, or a file in it is foreign, damaged or too large; the folder is then as it was.
        ZipError: the zip file itself is damaged or too large, or takes too long; the folder is then as it was.
    """
    root = Path(folder or runs_folder())
    require_room(root, asker=asker)
    uploads.count(asker)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=root) as beside:
            run = _extract(content, Path(beside))
            _check(run, limit_of_zip())
            give_to(run.path, asker=asker)
            return Run(run.path.rename(free_path(run.id, root)))
    except OSError as error:
        raise RunError(f"the run cannot be imported: {error.strerror or error}") from error


def _extract(content: BinaryIO, beside: Path) -> Run:
    with open_zip(content, largest=LARGEST_ARCHIVE, most_entries=_MOST_ENTRIES) as archive:
        run_id, members = _members(archive)
        run = Run(free_path(run_id, beside))
        run.path.mkdir()
        for name, info in members.items():
            with archive.open(info) as source, (run.path / name).open("xb") as file:
                shutil.copyfileobj(source, file)
    return run


def _members(archive: zipfile.ZipFile) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Return the run's id and its files by name, or refuse the archive for what its table of contents says."""
    # A zip made by other programs has an entry for the folder itself, too.
    entries = [i for i in archive.infolist() if not (i.filename.endswith("/") and i.filename.count("/") == 1)]
    members: dict[str, zipfile.ZipInfo] = {}
    folders = set()
    for info in entries:
        folder, _, name = info.orig_filename.partition("/")
        largest = largest_size(name)
        if not largest or name in members:
            raise RunError(
                f"the zip file holds {quoted(info.orig_filename)}, which is no file of a run: "
                "import a zip that Digit Lab exported"
            )
        if info.file_size > largest:
            raise RunError(f"{name} has {info.file_size / 2**20:.0f} MB; at most {largest / 2**20:.2g} MB are read")
        folders.add(folder)
        members[name] = info
    if len(folders) != 1 or CONFIG_FILE not in members:
        raise RunError(
            "the zip file is not an exported run, which is one folder with a config.json in it: "
            "import a zip that Digit Lab exported"
        )
    return folders.pop(), members


def largest_size(name: str) -> int:
    """Return how many bytes a run's file of that name may have; 0 if it is not the name of one."""
    if is_drawing(name):
        return DRAWING_BYTES
    return LARGEST_FILE if _NETWORK.fullmatch(name) else _LARGEST.get(name, 0)


def _check(run: Run, limit: TimeLimit) -> None:
    """Read every file as the app will read it later; raise what is wrong with it."""
    run.config()
    if len(run.watched.keys()) > MOST_DRAWINGS:
        raise RunError(f"the run in the zip file watches more than {MOST_DRAWINGS} drawings: export the run again")
    for path in sorted(run.path.iterdir()):
        limit.check()
        try:
            if path.name == "events.jsonl":
                _keep_lines(path, from_json, limit)
            elif path.name == READINGS_FILE:
                _keep_lines(path, readings_from_json, limit)
            elif is_drawing(path.name):
                if not is_drawing(path.name, path.read_bytes()):
                    raise ValueError("the drawing is another one than its name says")
            elif path.name == NOTES_FILE:
                Notes.from_json(path.read_bytes())
            elif path.name == "worker.json":
                json.loads(path.read_bytes())
            elif path == run.state:
                check_header(path)
                with safe_open(path, framework="numpy") as file:
                    int((file.metadata() or {})["epoch"])
            elif path == run.fine_tuning:
                from mnist_core.handwriting.fine_tuning import load_fine_tuning

                load_fine_tuning(path)
            elif path.suffix == ".safetensors":
                read_card(path)
        except CheckpointError as error:
            raise RunError(str(error)) from error
        except (ValueError, KeyError, RecursionError, SafetensorError) as error:
            raise RunError(f"{path.name} in the zip file is damaged: export the run again") from error


def _keep_lines(path: Path, read: Callable[[bytes], object], limit: TimeLimit) -> None:
    content = path.read_bytes()
    if (lines := content.count(b"\n")) > _MOST_LINES:
        raise RunError(f"{path.name} in the zip file has {lines:,} lines; at most {_MOST_LINES:,} are read")
    kept = [line for line in content.split(b"\n") if line and _can_be_read(line, read, limit)]
    if content and not kept:
        raise ValueError("no line can be read")
    whole = b"".join(line + b"\n" for line in kept)
    if whole != content:
        write_atomically(path, whole)


def _can_be_read(line: bytes, read: Callable[[bytes], object], limit: TimeLimit) -> bool:
    limit.check()
    try:
        read(line)
    except (ValueError, RecursionError):
        return False
    return True
