"""MNIST as memory-mapped uint8 arrays that every process shares, unpacked, checked and if need be fetched. No torch.

The four IDX files are LeCun's, Cortes's and Burges's (http://yann.lecun.com/exdb/mnist/); their MD5 sums below are the
published ones.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.errors import DataError
from mnist_core.files import sha256, write_atomically

ROOT = Path(__file__).resolve().parent.parent / "data"
SPLIT_SEED = 28  # one shuffle for all runs, so that their validation images are the same and can be compared

_FILES: dict[str, tuple[str, tuple[int, ...]]] = {
    "train-images-idx3-ubyte": ("6bbc9ace898e44ae57da46a324031adb", (60_000, 28, 28)),
    "train-labels-idx1-ubyte": ("a25bea736e30d166cdddb491f175f624", (60_000,)),
    "t10k-images-idx3-ubyte": ("2646ac647ad5339dbf082846283269ea", (10_000, 28, 28)),
    "t10k-labels-idx1-ubyte": ("27ae3e4e09519cfbb04c329615203637", (10_000,)),
}


@dataclass(frozen=True, slots=True)
class Mnist:
    """The data set: images (N, 28, 28) uint8, white on black, and labels (N,) uint8, all read-only."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]


def load_mnist(root: Path = ROOT) -> Mnist:
    """Open MNIST under `root`/MNIST/raw; unpack the shipped archives on first use, or download what is missing.

    Two processes may do so at once: each file appears whole, by renaming.

    Raises:
        DataError: the files are missing or damaged and cannot be fetched; says which, why and what to do.
    """
    raw = root / "MNIST" / "raw"
    problems: list[str] = []
    for name in _FILES:
        try:
            _ensure(raw, name)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            problems.append(f"{name}.gz {_reason(error)}")
    if problems:
        _download(raw, problems)
    arrays = [_map(raw / name, shape) for name, (_, shape) in _FILES.items()]
    return Mnist(*arrays)


@dataclass(frozen=True, slots=True)
class Examples:
    """What one training learns from and is measured on: images (N, 28, 28) uint8, labels (N,) uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    validation_images: NDArray[np.uint8]
    validation_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]


def examples(data: Mnist, config: TrainConfig) -> Examples:
    """Return MNIST's images as `config` splits them."""
    learned, kept_back = split(config)
    return Examples(
        data.train_images[learned],
        data.train_labels[learned],
        data.train_images[kept_back],
        data.train_labels[kept_back],
        data.test_images,
        data.test_labels,
    )


@functools.cache
def checksums(root: Path = ROOT) -> dict[str, str]:
    """Return the SHA-256 of each of the four files under `root`/MNIST/raw, as a run records what it was trained on.

    Raises:
        OSError: `load_mnist` has not put them there.
    """
    return {name: sha256(root / "MNIST" / "raw" / name) for name in _FILES}


def split(config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the training and of the validation images, (train_size,) and (validation_size,).

    The validation images are the last of one fixed shuffle and the training images the first, so that runs with the
    same validation_size are measured on the same images, and a larger training set contains the smaller one.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(TRAINING_IMAGES)
    return order[: config.train_size], order[len(order) - config.validation_size :]


def _header(shape: tuple[int, ...]) -> bytes:
    """IDX: two zero bytes, the type (8: unsigned byte), the number of dimensions, each size as big-endian uint32."""
    return bytes((0, 0, 8, len(shape))) + b"".join(n.to_bytes(4, "big") for n in shape)


def _is_whole(path: Path, shape: tuple[int, ...]) -> bool:
    # The checksum is verified when the file is written; on every load, size and header tell a cut or foreign file.
    header = _header(shape)
    if not path.is_file() or path.stat().st_size != len(header) + int(np.prod(shape)):
        return False
    with path.open("rb") as file:
        return file.read(len(header)) == header


def _ensure(raw: Path, name: str) -> None:
    md5, shape = _FILES[name]
    if _is_whole(raw / name, shape):
        return
    content = gzip.decompress((raw / f"{name}.gz").read_bytes())
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise ValueError("has a wrong checksum")
    write_atomically(raw / name, content)


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "is missing"
        case PermissionError():
            return f"cannot be read or unpacked (no permission for {error.filename})"
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            return "is damaged"
        case _:
            return str(error) if isinstance(error, ValueError) else f"cannot be unpacked ({error.strerror})"  # type: ignore[attr-defined]


def _download(raw: Path, problems: list[str]) -> None:
    from torchvision.datasets import MNIST

    found = f"MNIST is not complete in {raw}: {', '.join(problems)}"
    try:
        raw.mkdir(parents=True, exist_ok=True)
        # torchvision downloads beside our archives, whose compression differs from its own; so: elsewhere, then move.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=raw) as folder:
            MNIST(folder, download=True)
            for name, (md5, _) in _FILES.items():
                content = (Path(folder) / "MNIST" / "raw" / name).read_bytes()
                if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
                    raise DataError(f"{found}. The download of {name} has a wrong checksum: try again later.")
                write_atomically(raw / name, content)
    except (OSError, RuntimeError, EOFError, zlib.error) as error:
        raise DataError(
            f"{found}; and it could not be downloaded ({' '.join(str(error).split())}). "
            f"Put the four files {', '.join(f'{name}.gz' for name in _FILES)} into {raw} and try again."
        ) from error


def _map(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.memmap(path, dtype=np.uint8, mode="r", offset=len(_header(shape)), shape=shape)
