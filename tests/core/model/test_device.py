"""The choice of a device, on machines that have this and that."""

import pytest
import torch

from mnist_core.model.device import choose_device, number_format

CPU, CUDA, MPS = map(torch.device, ("cpu", "cuda", "mps"))


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"), [(True, True, CUDA), (True, False, CUDA), (False, True, MPS), (False, False, CPU)]
)
def test_the_fastest_device_there_is_gets_chosen(cuda, mps, chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device() == chosen


def test_without_a_measurement_auto_is_float32():
    assert number_format("auto") == number_format("float32") == torch.float32
    assert number_format("bfloat16") == torch.bfloat16
