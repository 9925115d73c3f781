"""The wheel: built from what the repository holds, installed beside this environment's packages, and used elsewhere."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser

import pytest
from PIL import Image

from mnist_core.paths import ARCHIVES, CHECKPOINTS, PROJECT

APP_ALONE = {"segno", "streamlit", "streamlit-drawable-canvas"}
"""What the app needs and the core does not."""
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def pins(lines):
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def requirements():
    every = pins((PROJECT / "requirements.txt").read_text().splitlines())
    return {pin for pin in every if pin.partition("==")[0] not in APP_ALONE}


def files(folder):
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built without a network from copies: a build leaves folders behind."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    for name in ("mnist_core", "checkpoints", "docs", "data"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.png")  # what data/ has unpacked is to stay out by itself
        shutil.copytree(PROJECT / name, source / name, ignore=unwanted)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(source / "wheels")]
    run([*PIP, "wheel", *options, str(source)])
    (made,) = (source / "wheels").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Returns what runs `digit-lab`, installed apart from the checkout, and the folder that it runs in."""
    site, elsewhere = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("elsewhere")
    run([*PIP, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIGIT_LAB_")}
    environment |= {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(elsewhere / "cache")}
    before = files(site)

    def digit_lab(*arguments, check=True, **more):
        command = [str(site / "bin" / "digit-lab"), *arguments]
        done = subprocess.run(
            command, cwd=elsewhere, env=environment | more, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    yield digit_lab, elsewhere
    assert files(site) == before, "nothing is written beside the package"


def test_both_lists_of_requirements_agree():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == requirements()


def test_the_wheel_holds_the_core_its_templates_its_networks_and_the_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        asked = Parser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist")
    source = files(PROJECT / "mnist_core")
    places = [*CHECKPOINTS.glob("*.safetensors"), *CHECKPOINTS.glob("*.json"), *ARCHIVES.glob("*.gz")]
    shipped = [f"mnist_core/shipped/{path.relative_to(PROJECT)}" for path in places]
    assert len(shipped) == 4 + 1 + 4
    packed = {name for name in names if name.startswith("mnist_core/")}
    assert packed == {str(path.relative_to(PROJECT)) for path in source} | set(shipped)
    assert set(asked) == requirements()
    assert wheel.stat().st_size < 15_000_000


def test_the_installed_command_trains_and_writes_its_run_where_it_was_started(installed):
    digit_lab, elsewhere = installed
    said = digit_lab("train", "--train-size", "1000", "--validation-size", "500", "--output", "made.safetensors").stdout
    (kept,) = (elsewhere / "runs").glob("*-fast-*")
    assert f"run: runs/{kept.name}" in said
    assert (kept / "snapshot.safetensors").read_bytes() == (elsewhere / "made.safetensors").read_bytes()
    accuracy = float(said.partition("test accuracy: ")[2].partition("%")[0])
    assert accuracy > 80
    assert len(list((elsewhere / "cache" / "digit-lab" / "MNIST" / "raw").iterdir())) == 4, "unpacked, no archive"


def test_the_installed_command_finds_the_shipped_networks(installed, mnist):
    digit_lab, elsewhere = installed
    Image.fromarray(mnist.test_images[0]).save(elsewhere / "seven.png")
    assert "7" in digit_lab("predict", "best", "seven.png").stdout
    assert "there is no" in digit_lab("export", "bset", "--script", "x.py", check=False).stderr


def test_a_data_folder_that_cannot_be_made_is_told_with_the_setting(installed):
    digit_lab, elsewhere = installed
    (elsewhere / "file").touch()
    done = digit_lab("evaluate", "notebook", check=False, DIGIT_LAB_DATA=str(elsewhere / "file" / "data"))
    assert done.returncode == 2
    assert "set DIGIT_LAB_DATA to a folder that can be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_installed_the_command_says_its_own_name(installed):
    digit_lab, _ = installed
    assert digit_lab("--help").stdout.startswith("usage: digit-lab ")
