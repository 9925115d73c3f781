"""page(title): the first call of every page: page config, navigation, the model in hand, what is running."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import DigitLabError, RunError
from mnist_core.untrusted_text import SHORT, clean
from ui.cached import models, run_records, sweep_records
from ui.components import phone_menu, preload_charts
from ui.live import glossary, views
from ui.shared import lesson_strip, names, seat, session, storage_notice, teacher
from ui.shared.warm_up import warm_up

PAGES = (
    ("home.py", "Home", ":material/home:"),
    ("pages/1_Lessons.py", "Lessons", ":material/school:"),
    ("pages/2_Story.py", "Story", ":material/auto_stories:"),
    ("pages/3_Explore.py", "Explore", ":material/grid_view:"),
    ("pages/4_Train.py", "Train", ":material/model_training:"),
    ("pages/5_Evaluate.py", "Evaluate", ":material/fact_check:"),
    ("pages/6_Draw.py", "Draw", ":material/draw:"),
    ("pages/7_Inside.py", "Inside", ":material/visibility:"),
    ("pages/8_Runs.py", "Runs", ":material/list:"),
    ("pages/9_Class.py", seat.CLASS_PAGE, ":material/groups:"),
    ("pages/10_Glossary.py", "Glossary", ":material/dictionary:"),
)

_ICON = "🔢"
"""A Material icon would be fetched from Google by every page, also in a classroom without a network."""

# Streamlit leaves 6rem above the first line; a projector has 768 pixels in all. Its captions, the
# words on its buttons and tags in dark, its colours of code, the names of what is
# disabled, and what is chosen and has the focus have too little contrast.
_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 2.6rem 2rem 1.5rem; max-width: 1500px; }
[data-testid="stSidebarHeader"] { height: 2.6rem; }
h1 { font-size: 1.7rem !important; padding: 0 0 .4rem !important; }
h2, h3 { font-size: 1.35rem !important; }
kbd { color: inherit !important; opacity: .85 !important; }
[data-testid^="stBaseButton-primary"], [data-testid^="stBaseButton-primary"]:disabled {
    background: #2f6fb2; border-color: #2f6fb2; color: #fff;
}
[data-testid^="stBaseButton-primary"]:disabled { opacity: .5; }
[data-testid="stMultiSelect"] [data-tag] { background: #2f6fb2 !important; color: #fff !important; }
[data-testid="stWidgetLabel"] { color: inherit !important; }
[role="radiogroup"] button[data-focused="true"] {
    background-color: color-mix(in srgb, #2f6fb2 10%, transparent) !important;
}
[data-testid="stCode"] .token { color: inherit !important; }
[data-testid="stCode"] .token.keyword { font-weight: 700; }
.pixels { image-rendering: pixelated; display: block; background: #000; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .78; }
.digit-rows { display: grid; gap: 6px; max-width: 1040px; grid-template-columns: 5.5rem repeat(10, minmax(0, 1fr)); }
@media (max-width: 640px) {
    [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 1.5rem; }
    .digit-rows { gap: 3px; grid-template-columns: repeat(10, minmax(0, 1fr)); }
    .digit-rows > span { grid-column: 1 / -1; }
}
@media (prefers-reduced-motion: reduce) {
    *, *::before, *::after {
        animation-duration: 1ms !important; animation-iteration-count: 1 !important;
        transition-duration: 1ms !important;
    }
}
</style>
"""


def path(label: str) -> str:
    """Return the file of the page that the sidebar calls `label`."""
    return next(file for file, called, _ in PAGES if called == label)


def page(title: str) -> None:
    """Set the page up and draw the sidebar. Every page begins with it: each can be the first one visited."""
    session.enter(title)
    st.set_page_config(page_title=f"{title} · Digit Lab", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    seat.lead(title, {label: file for file, label, _ in PAGES})
    shown = seat.shown_pages(PAGES)
    if not shown:  # who has yet to join a class sees nothing but the way in
        with st.sidebar:
            storage_notice.offer()
            teacher.key_field()
        return
    try:
        with st.sidebar:
            st.markdown("### :material/neurology: Digit Lab")
            for file, label, page_icon in shown:
                st.page_link(file, label=label, icon=page_icon)
            seat.name_tag()
            phone_menu.close_on_choice()
            preload_charts.fetch_ahead()
            _model_in_hand()
            sweep_records.carry_on()
            run_records.jobs().active()  # says so, if the folder of runs cannot be read
            views.running("sidebar", most=3)  # so that nobody forgets a training that still goes on
            term = glossary.explain_words()
            storage_notice.offer()
            teacher.key_field()
    except RunError as error:  # on the page and not beside it: a phone hides the sidebar
        st.error(names.in_markdown(error.sentence))
        st.stop()
    lesson_strip.show(title)
    if term:
        st.switch_page(path(term.page), query_params=term.query)
    warm_up("mnist_core.model.inference", "mnist_core.rejection.detector")  # torch, for the first drawing


def _model_in_hand() -> None:
    """Choose the model that every page uses."""
    offered = seat.offered_models()
    chosen = models.find_model(session.model())
    if chosen is None:
        if offered:
            wanted = names.in_markdown(clean(session.model(), SHORT))
            st.warning(f"There is no model “{wanted}” any more; “{offered[0].name}” is in hand instead.")
            chosen = offered[0]
        else:
            st.warning("There is no model yet: train one on the Train page.")
            return
    if chosen.name not in {model.name for model in offered}:
        offered.append(chosen)
    session.keep_model(chosen.name)

    def take() -> None:
        session.set_model(session.widget_value(session.MODEL_WIDGET))

    titles = {m.name: m.title for m in offered}
    session.show_in_widget(session.MODEL_WIDGET, chosen.name)
    st.selectbox(
        "Model in hand",
        list(titles),
        format_func=lambda name: titles.get(name, name),
        key=session.MODEL_WIDGET,
        on_change=take,
        help="The network that reads your digits on every page: a shipped one, or one that you trained.",
    )
    try:
        card = models.card(chosen)
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    tested = card.metrics.get("test_accuracy")
    if tested is not None:
        st.caption(f"{tested:.2%} of the 10,000 test images read right")
    elif "validation_accuracy" in card.metrics:
        tuned = card.trained_on.last_fine_tuning
        images = f"the {tuned.describe_validation()}" if tuned else "the validation images"
        st.caption(f"{card.metrics['validation_accuracy']:.2%} of {images} read right so far")
    else:
        st.caption("not measured on held-out images yet")


def model_or_stop() -> models.ModelFile:
    """Return the model in hand, or end the page with a sentence when there is none."""
    chosen = models.find_model(session.model())
    if chosen is None:
        st.info("There is no model in hand. Train one on the Train page, or choose one in the sidebar.")
        st.stop()
    return chosen
