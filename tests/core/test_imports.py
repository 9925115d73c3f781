"""The server answers its first page without loading torch; the core never loads Streamlit."""

import subprocess
import sys
from pathlib import Path

import pytest

import mnist_core

LIGHT = (
    "architecture",
    "archive",
    "breaking",
    "calibration",
    "card",
    "claim",
    "compare",
    "config",
    "cores",
    "corruptions",
    "curves_csv",
    "data",
    "diagnosis",
    "duplicates",
    "events",
    "figures.break_it",
    "figures.compare",
    "figures.curves",
    "figures.data",
    "figures.echarts",
    "figures.inside",
    "figures.layers",
    "figures.marks",
    "figures.metrics",
    "figures.plotly",
    "figures.rates",
    "figures.robustness",
    "figures.signed",
    "files",
    "history",
    "intervals",
    "jobs",
    "journal",
    "luck",
    "maps",
    "measurement",
    "metrics",
    "notes",
    "outcome",
    "outputs",
    "pairing",
    "png",
    "presets",
    "queueing",
    "receptive",
    "record",
    "remedies",
    "report",
    "report_charts",
    "report_html",
    "robustness",
    "run",
    "runs",
    "schedule",
    "script",
    "script_augment",
    "script_optimizer",
    "seal",
    "softmax",
    "splits_compared",
    "statistics",
    "surveys",
    "svg",
    "sweep",
    "trash",
    "unusual",
    "wishes",
)
ROOT = Path(mnist_core.__file__).parent
EVERY = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.rglob("*.py") if path.stem != "__init__"
)


def loaded(modules):
    code = "import sys; " + "; ".join(f"import {m}" for m in modules) + "; print(*sorted(sys.modules))"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


def test_light_modules_load_neither_torch_nor_streamlit():
    assert not loaded(f"mnist_core.{name}" for name in LIGHT) & {"torch", "streamlit", "torchvision", "sklearn"}


def test_what_the_pages_import_loads_no_torch():
    ui = ROOT.parent / "ui"
    pieces = {".".join(path.relative_to(ui.parent).with_suffix("").parts) for path in ui.rglob("*.py")}
    # The canvas registers itself with a running server: its importer, and who imports that, are left to the page.
    canvas = {"ui.draw.board", "ui.draw.sources", "ui.draw.preparation", "ui.draw.hand"}
    assert canvas < pieces
    assert "torch" not in loaded(sorted(pieces - canvas))


@pytest.mark.parametrize("name", EVERY)
def test_no_core_module_names_streamlit(name):
    assert "import streamlit" not in ROOT.joinpath(*name.split(".")).with_suffix(".py").read_text()


def test_the_readme_says_where_every_module_is():
    _, layout = ROOT.parent.joinpath("README.md").read_text().split("## How the code is laid out")
    modules = {name for name in EVERY if "." not in name and not name.startswith("_")}
    assert modules <= set(layout.split())


def test_plotly_is_imported_in_one_place_after_pandas():
    importing = [path.name for path in ROOT.rglob("*.py") if "import plotly." in path.read_text()]
    assert importing == ["plotly.py"]
    assert "pandas" in loaded(["mnist_core.figures.plotly"])


def test_the_core_loads_no_streamlit():
    assert "streamlit" not in loaded(f"mnist_core.{name}" for name in EVERY)
