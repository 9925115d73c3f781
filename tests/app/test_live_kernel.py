"""The arithmetic that is shipped to browsers is what its text says."""

from pathlib import Path

import wasmtime

LIVE = Path(__file__).resolve().parents[2] / "ui" / "live"


def test_the_kernel_is_assembled_from_its_text():
    assert wasmtime.wat2wasm((LIVE / "kernel.wat").read_text()) == (LIVE / "kernel.wasm").read_bytes()
