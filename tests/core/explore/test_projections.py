import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.explore.projections import neighbours_agree, pca, tsne


@given(st.integers(0, 1000))
def test_pca_is_numpys_singular_value_decomposition(seed):
    rows = np.random.default_rng(seed).normal(size=(40, 6)).astype(np.float32) * [9, 5, 3, 2, 1, 0.5]
    found = pca(rows.astype(np.float32), 3)
    centred = rows - rows.mean(0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    expected = left[:, :3] * singular[:3]
    signs = np.sign((expected * found.points).sum(0))
    np.testing.assert_allclose(found.points, expected * signs, atol=1e-2)
    np.testing.assert_allclose(found.shares, (singular**2 / (singular**2).sum())[:3], atol=1e-4)


def test_equal_rows_lie_on_one_point():
    found = pca(np.ones((5, 4), np.float32))
    assert not found.points.any()
    assert not found.shares.any()


def test_tsne_keeps_two_clouds_apart_and_repeats_itself():
    random = np.random.default_rng(1)
    rows = np.concatenate([random.normal(0, 1, (30, 8)), random.normal(20, 1, (30, 8))]).astype(np.float32)
    labels = np.repeat([3, 8], 30).astype(np.uint8)
    placed = tsne(rows)
    assert placed.shape == (60, 2)
    agreement = neighbours_agree(placed, labels)
    assert (agreement[[3, 8]] == 1).all()
    assert agreement[0] == 0
    np.testing.assert_array_equal(tsne(rows), placed)


def test_agreement_is_the_share_of_neighbours_with_the_same_label():
    points = np.array([[0, 0], [1, 0], [5, 0], [5.5, 0]], np.float32)
    agreement = neighbours_agree(points, np.array([1, 1, 1, 2], np.uint8))
    assert agreement[1] == 2 / 3
    assert agreement[2] == 0


def test_of_points_on_the_same_place_each_has_the_other_for_its_neighbour():
    points = np.repeat(np.arange(10, dtype=np.float32), 2)[:, None] * [10, 0]
    assert (neighbours_agree(points, np.tile([3, 8], 10).astype(np.uint8)) == 0).all()
