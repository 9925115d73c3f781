import gzip
import hashlib
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import MNIST

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import checksums, load_mnist, split
from mnist_core.errors import DataError
from mnist_core.paths import DATA

ARCHIVES = sorted((DATA / "MNIST" / "raw").glob("*.gz"))


@pytest.fixture
def copy(tmp_path):
    """The shipped archives alone, as in a fresh clone."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for archive in ARCHIVES:
        shutil.copy(archive, raw)
    return tmp_path


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])  # discard: nothing listens there


@pytest.fixture
def mirror(tmp_path_factory, monkeypatch):
    """A local HTTP server in the place of torchvision's mirrors; counts what was fetched."""
    fetched = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            fetched.append(self.path)

    folder = DATA / "MNIST" / "raw"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    # Our archives are compressed at another level, so their own checksums take the place of the published ones.
    sums = {a.name: hashlib.md5(a.read_bytes()).hexdigest() for a in ARCHIVES}
    monkeypatch.setattr(MNIST, "resources", [(name, sums[name]) for name, _ in MNIST.resources])
    yield fetched
    server.shutdown()
    server.server_close()


def test_a_fresh_clone_unpacks_to_the_published_files(copy, no_network):
    data = load_mnist(copy)
    # Independent of our checksums: torchvision reads the same images from the same folder.
    other = MNIST(copy, train=False)
    assert np.array_equal(data.test_images, other.data.numpy())
    assert np.array_equal(data.test_labels, other.targets.numpy())
    assert data.train_images.shape == (60_000, 28, 28)
    assert data.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert isinstance(data.train_images, np.memmap)
    assert not data.train_images.flags.writeable


def test_two_processes_may_unpack_at_once(copy):
    code = f"""
from pathlib import Path
from mnist_core.data.mnist import load_mnist
print(load_mnist(Path({str(copy)!r})).train_images.sum(dtype="int64"))
"""
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(2)]
    sums = {process.communicate()[0] for process in processes}
    assert len(sums) == 1
    assert int(sums.pop()) > 10**9
    assert not list((copy / "MNIST" / "raw").glob(".*"))


def test_a_cut_off_raw_file_is_unpacked_again(copy, no_network):
    load_mnist(copy)
    raw = copy / "MNIST" / "raw" / "t10k-labels-idx1-ubyte"
    raw.write_bytes(raw.read_bytes()[:-1])
    assert load_mnist(copy).test_labels[:3].tolist() == [7, 2, 1]


def test_a_file_damaged_at_equal_size_is_unpacked_again_before_a_training(copy, no_network, caplog):
    load_mnist(copy)
    raw = copy / "MNIST" / "raw" / "t10k-labels-idx1-ubyte"
    flipped = bytearray(raw.read_bytes())
    flipped[-1] ^= 1
    raw.write_bytes(flipped)
    sums = checksums(copy)
    assert sums == {a.stem: hashlib.sha256(gzip.decompress(a.read_bytes())).hexdigest() for a in ARCHIVES}
    assert hashlib.sha256(raw.read_bytes()).hexdigest() == sums[raw.name]
    assert f"{raw} was damaged and is unpacked again" in caplog.messages
    assert len(caplog.messages) == 1


def test_a_damaged_file_that_cannot_be_replaced_is_not_trained_on(copy, no_network):
    load_mnist(copy)
    raw = copy / "MNIST" / "raw" / "train-labels-idx1-ubyte"
    raw.write_bytes(raw.read_bytes()[:8] + bytes(60_000))
    raw.with_suffix(".gz").unlink()
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz is missing"):
        checksums(copy)


def test_opening_the_data_set_hashes_nothing(monkeypatch):
    monkeypatch.setattr("mnist_core.data.mnist.sha256", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr("mnist_core.data.mnist.hashlib", None)
    load_mnist()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:1000]), "is damaged"),
        (lambda path: path.write_bytes(b"not gzip"), "is damaged"),
        (lambda path: path.write_bytes(gzip.compress(b"other")), "has a wrong checksum"),
    ],
)
def test_with_neither_files_nor_network_one_sentence_says_what_to_do(copy, no_network, damage, said):
    damage(copy / "MNIST" / "raw" / "t10k-labels-idx1-ubyte.gz")
    with pytest.raises(DataError, match=f"t10k-labels-idx1-ubyte.gz {said}") as caught:
        load_mnist(copy)
    assert "could not be downloaded" in str(caught.value)
    assert "Put the four files" in str(caught.value)
    assert str(copy) in str(caught.value)


def test_missing_files_are_downloaded(tmp_path, mirror):
    data = load_mnist(tmp_path)
    assert data.test_labels[:3].tolist() == [7, 2, 1]
    assert len(set(mirror)) == 4
    assert not list((tmp_path / "MNIST" / "raw").glob(".*"))
    mirror.clear()
    load_mnist(tmp_path)
    assert not mirror


def test_a_damaged_archive_is_replaced_by_the_download_of_its_content(copy, mirror):
    (copy / "MNIST" / "raw" / "train-labels-idx1-ubyte.gz").write_bytes(b"broken")
    assert load_mnist(copy).train_labels[:3].tolist() == [5, 0, 4]
    assert mirror


def test_splits_are_disjoint_fixed_and_nested():
    small_train, small_validation = split(TrainConfig(train_size=1_000))
    train, validation = split(TrainConfig(train_size=55_000, seed=9, shuffle_seed=9))
    assert len(train) == 55_000
    assert len(validation) == 5_000
    assert not set(train) & set(validation)
    assert np.array_equal(small_validation, validation)
    assert np.array_equal(small_train, train[:1_000])
    assert np.bincount(load_mnist().train_labels[validation], minlength=10).min() > 400
    everything, nothing = split(TrainConfig(train_size=60_000, validation_size=0))
    assert len(set(everything)) == 60_000
    assert len(nothing) == 0


def test_the_shipped_archives_are_those_of_the_readme():
    sums = (DATA / "MNIST" / "raw" / "SHA256SUMS").read_text().split()
    expected = dict(zip(sums[1::2], sums[::2], strict=True))
    assert {a.name: hashlib.sha256(a.read_bytes()).hexdigest() for a in ARCHIVES} == expected
    readme = Path(DATA / "README.md").read_text()
    for archive in ARCHIVES:
        assert hashlib.md5(gzip.decompress(archive.read_bytes())).hexdigest() in readme
