"""Every public function of the core that takes a path takes it as text too."""

import importlib
import inspect
import io
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

import mnist_core
from mnist_core.asker import TEACHER
from mnist_core.classroom.classroom import begin
from mnist_core.explore.analyses import AnalysisFolder, AnalysisRunner
from mnist_core.handwriting.collection import Collection
from mnist_core.handwriting.drawing import Drawing, to_record
from mnist_core.jobs.worker_process import LocalWorkers
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS, DATA, PROJECT
from mnist_core.rejection.detector import load_detector
from mnist_core.runs.archive import pack
from mnist_core.runs.store import create_run
from mnist_core.training.state import TrainingState
from tests.support.events import started
from tests.support.sweeps import settings as sweep_settings


def takes_path(parameter):
    return bool(re.search(r"\bPath\b", inspect.formatannotation(parameter.annotation)))


def public_functions():
    """Yield the core's public functions, methods and constructors: module, name in it, function."""
    for found in pkgutil.walk_packages(mnist_core.__path__, "mnist_core."):
        if found.name == "mnist_core.__main__":
            continue
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != found.name:
                continue
            if not inspect.isclass(thing):
                members = {name: thing}
            else:
                members = {f"{name}.{key}": getattr(value, "__func__", value) for key, value in vars(thing).items()}
            for called, function in members.items():
                own = called.rpartition(".")[2]
                if callable(function) and (own == "__init__" or not own.startswith("_")):
                    yield found.name, called, function


def test_the_data_are_where_the_setting_says(tmp_path):
    code = "from mnist_core.paths import DATA; print(DATA)"
    environment = os.environ | {"DIGIT_LAB_DATA": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, cwd=PROJECT, capture_output=True, text=True)
    assert said.stdout.strip() == str(tmp_path)


TAKING = [
    (module, name, parameter)
    for module, name, function in public_functions()
    for parameter in inspect.signature(function).parameters.values()
    if takes_path(parameter)
]
NAMES = [f"{module.removeprefix('mnist_core.')}.{name}" for module, name, _ in TAKING]


def test_the_search_finds_them():
    some = {"model.checkpoint.load_checkpoint", "runs.run.Run.__init__", "runs.lock.lock", "data.mnist.checksums"}
    assert some < set(NAMES)


@pytest.mark.parametrize(("module", "name", "parameter"), TAKING, ids=NAMES)
def test_text_is_allowed_by_the_signature(module, name, parameter):
    assert re.search(r"\bstr\b", inspect.formatannotation(parameter.annotation)), parameter


def arguments(folder, config):
    """What the functions are called with, by the names of their parameters."""
    run = create_run(config, "fast", folder, asker=TEACHER)
    file = shutil.copy(CHECKPOINTS / "notebook.safetensors", folder / "copy.safetensors")
    model, card = load_checkpoint(file)
    drawing = Drawing("drawing", 3, np.zeros((28, 28), np.uint8), (), "2026-11-28T10:00:00+00:00")
    idle = [sys.executable, "-c", "input()"]
    return {
        "asker": TEACHER,
        "self": AnalysisRunner(AnalysisFolder(folder / "analyses"), idle),
        "card": card,
        "checkpoint": file,
        "classroom": begin(folder=folder / "classes", asker=TEACHER),
        "code": "BCDF",
        "collection": Collection(folder / "collection"),
        "command": idle,
        "config": config,
        "content": io.BytesIO(pack(run)),
        "cores": 1,
        "count": 3,
        "detector": load_detector(),
        "done": 1,
        "drawings": [drawing],
        "event": started(),
        "files": 1,
        "folder": run.path,
        "jobs": list,
        "journal": folder / "journal.log",
        "kept": 1,
        "launcher": LocalWorkers(1, idle),
        "lines": b"a line\n",
        "key": "0" * 64,
        "model": model,
        "more": 1,
        "name": "fast",
        "offset": 0,
        "others": [file],
        "owner": "0" * 16,
        "path": file,
        "points": [],
        "records": [to_record(drawing).encode()],
        "record": {"name": "x", "created": "x", "config": config.to_dict()},
        "root": DATA,
        "run": run,
        "run_id": run.id,
        "runs": [run],
        "settings": sweep_settings(),
        "size": 1,
        "source": file,
        "state": TrainingState({}, 1, 1.0, (), {}),
        "sweep_id": "none",
        "trash": folder / "trash",
        "scratch": folder,
        "version": "another",
        "where": "a worker",
    }


def of_kind(kind, value):
    """A path, or several, as paths or as text."""
    return [kind(one) for one in value] if isinstance(value, list) else kind(value)


def outcome(function, given):
    """What a call returns or raises, by its type."""
    try:
        found = function(**given)
        if isinstance(found, AbstractContextManager) and not isinstance(found, Path):
            with found:
                pass
        if close := getattr(found, "close", None):
            close()
        return type(found)
    except Exception as error:
        return type(error)


CALLED = [pytest.param(*case, id=name) for case, name in zip(TAKING, NAMES, strict=True) if not name.startswith("cli.")]
"""Not the command line's own: what it takes, argparse has made."""


@pytest.mark.parametrize(("module", "name", "parameter"), CALLED)
def test_text_does_what_a_path_does(module, name, parameter, tmp_path, tiny):
    owner, _, method = name.rpartition(".")
    function = getattr(importlib.import_module(module), owner or method)
    if owner and method != "__init__":
        function = vars(function)[method]
    outcomes = []
    for kind in (Path, str):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        every = arguments(folder, tiny)
        if module == "mnist_core.storage.atomic":
            every["content"] = b"new"
        wanted = inspect.signature(function).parameters.values()
        given = {p.name: every[p.name] for p in wanted if p.default is p.empty} | {
            parameter.name: of_kind(kind, every[parameter.name])
        }
        outcomes.append(outcome(function, given))
        every["self"].close()
    by_path, by_text = outcomes
    assert by_text is by_path
    assert by_path not in (AttributeError, TypeError)
