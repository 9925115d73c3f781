"""Keeps a server's memory within a limit, in a control group where one can be made, and says how much it used."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import psutil

from tests.support.browser import Server

LIMIT = 3 * 2**30
"""Bytes that the server and its workers may use."""
_GROUPS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))
"""Where control groups are made, in their first and in their second version."""
_FILES = {Path("/sys/fs/cgroup/memory"): "memory.limit_in_bytes", Path("/sys/fs/cgroup"): "memory.max"}


class Watch:
    """Keeps a server's memory within the limit, or notes that it was not, and the most that it used."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.most = 0
        self.group = self._control_group()
        self._ended = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _control_group(self) -> Path | None:
        for parent in _GROUPS:
            group = parent / f"digit-lab-hostile-{os.getpid()}"
            with contextlib.suppress(OSError):
                group.mkdir()
                try:
                    (group / _FILES[parent]).write_text(str(LIMIT))
                    for process in self._processes():
                        (group / "cgroup.procs").write_text(str(process.pid))
                    return group
                except OSError:
                    group.rmdir()
        return None

    def _processes(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self._server.process.pid)
            return [process, *process.children(recursive=True)]
        return []

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            used = 0
            for process in self._processes():
                with contextlib.suppress(psutil.Error):
                    used += process.memory_info().rss
            self.most = max(self.most, used)

    def end(self) -> None:
        """Look no longer, once the server has ended."""
        self._ended.set()
        if self.group:
            for pid in (self.group / "cgroup.procs").read_text().split():  # its workers, which outlive it
                with contextlib.suppress(OSError):
                    (self.group.parent / "cgroup.procs").write_text(pid)
            with contextlib.suppress(OSError):
                self.group.rmdir()
