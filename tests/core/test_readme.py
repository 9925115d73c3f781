"""README and the other pages say true things of commands and folders."""

import re
import shlex

import pytest

from mnist_core.__main__ import make_parser
from mnist_core.paths import CHECKPOINTS, PROJECT

README = (PROJECT / "README.md").read_text()
PAGES = [README, *(path.read_text() for path in [*(PROJECT / "docs").glob("*.md"), CHECKPOINTS / "README.md"])]


def commands(package):
    """Return what the pages run of a package, each once: what follows `python -m package`, a dot or a space first."""
    text = "\n".join(PAGES).replace("\\\n", "")
    return sorted(set(re.findall(rf"python -m {package}([. ][^`\n#]*[^`\n# ])", text)))


def folders(name):
    """Return the folders that README's tree has in the folder `name`."""
    tree = re.search(rf"^{name}/ .*\n((?: {{4}}.*\n)+)", README, re.MULTILINE)[1]
    names = (re.match(r" {4}((?:\w+/ ?)+)", line) for line in tree.splitlines())
    return sorted(folder for found in names if found for folder in found[1].replace("/", "").split())


def test_the_search_finds_commands():
    assert " train --preset fast" in commands("mnist_core")
    assert len(commands("mnist_core")) > 20
    assert len(commands("benchmarks")) > 12


@pytest.mark.parametrize("given", commands("mnist_core"))
def test_a_command_is_one_that_there_is(given, monkeypatch):
    monkeypatch.chdir(PROJECT)
    assert callable(make_parser().parse_args(shlex.split(given)).command)


@pytest.mark.parametrize("given", [*commands("benchmarks"), *commands("docs")])
def test_a_program_is_one_that_there_is_and_has_these_options(given):
    name, *options = given.removeprefix(".").split()
    (path,) = [path for folder in ("benchmarks", "docs") if (path := PROJECT / folder / f"{name}.py").is_file()]
    code = path.read_text()
    assert [one for one in options if one.startswith("--") and f'"{one}"' not in code] == []


@pytest.mark.parametrize("name", ["mnist_core", "ui"])
def test_the_tree_of_folders_is_that_of_the_code(name):
    assert folders(name) == sorted(path.parent.name for path in (PROJECT / name).glob("*/__init__.py"))
