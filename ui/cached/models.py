"""The models that can be taken in hand, their cards and networks, cached. torch is imported when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.errors import CheckpointError, RunError
from mnist_core.model.card import ModelCard
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.config_file import is_shipped
from mnist_core.runs.index import index_of
from mnist_core.runs.run import Run
from mnist_core.runs.store import find_run
from mnist_core.runs.whole_card import read_whole_card
from mnist_core.storage.atomic import sha256
from ui.cached.run_records import reader, title_of, told_apart

if TYPE_CHECKING:
    from mnist_core.model.network import DigitNet

_RUNS_OFFERED = 30
_SHIPPED = " (shipped)"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that can be taken in hand."""

    name: str
    """As in the URL: a shipped checkpoint's name or a run's id."""
    title: str
    """As in a list of all."""
    path: Path

    @property
    def called(self) -> str:
        """As in a sentence."""
        return self.title.removesuffix(_SHIPPED)


DETECTOR = ModelFile("strangers", "strangers", CHECKPOINTS / "strangers.safetensors")
"""The one file there that is not to be taken in hand: it says what is no digit (`mnist_core.rejection.detector`)."""


def models(offers: Callable[[str], bool] = lambda owner: True) -> list[ModelFile]:
    """Return what can be taken in hand: the shipped checkpoints, then the newest runs that have weights.

    Args:
        offers: tells whether runs of an owner are among them.
    """
    entries = [e for e in index_of().look().entries.values() if (e.trained or e.alive) and offers(e.owner)]
    # A look may be older than the network of a run under way, whose page is drawn just because it has come.
    with_one = (e.run for e in entries if e.run.snapshot.exists() and not is_shipped(e.run.id))
    trained = list(islice(with_one, _RUNS_OFFERED))
    titles = told_apart([title_of(run) for run in trained], [run.id for run in trained])
    return _shipped() + [ModelFile(run.id, title, run.snapshot) for run, title in zip(trained, titles, strict=True)]


def _shipped() -> list[ModelFile]:
    files = [path for path in sorted(CHECKPOINTS.glob("*.safetensors")) if path != DETECTOR.path]
    return [ModelFile(path.stem, f"{path.stem}{_SHIPPED}", path) for path in files]


def model_of(run: Run) -> ModelFile:
    """Return a run's network as of its last report; the file may not be there yet."""
    return ModelFile(run.id, title_of(run), run.snapshot)


def find_model(name: str) -> ModelFile | None:
    """Return the model of that name, if there is one."""
    # Every page asks, several times: the list of all, with their titles, would be read from many files.
    return next((model for model in _shipped() if model.name == name), None) or _of_run(name)


def called(name: str) -> str:
    """Return what the model of that name is called in a sentence; its name where it is not there any more."""
    found = _of_run(name)
    return found.called if found else name


def _of_run(name: str) -> ModelFile | None:
    try:
        run = find_run(name)
    except Exception:  # any odd name in a URL is simply no model
        return None
    return model_of(run) if run.snapshot.exists() else None


def fine_tuned_in(model: ModelFile) -> Run | None:
    """Return the run in which the model was taught drawings; None for a model that no run here has taught any."""
    try:
        run = find_run(model.name)
    except RunError:
        return None  # a shipped network
    return run if run.fine_tuning.exists() else None


def is_training(model: ModelFile) -> bool:
    """Return whether the model's run trains or waits for its turn: each report then replaces the file."""
    try:
        run = find_run(model.name)
    except RunError:
        return False  # a shipped network
    return run.status(reader(run).read()) in ("queued", "running")


def card(model: ModelFile) -> ModelCard:
    """Return what the model's file says of itself.

    Raises:
        CheckpointError: the file has vanished or is damaged.
    """
    return _card(str(model.path), _modified(model.path))


@st.cache_resource(show_spinner=False, max_entries=64)
def _card(path: str, modified: int) -> ModelCard:
    return read_whole_card(Path(path))


def fingerprint(model: ModelFile) -> str:
    """Return the SHA-256 of the model's file: what is computed from a model is kept by its content, not its name.

    Raises:
        CheckpointError: the file has vanished.
    """
    return _fingerprint(str(model.path), _modified(model.path))


@st.cache_data(show_spinner=False, max_entries=64)
def _fingerprint(path: str, modified: int) -> str:
    return sha256(Path(path))


def network(model: ModelFile) -> DigitNet:
    """Return the model's network, in evaluation mode, shared: never change it.

    Raises:
        CheckpointError: the file has vanished or is damaged.
    """
    modified = _modified(model.path)
    kept = _network_of(str(model.path))
    with kept.guard:
        if kept.network is None or kept.modified != modified:
            kept.network, kept.modified = load_network(model.path), modified
        return kept.network


@dataclass(slots=True)
class _Kept:
    """The one network kept of a path: a training run's newer snapshot takes the older one's place."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    network: DigitNet | None = None
    modified: int = 0


@st.cache_resource(show_spinner=False, max_entries=16)
def _network_of(path: str) -> _Kept:
    return _Kept()


def load_network(path: Path) -> DigitNet:
    """Return the network in a file, in evaluation mode, loaded anew.

    Raises:
        CheckpointError: the file has vanished or is damaged.
    """
    import torch

    from mnist_core.model.checkpoint import load_checkpoint

    # One image at a time needs no second thread, and a second would fight with the worker over the cores.
    torch.set_num_threads(1)
    return load_checkpoint(path)[0]


def load_content(path: Path, content: str) -> DigitNet:
    """Return the network in a file of which the SHA-256 is known, in evaluation mode, loaded anew.

    Raises:
        CheckpointError: the file has vanished, is damaged, or has another content by now.
    """
    loaded = load_network(path)
    try:
        changed = sha256(path) != content
    except OSError:
        changed = True
    if changed:
        raise CheckpointError(f"the file {path.name} was saved anew or deleted while it was read: reload the page")
    return loaded


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise CheckpointError(
            f"the model's file {path.name} has vanished: choose another model in the sidebar"
        ) from error
