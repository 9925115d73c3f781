"""The hard images: how they are chosen, and that the recorded ones are what the command records."""

import numpy as np
import pytest

from mnist_core.__main__ import main
from mnist_core.errors import CheckpointError
from mnist_core.evaluation.hard_images import COUNT, FILE, MOST_A_DIGIT, hardest, recorded


def test_the_least_certain_that_are_read_right_come_first_and_at_most_two_a_digit():
    labels = np.array([0, 0, 0, 0, 1, 1], np.uint8)
    sure = [0.9, 0.6, 0.7, 0.4, 0.8, 0.3]
    probabilities = np.full((6, 10), 0.01)
    for i, share in enumerate(sure):
        probabilities[i, labels[i]] = share
    probabilities[5, 7] = 0.5  # read wrong
    assert [one.index for one in hardest(probabilities, labels)] == [3, 1, 4]
    assert [one.probability for one in hardest(probabilities, labels)] == [0.4, 0.6, 0.8]


def test_the_recorded_images_are_those_that_the_command_records(tmp_path, mnist, capsys):
    assert main(["hard-images", "--output", str(tmp_path / "again.json")]) == 0
    assert recorded(tmp_path / "again.json") == recorded()
    assert (tmp_path / "again.json").read_text() == FILE.read_text()
    assert capsys.readouterr().out.count("test image") == COUNT == len(recorded())
    labels = [one.label for one in recorded()]
    assert labels == [int(mnist.test_labels[one.index]) for one in recorded()]
    assert max(labels.count(label) for label in labels) == MOST_A_DIGIT


@pytest.mark.parametrize("content", ["", "[]", '{"images": [{}]}', '{"images": 1}', "\x00"])
def test_a_damaged_file_is_a_sentence(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(CheckpointError, match="hard-images makes it anew"):
        recorded(tmp_path / "x.json")
    with pytest.raises(CheckpointError, match="is missing"):
        recorded(tmp_path / "gone.json")
