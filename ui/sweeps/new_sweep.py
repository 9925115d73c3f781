"""The form of a new sweep: what is varied, how long, for what; and the prediction, by a click on the plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from mnist_core.config import field_info
from mnist_core.errors import ConfigError, DigitLabError
from mnist_core.figures.sweeps import places_to_click, plane_figure
from mnist_core.jobs.admission import expected_minutes
from mnist_core.jobs.machine import read_measured
from mnist_core.presets import PRESETS, preset
from mnist_core.sweeps.sentences import describe_values
from mnist_core.sweeps.settings import MOST_RUNS, OBJECTIVES, WAYS, Objective, SweepSettings, Way
from mnist_core.sweeps.space import VARIABLE, Dimension, Value, parse
from mnist_core.sweeps.sweep import create_sweep, list_sweeps
from ui.cached import drawings
from ui.shared import names, session, visitor
from ui.sweeps import state

_SPANS = {
    "learning_rate": "0.001..1:log",
    "batch_size": "32, 64, 128, 256",
    "weight_decay": "0.0001..0.1:log",
    "label_smoothing": "0..0.2",
    "dropout": "0..0.5",
    "filters": "8-16-32, 16-32-64, 16-48-96",
    "rotation": "0..20",
    "shift": "0..3",
    "optimizer": "sgd, momentum, adam, adamw",
    "activation": "relu, leaky_relu, gelu, tanh",
    "batch_norm": "on, off",
    "epochs": "1..3",
}
"""What a field is varied over at first."""
_TITLES = {info.name: info.name.replace("_", " ") for info in field_info()}
_HELPS = {info.name: info.help for info in field_info()}
_HEIGHT = 330
"""CSS pixels."""


def show() -> None:
    """Draw the form, and beside it the plane on which the best point is predicted."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        try:
            settings = _form()
        except ConfigError as error:
            st.warning(names.in_markdown(error.sentence))
            settings = None
    with right:
        if settings is None:
            st.info("The plane appears here when the settings fit.")
        else:
            _predict(settings)


def _form() -> SweepSettings:
    """Draw the fields and return what they say."""
    start, vary = st.columns([1, 2])
    chosen = start.selectbox(
        "Start from",
        [name for name in PRESETS if preset(name).validation_size],
        key=state.key("preset"),
        persist_state="session",
        help="The settings of all runs, but for what is varied.",
    )
    fields = vary.multiselect(
        "Vary",
        VARIABLE,
        ["learning_rate", "batch_size"],
        format_func=lambda name: _TITLES[name],
        max_selections=4,
        key=state.key("fields"),
        persist_state="session",
        help="The first is drawn across, the second up.",
    )
    space = _spans(fields)
    runs, minutes, seeds = st.columns(3)
    most = runs.number_input(
        "Runs", 0, MOST_RUNS, 20, key=state.key("runs"), persist_state="session", help="At most; 0: by minutes alone."
    )
    limit = minutes.number_input(
        "Minutes",
        0,
        600,
        0,
        key=state.key("minutes"),
        persist_state="session",
        help="Of training, all runs together, after which none is begun; 0: no limit.",
    )
    each = seeds.number_input(
        "Seeds a point",
        1,
        10,
        1,
        key=state.key("seeds"),
        persist_state="session",
        help="Each point is trained so often, with other seeds; its mean counts.",
    )
    by, goal = st.columns(2)
    way: Way = by.selectbox(
        "Search",
        list(WAYS),
        list(WAYS).index("tpe"),
        format_func=lambda name: "TPE" if name == "tpe" else name.capitalize(),
        key=state.key("way"),
        persist_state="session",
        help=" ".join(WAYS.values()),
    )
    objective: Objective = goal.selectbox(
        "Best is",
        list(OBJECTIVES),
        format_func=lambda name: "drawings read right" if name == "drawings" else f"the {name}",
        key=state.key("objective"),
        persist_state="session",
        help=" ".join(OBJECTIVES.values()),
    )
    pruning = st.checkbox(
        "Stop hopeless runs early",
        value=True,
        key=state.key("pruning"),
        persist_state="session",
        help="Successive halving: after a quarter and after half of a run, the half with the larger validation loss is "
        "stopped.",
    )
    return SweepSettings(
        name=chosen,
        base=preset(chosen),
        space=space,
        runs=int(most),
        minutes=float(limit),
        seeds=int(each),
        way=way,
        objective=objective,
        pruning=pruning,
    )


def _spans(fields: Sequence[str]) -> tuple[Dimension, ...]:
    """Draw what each varied field is varied over, and return it."""
    texts = [
        st.text_input(
            f"{_TITLES[name].capitalize()} over",
            _SPANS.get(name, ""),
            key=state.key("span", name),
            persist_state="session",
            help=f"{_HELPS[name]} A range, 0.001..1, with :log for a logarithmic one; or values, 32, 64.",
        )
        for name in fields
    ]
    return tuple(parse(f"{name}={text}") for name, text in zip(fields, texts, strict=True))


def _predict(settings: SweepSettings) -> None:
    places = places_to_click(settings.space)
    prediction = state.prediction()
    if prediction is not None and prediction not in places:
        prediction = None  # of another plane
    known = len(list_sweeps())
    key = state.key("predict", *(one.describe() for one in settings.space[:2]))

    def take() -> None:
        picked = session.widget_value(key)["selection"]["selected"]
        indices = [one["data_indices"] for one in picked if one["series_index"] == 0]
        if indices and indices[0]:
            state.predict(places[indices[0][0]])

    st.markdown("**Predict first: click where you think that the best point lies.**")
    st.echarts_chart(
        plane_figure((), settings.space, prediction, places),
        key=key,
        alt="The plane of the first two varied settings; each grey dot can be clicked",
        height=_HEIGHT,
        on_select=take,
    )
    _choose_place(places, prediction)
    said = f"Your prediction: {describe_values(prediction)}." if prediction else "No prediction yet."
    st.caption(names.in_markdown(f"{said} {_describe_cost(settings)}"))
    with st.container(horizontal=True):
        st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            key=state.key("start"),
            on_click=_start,
            args=(settings, prediction, known),
            disabled=prediction is None,
            help="Begins the search; it goes on when the browser is closed.",
        )
        st.button(
            "Start without a prediction",
            key=state.key("start-without"),
            on_click=_start,
            args=(settings, None, known),
            help="Whoever predicts first learns more.",
        )


def _choose_place(places: Sequence[Mapping[str, Value]], prediction: Mapping[str, Value] | None) -> None:
    """Let one choose a place of the plane by keyboard, or with a finger too large for its dots."""
    key = state.key("place")

    def take() -> None:
        chosen = session.widget_value(key)
        state.predict(None if chosen is None else places[chosen])

    session.show_in_widget(key, None if prediction is None else places.index(prediction))
    st.selectbox(
        "Or choose it from a list",
        range(len(places)),
        index=None,
        format_func=lambda place: describe_values(places[place]),
        key=key,
        on_change=take,
        placeholder="a place of the plane",
    )


def _describe_cost(settings: SweepSettings) -> str:
    """Say how long the sweep should take."""
    runs = f"{settings.most_runs} runs at most"
    minutes = expected_minutes(settings.base, read_measured())
    if minutes is None:
        return f"{runs}."
    whole = settings.most_runs * minutes
    if settings.minutes:
        whole = min(whole, settings.minutes)
    return f"{runs}, about {max(whole, 0.1):,.1f} minutes of training with these settings; several run at once."


def _start(settings: SweepSettings, prediction: Mapping[str, Value] | None, known: int) -> None:
    if len(list_sweeps()) > known:
        return  # this click was heard before
    ids = [drawing.id for drawing in drawings.drawings()[0]] if settings.objective == "drawings" else []
    try:
        sweep = create_sweep(settings, drawings=ids, prediction=prediction, asker=visitor.asker())
    except DigitLabError as error:
        session.set_problem(error)
    else:
        state.choose(sweep.id)
        state.predict(None)
