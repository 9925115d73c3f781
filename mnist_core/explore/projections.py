"""Maps of images: many numbers each, drawn as points in two dimensions so that neighbours stay neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.architecture import CLASSES

_KEPT_FOR_TSNE = 50
"""Principal components that t-SNE starts from, as its authors did for MNIST (van der Maaten and Hinton, 2008)."""
_PERPLEXITY = 30
"""About how many neighbours each point keeps; of few rows, a third."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Rows seen along their principal components."""

    points: NDArray[np.float32]
    """(N, K): coordinates along the K components of largest variance, centred."""
    shares: NDArray[np.float32]
    """(K,) falling: each component's share of the whole variance, 0 to 1."""


def pca(rows: NDArray[np.float32], components: int = 2) -> Projection:
    """Project rows (N, F) onto their principal components, by the eigenvectors of their covariance (F, F).

    A component's sign is arbitrary; here its largest weight is positive, so that a map looks the same every time.
    """
    centred = rows - rows.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    main = vectors[:, ::-1][:, :components]
    main = main * np.sign(main[np.abs(main).argmax(0), np.arange(main.shape[1])])
    whole = values.sum()
    shares = values[::-1][:components] / whole if whole > 0 else np.zeros(main.shape[1])
    return Projection((centred @ main).astype(np.float32), np.clip(shares, 0, 1).astype(np.float32))


def tsne(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Place rows (N, F) by t-SNE (van der Maaten, Barnes-Hut-SNE, 2014; scikit-learn's): (N, 2).

    Near neighbours stay near; distances between far groups, and the sizes of groups, mean nothing. It starts from
    the PCA map.

    Args:
        rows: at least four.
    """
    from sklearn.manifold import TSNE

    reduced = pca(rows, _KEPT_FOR_TSNE).points
    method = TSNE(perplexity=min(_PERPLEXITY, len(rows) / 3), init="pca", random_state=0, n_jobs=1)
    placed: NDArray[np.float32] = method.fit_transform(reduced)
    return placed


def neighbours_agree(points: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return, for each digit, the share of its points (N, 2) whose nearest neighbour has the same label: (10,).

    A digit that is absent has 0.
    """
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(points).query(points, k=2)
    # The nearest is the point itself, but where others lie on the same place.
    other = np.where(nearest[:, 0] == np.arange(len(points)), nearest[:, 1], nearest[:, 0])
    same = labels[other] == labels
    return np.bincount(labels, same, minlength=CLASSES) / np.maximum(np.bincount(labels, minlength=CLASSES), 1)
