"""What tests of every layer share: the data set, a small configuration, a folder of runs of their own."""

import pytest
from hypothesis import settings

from mnist_core.config import TrainConfig
from mnist_core.data.mnist import load_mnist
from mnist_core.jobs.machine import write_measured
from tests.support.machine import measured

# A busy machine is slow, not wrong.
settings.register_profile("digit-lab", deadline=None)
settings.load_profile("digit-lab")


@pytest.fixture(scope="session", autouse=True)
def known_machine(tmp_path_factory):
    """No test waits for a measurement: what is kept of the machine says that one thread and float32 are fastest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGIT_LAB_MACHINE", str(tmp_path_factory.mktemp("machine") / "machine.json"))
        write_measured(measured())
        yield


@pytest.fixture
def machine_file(tmp_path, monkeypatch):
    """Return the file of a test that writes down other measurements, or none."""
    file = tmp_path / "machine.json"
    monkeypatch.setenv("DIGIT_LAB_MACHINE", str(file))
    write_measured(measured())
    return file


@pytest.fixture(scope="session")
def mnist():
    return load_mnist()


@pytest.fixture
def tiny():
    """Trains in a tenth of a second, and learns something."""
    return TrainConfig(
        filters=(4,),
        kernel_sizes=(3,),
        dense=(),
        learning_rate=0.01,
        batch_size=50,
        epochs=2,
        train_size=500,
        validation_size=200,
    )


@pytest.fixture
def endless(tiny):
    """Trains for minutes unless it is stopped, in short epochs."""
    return tiny.replace(batch_size=1, epochs=200)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    folder = tmp_path / "runs"
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(folder))
    return folder
