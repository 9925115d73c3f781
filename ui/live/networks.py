"""The files of networks, by the model's name and their content: as a browser fetches them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from mnist_core.errors import DigitLabError
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import find_run


class NotThereError(DigitLabError):
    """There is no such network, or its file has been saved anew since its address was given out."""


def address(name: str, content: str) -> str:
    """Return where a browser fetches a model's network, relative to the app's own address.

    Args:
        name: of the model, as in the URL of a page, or of the network that tells digits from other drawings.
        content: the SHA-256 of its file.
    """
    return f"live/networks/{name}/{content}"


def read(name: str, content: str) -> bytes:
    """Return a network's file.

    Raises:
        NotThereError: there is none of that name and content.
    """
    try:
        file = _path(name).read_bytes()
    except (DigitLabError, OSError, ValueError) as error:
        raise NotThereError(f"there is no network {name!r}: choose a model in the sidebar") from error
    if sha256(file).hexdigest() != content:
        raise NotThereError(f"the network {name!r} has been saved anew since this page was shown: reload the page")
    return file


def _path(name: str) -> Path:
    shipped = CHECKPOINTS / f"{name}.safetensors"
    return shipped if shipped.is_file() else find_run(name).snapshot
