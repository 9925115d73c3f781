"""Screen 8: high bias and high variance, told from the visitor's own curves."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.figures.training import accuracy_figure
from mnist_core.runs.run import Run
from ui.cached import run_records
from ui.live.curve_sentences import describe_accuracy
from ui.shared import diagnosis_card, names, panels, visitor
from ui.story import columns, state

_PRESETS = (
    ("underfit", "Train one that is too simple", "A single linear layer: high bias."),
    ("overfit", "Train one on 300 images", "It learns them by heart: high variance."),
)
_OFFERED = 12


def show(_: object) -> None:
    """Draw the screen."""
    text, curves = columns.text_and_live()
    with text:
        st.markdown(
            "How good is a network on images that it **has not seen**? For this some images are set aside, the **test "
            "images**. Two things can go wrong:\n\n"
            "- **High bias**: it is poor even on the images it learned from. A larger network or a longer training "
            "may help; more images will not.\n"
            "- **High variance**: good on those, much poorer on new ones. It has learned by heart. **Regularisation** "
            "helps, and so do **more images**.\n\n"
            "See both happen. Each training takes about ten seconds."
        )
        for name, label, hint in _PRESETS:
            if st.button(label, icon=":material/model_training:", key=state.key("preset", name), help=hint):
                st.switch_page("pages/4_Train.py", query_params={"preset": name})
    with curves:
        _own_curves()


def _own_curves() -> None:
    runs = {run.id: run for run in run_records.runs_of(visitor.asker().owner, _OFFERED) if _reports(run)}
    if not runs:
        st.info("Your own curves will stand here: you have not trained yet.")
        return
    called = dict(zip(runs, names.names_of(list(runs.values())), strict=True))
    chosen = st.selectbox("Your run", list(runs), format_func=called.__getitem__, key=state.key("run"), width=360)
    run = runs[chosen]
    history = run_records.reader(run).read()
    panels.lines(accuracy_figure(history, 0.6), state.key("curves"), 250)
    try:
        tuned = run_records.described(run).trained_on.last_fine_tuning
    except RunError as error:
        st.caption(names.in_markdown(error.sentence))
        return
    st.caption(describe_accuracy(history, tuned))
    if found := diagnosis_card.diagnosis(run, history):
        st.markdown(f"**{found.verdict[0].upper()}{found.verdict[1:]}.** {found.why}")


def _reports(run: Run) -> bool:
    return bool(run_records.reader(run).read().steps)
