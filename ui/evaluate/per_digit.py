"""Each digit's precision, recall, F1 and support."""

from __future__ import annotations

import streamlit as st

from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.metrics import DigitScore
from mnist_core.glossary.terms import meaning


def show(measured: Measurement) -> None:
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
            "Precision (%)": st.column_config.NumberColumn(format="%.2f", help=meaning("precision")),
            "Recall (%)": st.column_config.NumberColumn(format="%.2f", help=meaning("recall")),
            "F1 (%)": st.column_config.NumberColumn(
                format="%.2f", help="Precision and recall in one number: their harmonic mean."
            ),
            "Support": st.column_config.NumberColumn(help="Test images that show this digit."),
        },
    )
    st.caption(f"{describe_digits(scores)} Click a column's name to sort.")


def describe_digits(scores: list[DigitScore]) -> str:
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
