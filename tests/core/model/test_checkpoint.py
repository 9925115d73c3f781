import json
from dataclasses import asdict

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError
from mnist_core.model.card import FORMAT, LARGEST_FILE, ModelCard, read_card, versions
from mnist_core.model.checkpoint import load_checkpoint, save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.training.state import load_state, save_state
from mnist_core.training.trainer import TrainingState
from tests.support.events import epoch

CONFIG = TrainConfig(filters=(4,), kernel_sizes=(3,), dense=(), batch_norm=True)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    card = ModelCard(config=CONFIG, metrics={"test_accuracy": 0.9}, epochs=[epoch(1)], versions=versions())
    save_checkpoint(path, build_model(CONFIG), card)
    return path


def test_a_checkpoint_rebuilds_its_own_model(path):
    model, card = load_checkpoint(path)
    images = torch.rand(3, 1, 28, 28)
    assert torch.equal(model(images), build_model(CONFIG).eval()(images))
    assert not model.training
    assert card.config == CONFIG
    assert card.metrics == {"test_accuracy": 0.9}
    assert card.epochs == [epoch(1)]
    assert card.versions["torch"].startswith("2.")


@given(cut=st.floats(0, 0.999))
def test_a_cut_off_checkpoint_is_a_sentence(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    whole = folder / "whole.safetensors"
    save_checkpoint(whole, build_model(CONFIG), ModelCard(config=CONFIG, metrics={}))
    content = whole.read_bytes()
    short = folder / "short.safetensors"
    short.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(CheckpointError, match=r"short.safetensors is not a safetensors file or is cut off"):
        load_checkpoint(short)


def retold(path, **changes):
    """The checkpoint again, with some metadata replaced."""
    metadata = read_card(path).to_metadata() | changes
    save_file(load_file(path), path, metadata)
    return path


def test_what_is_no_checkpoint_is_a_sentence(tmp_path, path):
    with pytest.raises(CheckpointError, match="No such file"):
        load_checkpoint(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match="is a folder"):
        load_checkpoint(tmp_path)
    foreign = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(2)}, foreign)
    with pytest.raises(CheckpointError, match=f"expected the format {FORMAT!r}, received None"):
        load_checkpoint(foreign)


@pytest.mark.parametrize(
    "change",
    [
        {"config": "{"},
        {"config": "[" * 100_000},
        {"metrics": f'{{"step": 1{"0" * 400}}}'},
        {"epochs": "[" * 100_000},
        {"epochs": '[{"epoch": 1}]'},
        {"epochs": json.dumps([asdict(epoch(1)) | {"train_loss": "<script>"}])},
        {"epochs": '[{"kind": "failed", "reason": "none"}]'},
        {"epochs": "[1]"},
    ],
    ids=["cut", "brackets", "400 digits", "brackets in epochs", "cut epoch", "text", "no epoch", "number"],
)
def test_a_damaged_description_is_a_sentence(path, change):
    with pytest.raises(CheckpointError, match="description inside"):
        load_checkpoint(retold(path, **change))


def test_a_checkpoint_with_an_impossible_network_is_a_sentence(path):
    config = json.dumps(CONFIG.to_dict() | {"filters": [10_000]})
    with pytest.raises(CheckpointError, match=r"cannot be built: each of filters must be"):
        load_checkpoint(retold(path, config=config))


def test_a_checkpoint_with_other_weights_than_its_network_has_is_a_sentence(path):
    config = json.dumps(CONFIG.to_dict() | {"filters": [5]})
    with pytest.raises(CheckpointError, match="do not fit its own configuration: conv1\\.weight"):
        load_checkpoint(retold(path, config=config))


def test_weights_that_are_no_numbers_are_refused(path):
    tensors = load_file(path)
    tensors["output.bias"][0] = float("nan")
    save_file(tensors, path, read_card(path).to_metadata())
    with pytest.raises(CheckpointError, match="not a number"):
        load_checkpoint(path)


def test_an_oversized_file_is_refused_unread(tmp_path):
    large = tmp_path / "large.safetensors"
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)  # sparse: takes no space
    with pytest.raises(CheckpointError, match="at most 64 MB"):
        read_card(large)


def test_a_state_survives_a_round_trip_and_damage_is_a_sentence(tmp_path):
    path = tmp_path / "state.safetensors"
    save_state(path, TrainingState({"model.a": torch.rand(2)}, epoch=3, seconds=1.25))
    state = load_state(path)
    assert (state.epoch, state.seconds, list(state.tensors)) == (3, 1.25, ["model.a"])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="cannot be resumed"):
        load_state(path)


@pytest.mark.parametrize("losses", ["[" * 100_000, f"[1{'0' * 400}]"], ids=["brackets", "400 digits"])
def test_a_damaged_position_in_a_state_is_a_sentence(tmp_path, losses):
    path = tmp_path / "state.safetensors"
    save_file({"model.a": torch.rand(2)}, path, {"epoch": "3", "seconds": "1.25", "losses": losses})
    with pytest.raises(CheckpointError, match="cannot be resumed"):
        load_state(path)
