import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from mnist_core.errors import CheckpointError
from mnist_core.model.card import ModelCard, read_card
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.model.training_data import FineTuningData, TrainingData
from mnist_core.paths import CHECKPOINTS
from tests.support.fine_tuning import TAUGHT, TAUGHT_DATA


def test_a_card_keeps_what_its_network_was_trained_on(tiny, tmp_path):
    path = tmp_path / "taught.safetensors"
    save_checkpoint(path, build_model(tiny), ModelCard(config=tiny, metrics={}, training_data=TAUGHT_DATA))
    assert read_card(path).training_data == read_card(path).trained_on == TAUGHT_DATA


def test_a_card_without_it_is_of_a_network_trained_on_mnist_as_its_settings_say(tiny):
    card = ModelCard(config=tiny, metrics={})
    assert "training_data" not in card.to_metadata()
    assert card.trained_on == TrainingData(mnist=500, held_back=200)
    shipped = read_card(CHECKPOINTS / "best.safetensors")
    assert shipped.training_data is None
    assert shipped.trained_on.last_fine_tuning is None


def test_it_is_said_in_words():
    assert TAUGHT_DATA.describe() == (
        "55,000 images of MNIST, then on 235 drawings mixed with 6,000 images of MNIST (starting from best)"
    )
    assert TAUGHT_DATA.without_last().describe() == "55,000 images of MNIST"
    assert TAUGHT.describe_validation() == "65 drawings kept aside"


@pytest.mark.parametrize(
    "record",
    [
        "[]",
        "{}",
        '{"mnist": 1, "held_back": 1}',
        '{"mnist": true, "held_back": 1, "fine_tunings": []}',
        '{"mnist": 0, "held_back": 0, "fine_tunings": []}',
        '{"mnist": 60001, "held_back": 0, "fine_tunings": []}',
        '{"mnist": 60000, "held_back": 1, "fine_tunings": []}',
        '{"mnist": 1, "held_back": 1, "fine_tunings": [{"start": "best"}]}',
        '{"mnist": 1, "held_back": 1, "fine_tunings": 7}',
        json.dumps(TAUGHT_DATA.to_dict()).replace("0.9963", "NaN"),
        json.dumps(TAUGHT_DATA.to_dict()).replace("235", "-1"),
        json.dumps(TAUGHT_DATA.to_dict()).replace('"best"', "[]"),
    ],
)
def test_a_record_that_somebody_has_edited_is_a_sentence(record, tiny, tmp_path):
    path = tmp_path / "edited.safetensors"
    save_checkpoint(path, build_model(tiny), ModelCard(config=tiny, metrics={}))
    metadata = read_card(path).to_metadata() | {"training_data": record}
    save_file(load_file(path), path, metadata)
    with pytest.raises(CheckpointError, match=r"the description inside edited.safetensors is damaged"):
        read_card(path)


@given(st.text(max_size=200))
def test_any_name_of_a_start_is_short_and_printable(name):
    kept = FineTuningData(start=name, start_test_accuracy=None, learned=1, held_out=1, mixed_in=1).start
    assert len(kept) <= 80
    assert kept.isprintable()
