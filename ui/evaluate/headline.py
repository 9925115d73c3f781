"""The sections of the Evaluate page that show one network: its figures, its confusions, its digits, its mistakes."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.architecture import parameter_count
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.metrics import (
    DISPUTED,
    DigitScore,
    accuracy,
    bias_and_variance,
    cell,
    confusion_matrix,
    mistakes,
    most_frequent_mistake,
    on_most_frequent_mistake,
)
from mnist_core.evaluation.predictions import Outputs
from mnist_core.figures.evaluation import confusion_figure
from mnist_core.formatting import PLURALS, with_article
from mnist_core.model.card import ModelCard
from ui.cached import dataset
from ui.evaluate import gallery, state, waiting

_MATRIX_HEIGHT = 400
"""CSS pixels."""


def headline(card: ModelCard, size: int, measured: Measurement, outputs: Outputs) -> None:
    """Show the figures that people come for, and training against test accuracy in words."""
    labels = dataset.mnist().test_labels
    test, training = accuracy(outputs, labels), measured.training
    st.html("<style>[data-testid=stMetricValue] { font-size: 1.8rem; }</style>")
    with st.container(horizontal=True, gap="medium"):
        for name, measure, help in (
            (
                "Test accuracy",
                test,
                "Share of the 10,000 test images that it reads right. It has never seen them: choose your settings by "
                "the validation images, and look here last.",
            ),
            (
                "Training accuracy",
                training,
                "Share of the images it learned from that it reads right; of at most 10,000 of them, by a fixed draw.",
            ),
        ):
            low, high = measure.interval if measure else (0, 0)
            st.metric(
                name,
                f"{measure.share:.2%}" if measure else "…",
                f"{low:.2%} to {high:.2%}" if measure else "…",
                delta_color="off",
                delta_arrow="off",
                width="content",
                help=f"{help} Below it, the 95% interval (Wilson).",
            )
        for name, value, help in (
            ("Test loss", f"{outputs.loss(labels):.4f}", "Mean cross-entropy on the test images, in nats; 0 is best."),
            ("Parameters", f"{parameter_count(card.config):,}", "Numbers that training has set."),
            ("File", f"{size / 1e6:.2f} MB", "Size of the file that holds the network."),
            (
                "Per image",
                f"{measured.milliseconds:.1f} ms" if measured.milliseconds else "…",
                "Median time to read one image alone, on this server's processor.",
            ),
        ):
            st.metric(name, value, width="content", help=help)
    if measured.error:
        st.error(f"{measured.error}.")
    elif training and measured.done:
        st.markdown(bias_and_variance(training, test))
    else:
        waiting.follow_rest(measured)


@st.fragment
def confusion(outputs: Outputs, content: str) -> None:
    """Show the confusion matrix and the images of the cell that was clicked last.

    Args:
        content: what the network is known by; the charts of two networks are two charts.
    """
    labels = dataset.mnist().test_labels
    matrix = confusion_matrix(labels, outputs.predicted)
    worst = most_frequent_mistake(matrix)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        true, read = picked = state.cell() or (worst[:2] if worst else (0, 0))
        _matrix(matrix, picked, content)
    with right:
        verdict = "rightly read" if true == read else "read"
        st.markdown(f"**{PLURALS[true].capitalize()} that are {verdict} as {read}**")
        found = cell(outputs, labels, true, read)
        if len(found):
            gallery.show(f"{content}.{true}.{read}", found, partial(gallery.thought, outputs))
        else:
            st.caption(f"None of the {matrix[true].sum():,} {PLURALS[true]} is read as {read}.")


def _matrix(matrix: NDArray[np.int64], picked: tuple[int, int], content: str) -> None:
    """Draw the matrix, in which a cell can be clicked, and say what its most frequent mistake is."""
    key = f"digit-lab.evaluate.confusion.{content}"

    def take() -> None:
        if groups := st.session_state[key]["selection"]["selected"]:
            state.set_cell(*divmod(groups[0]["data_indices"][0], 10))

    chart, words = st.container(), st.container()
    shown = st.segmented_control(
        "Numbers",
        ["images", "per cent of the row"],
        default="images",
        required=True,
        key="digit-lab.evaluate.numbers",
        persist_state="session",
        label_visibility="collapsed",
        help="Counts, or shares of all the images of that true digit.",
    )
    chart.echarts_chart(
        confusion_figure(matrix, shares=shown != "images", picked=picked),
        key=key,
        alt="Confusion matrix",
        height=_MATRIX_HEIGHT,
        on_select=take,
    )
    words.caption(
        f"{on_most_frequent_mistake(matrix)} The diagonal, where it is right, is grey. Click a cell to see its images."
    )


def digits(measured: Measurement) -> None:
    """Show each digit's precision, recall, F1 and support."""
    scores = measured.scores
    if scores is None:
        st.info("The figures are being counted.")
        return
    st.dataframe(
        {
            "Digit": [score.digit for score in scores],
            "Precision (%)": [_percent(score.precision) for score in scores],
            "Recall (%)": [_percent(score.recall) for score in scores],
            "F1 (%)": [_percent(score.f1) for score in scores],
            "Support": [score.support for score in scores],
        },
        hide_index=True,
        width=640,
        column_config={
            "Precision (%)": st.column_config.NumberColumn(
                format="%.2f", help="Of the images read as this digit, the share that show it."
            ),
            "Recall (%)": st.column_config.NumberColumn(
                format="%.2f", help="Of the images that show this digit, the share read as it."
            ),
            "F1 (%)": st.column_config.NumberColumn(
                format="%.2f", help="Precision and recall in one number: their harmonic mean."
            ),
            "Support": st.column_config.NumberColumn(help="Test images that show this digit."),
        },
    )
    st.caption(f"{on_digits(scores)} Click a column's name to sort.")


def on_digits(scores: list[DigitScore]) -> str:
    """Say which digit is missed most often, and which answer is to be trusted least."""
    missed = {s.digit: (1 - s.recall, s.support) for s in scores if s.recall is not None}
    wrong = {s.digit: 1 - s.precision for s in scores if s.precision is not None}
    if not any(share for share, _ in missed.values()):
        return "No digit is missed, and every answer is right."
    hardest, doubtful = max(missed, key=lambda d: missed[d]), max(wrong, key=lambda d: wrong[d])
    share, support = missed[hardest]
    never = ", ".join(str(s.digit) for s in scores if s.precision is None)
    return (
        f"The digit most often missed is the {hardest}: {share:.2%} of its {support:,} images are read as something "
        f"else. The answer least to be trusted is “{doubtful}”: {wrong[doubtful]:.2%} of what is read so is another "
        "digit." + (f" Never read: {never}." if never else "")
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


@st.fragment
def wrong(outputs: Outputs, content: str) -> None:
    """Show the misread images, the surest first, by true digit and digit read."""
    labels = dataset.mnist().test_labels
    every = mistakes(outputs, labels)
    chosen = []
    with st.container(horizontal=True, gap="medium"):
        for name, label, help in (
            ("true", "True digit", "Only images with this label."),
            ("read", "Read as", "Only images in which the network reads this digit."),
        ):
            chosen.append(
                st.selectbox(
                    label,
                    [None, *range(10)],
                    format_func=lambda digit: "any" if digit is None else str(digit),
                    key=f"digit-lab.evaluate.{name}",
                    persist_state="session",
                    width=140,
                    help=help,
                )
            )
    found = mistakes(outputs, labels, *chosen)
    if not len(found):
        st.caption(f"None of its {len(every):,} mistakes is of this kind.")
        return
    disputed = int((outputs.confidence[found] >= DISPUTED).sum())
    st.markdown(
        f"**{len(found):,}** of its {len(every):,} mistakes, the surest first."
        + (
            f" It is at least {DISPUTED:.0%} sure of {disputed:,} of them (★): labels that people might dispute. "
            "Would you have read them as the label says?"
            if disputed
            else ""
        )
    )

    def caption(image: int) -> str:
        star = " ★" if outputs.confidence[image] >= DISPUTED else ""
        return f"{with_article(labels[image])}, {gallery.thought(outputs, image)}{star}"

    gallery.show(f"{content}.wrong.{chosen[0]}.{chosen[1]}", found, caption)
