"""Networks by the content of their files: what is kept of a network's reading is never another one's."""

import shutil

import pytest

from mnist_core.errors import CheckpointError
from mnist_core.paths import CHECKPOINTS
from mnist_core.storage.atomic import sha256
from ui.cached.models import load_content


def test_a_file_that_was_saved_anew_is_not_taken_for_what_it_was(tmp_path):
    path = tmp_path / "snapshot.safetensors"
    shutil.copy(CHECKPOINTS / "notebook.safetensors", path)
    content = sha256(path)
    assert load_content(path, content).config.filters == (32, 32, 64)
    shutil.copy(CHECKPOINTS / "best.safetensors", path)
    with pytest.raises(CheckpointError, match="was saved anew or deleted while it was read: reload the page"):
        load_content(path, content)
