"""The lock files: every package that the app needs, in the version that the tests run with, with its hashes."""

import re
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs.locks import CPU_LOCK, LOCK, ROOT, without_graphics

ANEW = "make the lock files anew: python -m docs.locks"


def entries(path):
    """Return the entries of a lock that this system and this Python need, by their names, each with its hashes."""
    found = {}
    for entry in re.split(r"^(?=\S)", path.read_text(), flags=re.MULTILINE):
        if not entry or entry.startswith("#"):
            continue
        pin, *hashes = re.split(r"\s*\\\n\s*", entry.strip())
        requirement = Requirement(pin)
        if requirement.marker is None or requirement.marker.evaluate():
            name = canonicalize_name(requirement.name)
            assert name not in found
            found[name] = (str(requirement.specifier).removeprefix("=="), hashes)
    return found


def pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def needed():
    """Return the names of all packages that requirements.txt needs here, by what those that are installed say."""
    found, to_do = set(), pinned()
    while to_do:
        requirement = to_do.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in found:
            continue
        found.add((name, extras))
        for line in requires(name) or ():
            below = Requirement(line)
            if below.marker is None or any(below.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                to_do.append(below)
    return {name for name, _ in found}


def test_what_is_pinned_is_locked():
    locked = {name: f"=={one}" for name, (one, _) in entries(LOCK).items()}
    for requirement in pinned():
        name = canonicalize_name(requirement.name)
        assert locked.get(name) == str(requirement.specifier), f"{name}: {ANEW}"


def test_all_that_is_needed_is_locked_and_nothing_else():
    assert set(entries(LOCK)) == needed(), ANEW


def test_the_tests_run_with_the_locked_versions():
    for name, (locked, _) in entries(LOCK).items():
        assert version(name) == locked, f"{name}: {ANEW}"


@pytest.mark.parametrize("path", [LOCK, CPU_LOCK], ids=lambda path: path.name)
def test_every_package_has_its_hashes(path):
    for name, (_, hashes) in entries(path).items():
        assert hashes, name
        for one in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one), (name, one)


def test_without_a_graphics_card_all_but_pytorch_and_its_libraries_is_locked_alike():
    whole, rest = LOCK.read_text().partition("\n")[2], CPU_LOCK.read_text().partition("\n")[2]
    assert rest == without_graphics(whole)
    missing = set(entries(LOCK)) - set(entries(CPU_LOCK))
    assert {"torch", "torchvision"} <= missing
    assert all(re.match("torch|triton|nvidia-|cuda-", name) for name in missing)
    assert not any(re.match("torch|triton|nvidia|cuda", name) for name in entries(CPU_LOCK))


@pytest.mark.parametrize("path", [LOCK, CPU_LOCK], ids=lambda path: path.name)
def test_no_lock_names_a_package_index(path):
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", path.read_text())
