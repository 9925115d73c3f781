"""Does one set of images look like another? A classifier tries to tell them apart: if it cannot, they look alike.

The classifier two-sample test (Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, 2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.intervals import Accuracy
from mnist_core.explore.projections import pca
from mnist_core.storage.png import to_brightness

_COMPONENTS = 50
_FOLDS = 5
_SEED = 0


def compare(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Accuracy:
    """Let a classifier tell images (N, 28, 28) of `first` from those of `second`, by five-fold cross-validation.

    Return how many images it ascribes to the set they are from, none of them seen while fitting; guessing gives a share
    of 0.5. Both sets are cut to the size of the smaller one, drawn at random. The classifier is quadratic discriminant
    analysis on the 50 first principal components: the sets may differ in the spread of their digits and not only in
    their means.
    """
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    random = np.random.default_rng(_SEED)
    size = min(len(first), len(second))
    chosen = [part[np.sort(random.choice(len(part), size, replace=False))] for part in (first, second)]
    rows = to_brightness(np.concatenate(chosen).reshape(2 * size, -1))
    truth = np.repeat([0, 1], size)
    classifier = QuadraticDiscriminantAnalysis(reg_param=0.01)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    said = cross_val_predict(classifier, pca(rows, _COMPONENTS).points, truth, cv=folds)
    return Accuracy(int((said == truth).sum()), 2 * size)
