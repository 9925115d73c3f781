"""Explore, training and test: does one set look like the other?"""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.data.mnist import Mnist
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.explore.analyses import Findings
from ui.cached import dataset
from ui.explore import analyses
from ui.explore.statistics import digits_html


def show(data: Mnist) -> None:
    """Draw the section."""
    st.markdown(
        "A network is only as good as its training images are like those it meets in use. Are the test images like the "
        "training images?"
    )
    training, test = dataset.part_statistics("training"), dataset.part_statistics("test")
    difference = np.abs(training.means - test.means)
    most = float(difference.max())
    st.html(
        digits_html(
            [("training average", training.means), ("test average", test.means), ("difference", difference / most)]
        )
    )
    digit, row, column = np.unravel_index(difference.argmax(), difference.shape)
    ink = training.mean.mean(), test.mean.mean()
    st.caption(
        f"The difference is shown {1 / most:.0f} times as bright as it is: at most {most:.2f} of white, in the {digit} "
        f"at row {row}, column {column}. An average training pixel has {ink[0]:.1%} of white, an average test pixel "
        f"{ink[1]:.1%}."
    )
    st.markdown("**Can a classifier tell them apart?** One is shown an image and says which set it is from.")
    found = analyses.of_pixels()
    if "halves_count" not in found:
        return
    across, within = _comparison(found, "split"), _comparison(found, "halves")
    guess, apart, control = st.columns(3)
    guess.metric("Guessing", "50.0%", help="Both sets are equally large, so that a coin is right half of the time.")
    apart.metric(
        "Training or test?",
        f"{100 * across.share:.1f}%",
        help="Share of images ascribed to the set they are from, by a classifier that had not seen them.",
    )
    control.metric(
        "One or the other half of the training set?",
        f"{100 * within.share:.1f}%",
        help="The same classifier on two random halves, which do not differ: what chance alone gives.",
    )
    st.caption(_describe_comparison(across, within))


def _comparison(found: Findings, name: str) -> Accuracy:
    return Accuracy(int(found[f"{name}_correct"]), int(found[f"{name}_count"]))


def _describe_comparison(across: Accuracy, within: Accuracy) -> str:
    low, high = across.interval
    if low <= 0.5:
        verdict = "It cannot: what is learned from the training images holds for the test images."
    elif high < 0.6:
        verdict = (
            "It can, but only just: other people wrote the test images, and yet they look almost the same. What is "
            "learned from one set holds for the other."
        )
    else:
        verdict = "It can: the sets differ, and what is learned from one need not hold for the other."
    return (
        f"{verdict} 95% interval {low:.1%} to {high:.1%}, and {within.interval[0]:.1%} to {within.interval[1]:.1%} "
        f"for the halves; {across.count:,} images, five-fold cross-validation of a quadratic discriminant on the 50 "
        "first principal components of the pixels. Your own drawings may differ far more: the Draw page shows it."
    )
