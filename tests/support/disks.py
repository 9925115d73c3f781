"""A folder on a disk that is full or may only be read: not by its mode, since root may write everywhere."""

import builtins
import errno
import io
import os
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch


@contextmanager
def refusing(folder, number):
    """Let every change below `folder` fail with this error number, as long as the context lasts."""

    def is_below(path):
        return isinstance(path, str | os.PathLike) and Path(path).absolute().is_relative_to(folder)

    def refused(real, *, writes=lambda *args, **more: True):
        def call(path, *args, **more):
            if is_below(path) and writes(*args, **more):
                raise OSError(number, os.strerror(number), str(path))
            return real(path, *args, **more)

        return call

    def opens_to_write(flags=0, *args, **more):
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def mode_writes(mode="r", *args, **more):
        return any(letter in mode for letter in "wax+")

    names = ["mkdir", "truncate"]
    if number == errno.EROFS:  # on a full disk, files can be renamed and removed
        names += ["rename", "replace", "utime", "unlink", "remove", "rmdir"]
    opened = refused(io.open, writes=mode_writes)
    with (
        patch.multiple(os, **{name: refused(getattr(os, name)) for name in names}),
        patch.object(os, "open", refused(os.open, writes=opens_to_write)),
        patch.object(io, "open", opened),
        patch.object(builtins, "open", opened),
    ):
        yield
