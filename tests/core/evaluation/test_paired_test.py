import pytest
from scipy.stats import binomtest

from mnist_core.evaluation.paired_test import paired
from tests.support.predictions import LABELS, OUTPUTS, TABLE, outputs_of


def test_the_images_that_only_one_reads_right():
    other = outputs_of(
        [(true, true if i in (0, 1, 7) else (true + 1) % 10, 90) for i, (true, _, _) in enumerate(TABLE)]
    )
    found = paired(OUTPUTS, other, LABELS)
    assert found.both.tolist() == [0]
    assert found.only_first.tolist() == [3, 4, 6, 8, 9]
    assert found.only_second.tolist() == [1, 7]
    assert found.neither.tolist() == [2, 5]
    assert found.p == pytest.approx(binomtest(5, 7).pvalue)
    assert "5 images are read right by A alone and 2 by B alone" in found.describe("A", "B")
    assert "do not tell which is better" in found.describe("A", "B")


def test_the_better_one_is_named():
    right = outputs_of([(true, true, 90) for true, _, _ in TABLE])
    wrong = outputs_of([(true, (true + 1) % 10, 90) for true, _, _ in TABLE])
    assert paired(wrong, right, LABELS).describe("A", "B").endswith("probability 0.002: B is better.")
    assert paired(right, right, LABELS).p == 1
    assert "A and B read the very same images right" in paired(right, right, LABELS).describe("A", "B")
