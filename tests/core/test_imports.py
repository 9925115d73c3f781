"""The server answers its first page without loading torch; the core never loads Streamlit.

Which package may import which is a contract of import-linter (pyproject.toml), checked by `make lint`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.paths import PROJECT

HEAVY = {"torch", "torchvision", "sklearn"}
WITHOUT_TORCH = (
    "storage",
    "drawing",
    "glossary",
    "evaluation",
    "diagnosis",
    "runs",
    "classroom",
    "lessons",
    "figures",
    "sweeps",
    "cluster",
)
"""Packages of the core in which no module loads any of these; nor do the modules at the core's root."""
WITH_TORCH = (
    "data",
    "habits",
    "model",
    "training",
    "explain",
    "explore",
    "rejection",
    "handwriting",
    "jobs",
    "export",
    "cli",
)
ROOT = PROJECT / "mnist_core"


def modules(folder, pattern="**/*.py"):
    """Return the dotted names of the modules in a folder."""
    files = [path for path in Path(folder).glob(pattern) if path.stem not in ("__init__", "__main__")]
    assert files, f"no module in {folder}"
    return sorted(".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in files)


def loaded(names):
    code = "import sys; " + "; ".join(f"import {name}" for name in names) + "; print(*sorted(sys.modules))"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True, cwd=PROJECT).split())


def test_each_package_of_the_core_has_its_rule():
    assert sorted((*WITHOUT_TORCH, *WITH_TORCH)) == sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


@pytest.mark.parametrize("package", WITHOUT_TORCH)
def test_a_light_package_loads_no_torch(package):
    assert not loaded(modules(ROOT / package)) & HEAVY


def test_the_vocabulary_at_the_root_loads_no_torch():
    assert not loaded(modules(ROOT, "*.py")) & HEAVY


def test_what_the_pages_import_loads_no_torch():
    pieces = set(modules(PROJECT / "ui"))
    # The canvas registers itself with a running server: its importer, and who imports that, are left to the page.
    drawing = ("board", "collection", "live_answer", "preparation", "sources")
    looking = ("board", "layer_by_layer", "pixel_arithmetic")
    lessons = ("board", "doing", "one_lesson")
    canvas = {
        *(f"ui.draw.{name}" for name in drawing),
        *(f"ui.inside.{name}" for name in looking),
        *(f"ui.lessons.{name}" for name in lessons),
        "ui.shared.small_board",
        "ui.story.a_function",
        "ui.story.hidden_layers",
    }
    assert canvas < pieces
    found = loaded(sorted(pieces - canvas))
    assert "torch" not in found
    assert "optuna" not in found, "it takes two seconds, and only who opens a sweep needs it"
    assert not found & {"dask", "distributed"}


def test_without_a_cluster_nothing_of_dask_is_loaded(tmp_path, monkeypatch):
    monkeypatch.delenv("DIGIT_LAB_CLUSTER", raising=False)
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(tmp_path))
    start = "from ui.cached import run_records; run_records.jobs().close()"
    assert not loaded([f"mnist_core.__main__; {start}"]) & {"dask", "distributed", "mnist_core.cluster.launcher"}
    monkeypatch.setenv("DIGIT_LAB_CLUSTER", "tcp://127.0.0.1:9")
    assert "mnist_core.cluster.launcher" in loaded([f"mnist_core.__main__; {start}"]), "the setting is what loads it"


def test_the_command_line_refuses_bad_settings_before_it_loads_torch():
    assert not loaded(["mnist_core.__main__; mnist_core.__main__.make_parser()"]) & HEAVY


def test_plotly_is_imported_in_one_place_after_pandas():
    importing = [path.name for path in ROOT.rglob("*.py") if "import plotly." in path.read_text()]
    assert importing == ["plotly.py"]
    assert "pandas" in loaded(["mnist_core.figures.plotly"])


def test_the_core_loads_no_streamlit():
    assert "streamlit" not in loaded(modules(ROOT))
