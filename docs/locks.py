"""Make the lock files anew, from requirements.txt and the versions that are installed: python -m docs.locks

requirements.lock names every package with its version and the SHA-256 of its files, for Linux, macOS and Windows.
requirements-cpu.lock is the same without PyTorch and what its wheel for Linux brings for graphics cards. It asks the
package index through uv, which need not be installed in the app's own environment: `--uv` names it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, CPU_LOCK = ROOT / "requirements.lock", ROOT / "requirements-cpu.lock"
_HEAD = "# All packages of the app{but}: made by `python -m docs.locks`, see docs/deploy.md.\n"
_OF_GRAPHICS_CARDS = re.compile(r"(torch|torchvision|triton|nvidia-.*|cuda-.*)==")


def compile_lock(uv: str) -> str:
    """Return the lines of the lock: what requirements.txt needs, in the versions that are installed here.

    Raises:
        CalledProcessError: uv cannot be started, or finds no versions that go together; it says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        tested = Path(folder) / "tested.txt"
        tested.write_text("".join(f"{found.name}=={found.version}\n" for found in distributions()))
        command = [uv, "pip", "compile", "--no-config", "--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--constraints", str(tested)]
        return subprocess.run(
            [*command, "requirements.txt"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def without_graphics(lock: str) -> str:
    """Return the lines of a lock but for PyTorch, torchvision and the libraries for graphics cards."""
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return "".join(entry for entry in entries if not _OF_GRAPHICS_CARDS.match(entry))


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(prog="python -m docs.locks", description=__doc__)
    parser.add_argument("--uv", default="uv", help="the program uv (default: the one on the PATH)")
    lock = compile_lock(parser.parse_args().uv)
    LOCK.write_text(_HEAD.format(but="") + lock)
    CPU_LOCK.write_text(_HEAD.format(but=" but PyTorch and torchvision") + without_graphics(lock))
    print(f"{LOCK.name} and {CPU_LOCK.name} are written.")


if __name__ == "__main__":
    main()
