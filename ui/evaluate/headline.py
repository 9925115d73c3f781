"""The head of the Evaluate page: the figures that people come for."""

from __future__ import annotations

import streamlit as st

from mnist_core.architecture import parameter_count
from mnist_core.background import BackgroundTask
from mnist_core.evaluation.measurement import Measurement
from mnist_core.evaluation.metrics import accuracy, describe_bias_and_variance
from mnist_core.evaluation.predictions import Outputs
from mnist_core.glossary.terms import meaning
from mnist_core.model.card import ModelCard
from ui.cached import dataset
from ui.evaluate import state, waiting
from ui.shared import names, progress


def headline(card: ModelCard, size: int, task: BackgroundTask[Measurement], outputs: Outputs) -> None:
    """Show the figures that people come for, what a taught network learned from, and what both accuracies mean."""
    labels, seen = dataset.mnist().test_labels, task.look()
    measured = seen.result
    test, training = accuracy(outputs, labels), measured.training
    st.html("<style>[data-testid=stMetricValue] { font-size: 1.8rem; }</style>")
    with st.container(horizontal=True, gap="medium"):
        for name, measure, help in (
            (
                "Test accuracy",
                test,
                f"{meaning('test accuracy')} Choose your settings by the validation images, and look here last.",
            ),
            (
                "Training accuracy",
                training,
                f"{meaning('training accuracy')} Of at most 10,000 images of MNIST, by a fixed draw.",
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
            ("Test loss", f"{outputs.loss(labels):.4f}", f"{meaning('loss')} On the test images, in nats; 0 is best."),
            ("Parameters", f"{parameter_count(card.config):,}", "Numbers that training has set."),
            ("File", f"{size / 1e6:.2f} MB", "Size of the file that holds the network."),
            (
                "Per image",
                f"{measured.milliseconds:.1f} ms" if measured.milliseconds else "…",
                "Median time to read one image alone, on this server's processor.",
            ),
        ):
            st.metric(name, value, width="content", help=help)
    if card.trained_on.fine_tunings:
        learned = names.in_markdown(card.trained_on.describe())
        st.caption(f"Trained on {learned}. All figures here are of MNIST.")
    if seen.failed:
        progress.failure(task, seen.failed, state.key("try-again", "rest"))
    elif training and seen.finished:
        st.markdown(describe_bias_and_variance(training, test, card.trained_on))
    else:
        waiting.follow_rest(task)
