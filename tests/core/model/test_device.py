"""The choice of a device and a number format, on machines that have this and that."""

import pytest
import torch

from mnist_core.events import Started
from mnist_core.model.device import choose_device, choose_precision, why_precision
from mnist_core.training.trainer import train

CPU, CUDA, MPS = map(torch.device, ("cpu", "cuda", "mps"))


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"), [(True, True, CUDA), (True, False, CUDA), (False, True, MPS), (False, False, CPU)]
)
def test_the_fastest_device_there_is_gets_chosen(cuda, mps, chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device() == chosen


@pytest.fixture
def machine(monkeypatch):
    """Make this a machine whose processors are faster in bfloat16, or are not."""

    def make(able, **others):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": able, **others})
        monkeypatch.setattr(
            torch.cuda, "is_bf16_supported", lambda including_emulation=True: able or including_emulation
        )

    return make


@pytest.mark.parametrize("device", [CPU, CUDA])
def test_auto_takes_bfloat16_where_the_processor_is_faster_in_it(device, machine):
    machine(True)
    assert choose_precision("auto", device) == torch.bfloat16
    assert why_precision("auto", device) == why_precision("bfloat16", device) == ""
    machine(False)
    assert choose_precision("auto", device) == torch.float32
    assert why_precision("auto", device).endswith("processor is not faster in bfloat16")


@pytest.mark.parametrize(
    ("name", "able", "chosen"),
    [
        ("AMD EPYC", True, torch.bfloat16),
        ("AMD EPYC", False, torch.float32),
        ("Intel Xeon Processor", True, torch.float32),
    ],
)
def test_bfloat16_in_vectors_is_taken_on_amd_s_processors_alone(name, able, chosen, machine):
    machine(False, avx512_bf16=able, cpu_name=name)
    assert choose_precision("auto", CPU) == chosen
    assert bool(why_precision("auto", CPU)) == (chosen == torch.float32)


def test_a_processor_that_tells_nothing_of_itself_gets_float32(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    assert choose_precision("auto", CPU) == torch.float32


def test_on_mps_auto_is_float32(machine):
    machine(True)
    assert choose_precision("auto", MPS) == torch.float32
    assert why_precision("auto", MPS) == ""


@pytest.mark.parametrize("device", [CPU, CUDA, MPS])
@pytest.mark.parametrize("able", [True, False])
def test_what_is_asked_for_is_taken_and_what_is_to_say_of_it_is_said(device, able, machine):
    machine(able)
    assert choose_precision("float32", device) == torch.float32
    assert why_precision("float32", device) == ""
    assert choose_precision("bfloat16", device) == torch.bfloat16
    said = "" if able or device == MPS else "is not faster in it"
    assert why_precision("bfloat16", device).endswith(said)
    assert bool(why_precision("bfloat16", device)) == bool(said)


def test_a_training_begins_by_saying_it(machine, tiny, mnist):
    machine(False)
    first = next(train(tiny, mnist, device=CPU))
    assert isinstance(first, Started)
    assert (first.precision, first.precision_reason) == ("float32", "this processor is not faster in bfloat16")
