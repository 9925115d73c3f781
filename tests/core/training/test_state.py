import pytest
import torch

from mnist_core.errors import CheckpointError
from mnist_core.training.step import TrainedNetwork


@pytest.fixture
def learner(tiny):
    return TrainedNetwork(tiny.replace(weight_averaging=0.9), torch.device("cpu"))


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.pop("average.output.bias"),
        lambda tensors: tensors.update({"model.output.bias": torch.zeros(9)}),
        lambda tensors: tensors.update({"stranger": torch.zeros(1)}),
        lambda tensors: tensors.update({"optimizer.exp_avg": torch.zeros(2)}),
    ],
)
def test_tensors_of_another_network_are_refused_and_change_nothing(learner, change):
    tensors = learner.tensors()
    change(tensors)
    tensors["model.output.weight"] += 1
    before = learner.trained.get_submodule("output").weight.clone()
    with pytest.raises(CheckpointError, match=r"put config\.json back as it was"):
        learner.restore(tensors)
    assert torch.equal(learner.trained.get_submodule("output").weight, before)
