"""MNIST as memory-mapped uint8 arrays that every process shares, unpacked, checked and if need be fetched. No torch.

The four IDX files are LeCun's, Cortes's and Burges's (http://yann.lecun.com/exdb/mnist/). Their SHA-256 sums below are
of the files with the published MD5 sums, which data/README.md has.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import logging
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.errors import DataError
from mnist_core.paths import ARCHIVES, DATA
from mnist_core.storage.atomic import sha256, write_atomically

SPLIT_SEED = 28  # one shuffle for all runs, so that their validation images are the same and can be compared

_FILES: dict[str, tuple[str, tuple[int, ...]]] = {
    "train-images-idx3-ubyte": ("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", (60_000, 28, 28)),
    "train-labels-idx1-ubyte": ("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", (60_000,)),
    "t10k-images-idx3-ubyte": ("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", (10_000, 28, 28)),
    "t10k-labels-idx1-ubyte": ("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", (10_000,)),
}


@dataclass(frozen=True, slots=True)
class Mnist:
    """The data set: images (N, 28, 28) uint8, white on black, and labels (N,) uint8, all read-only."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]


def load_mnist(root: str | Path = DATA) -> Mnist:
    """Open MNIST under `root`/MNIST/raw; unpack the shipped archives on first use, or download what is missing.

    Two processes may do so at once: each file appears whole, by renaming.

    Raises:
        DataError: the files are missing or damaged and cannot be fetched; says which, why and what to do.
    """
    raw = Path(root) / "MNIST" / "raw"
    problems: list[str] = []
    for name in _FILES:
        try:
            _ensure(raw, name)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            problems.append(f"{name}.gz {_describe_reason(error)}")
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
def checksums(root: str | Path = DATA) -> dict[str, str]:
    """Return the SHA-256 of each of the four files under `root`/MNIST/raw, as a run records what it was trained on.

    All are read for it, which takes a moment, once in a process. One that does not have its known sum is replaced
    before, as if it were missing, and a warning logged: ask for the sums first, then for the images.

    Raises:
        DataError: the files are missing or damaged and cannot be replaced; says which, why and what to do.
    """
    raw = Path(root) / "MNIST" / "raw"
    load_mnist(root)
    for name, (known, _) in _FILES.items():
        try:
            if sha256(raw / name) != known:
                logging.getLogger(__name__).warning("%s was damaged and is unpacked again", raw / name)
                (raw / name).unlink(missing_ok=True)
        except OSError as error:
            raise DataError(
                f"{raw / name} cannot be read or is damaged and cannot be replaced ({error.strerror}): "
                "make its folder readable and writable"
            ) from error
    load_mnist(root)
    return {name: known for name, (known, _) in _FILES.items()}


def split(config: TrainConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the training and of the validation images, (train_size,) and (validation_size,).

    The validation images are the last of one fixed shuffle and the training images the first, so that runs with the
    same validation_size are measured on the same images, and a larger training set contains the smaller one.
    """
    return split_by_counts(config.train_size, config.validation_size)


def split_by_counts(train_size: int, validation_size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what `split` does, given the two counts."""
    order = np.random.default_rng(SPLIT_SEED).permutation(TRAINING_IMAGES)
    return order[:train_size], order[len(order) - validation_size :]


def _header(shape: tuple[int, ...]) -> bytes:
    """Return an IDX header: two zeros, the type (8: unsigned byte), how many sizes, each size as big-endian uint32."""
    return bytes((0, 0, 8, len(shape))) + b"".join(n.to_bytes(4, "big") for n in shape)


def _is_whole(path: Path, shape: tuple[int, ...]) -> bool:
    # Checksums are verified when the file is written, and by `checksums`: on every load they would take too long.
    header = _header(shape)
    if not path.is_file() or path.stat().st_size != len(header) + int(np.prod(shape)):
        return False
    with path.open("rb") as file:
        return file.read(len(header)) == header


def _ensure(raw: Path, name: str) -> None:
    known, shape = _FILES[name]
    if _is_whole(raw / name, shape):
        return
    content = gzip.decompress(_archive(raw, name).read_bytes())
    if hashlib.sha256(content).hexdigest() != known:
        raise ValueError("has a wrong checksum")
    raw.mkdir(parents=True, exist_ok=True)
    write_atomically(raw / name, content)


def _archive(raw: Path, name: str) -> Path:
    """Return the archive beside the file, or the shipped one: an installed package unpacks into another folder."""
    beside, shipped = raw / f"{name}.gz", ARCHIVES / f"{name}.gz"
    return shipped if raw == DATA / "MNIST" / "raw" and not beside.exists() else beside


def _describe_reason(error: Exception) -> str:
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
            for name, (known, _) in _FILES.items():
                content = (Path(folder) / "MNIST" / "raw" / name).read_bytes()
                if hashlib.sha256(content).hexdigest() != known:
                    raise DataError(f"{found}. The download of {name} has a wrong checksum: try again later.")
                write_atomically(raw / name, content)
    except (OSError, RuntimeError, EOFError, zlib.error) as error:
        raise DataError(
            f"{found}; and it could not be downloaded ({' '.join(str(error).split())}). "
            f"Put the four files {', '.join(f'{name}.gz' for name in _FILES)} into {raw} and try again, or "
            "set DIGIT_LAB_DATA to a folder that can be written."
        ) from error


def _map(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.memmap(path, dtype=np.uint8, mode="r", offset=len(_header(shape)), shape=shape)
