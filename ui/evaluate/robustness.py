"""The section on robustness: nine curves of a network's accuracy on changed images, measured while one looks."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.background import BackgroundTask, Progress
from mnist_core.data.corruptions import CORRUPTIONS, Corruption
from mnist_core.errors import DigitLabError
from mnist_core.evaluation.robustness import (
    POINTS,
    SAMPLE,
    Point,
    Robustness,
    curve,
    describe_amounts,
    falls_below,
    mean_accuracy,
)
from mnist_core.figures.robustness import HEIGHT, LEFT, LEFT_OF_LARGE, RIGHT, robustness_figure, small_robustness_figure
from mnist_core.formatting import whole_percent, with_article
from mnist_core.storage.png import png_url, to_brightness, to_grey
from ui.cached import dataset, measurements, models
from ui.cached.models import ModelFile
from ui.evaluate import state
from ui.shared import names, panels, progress, seat

TICK = 0.5
"""Seconds between redraws while points are being measured."""
_EXAMPLES = (2, 7, 4)
"""The first test image of each of these digits is shown under the charts."""
_GOOD = 0.9
_ALL = "all nine"
_AMOUNTS = "Each change is measured at the amounts on its axis, and at no others."


def show(model: ModelFile) -> None:
    """Draw the section: nothing is measured before it is asked for, and nothing any more when nobody looks."""
    st.markdown(
        "**Trained in sunshine, tested in snow**: what is left of the accuracy when the test images are changed, "
        "little by little, in nine ways?"
    )
    switch, choice = st.columns([3, 2], vertical_alignment="center")
    wanted = switch.toggle(
        "Measure the robustness",
        key=state.key("robustness-wanted"),
        persist_state="session",
        help=f"Reads {SAMPLE:,} changed test images {POINTS} times, which takes about half a minute; it is done once "
        "for a network, for everybody.",
    )
    others = {other.name: other for other in seat.offered_models() if other.name != model.name}
    other = choice.selectbox(
        "Compare with",
        list(others),
        index=None,
        format_func=lambda name: others[name].title if name in others else name,
        placeholder="compare with another network",
        key=state.key("robustness-other"),
        persist_state="session",
        label_visibility="collapsed",
        help="Measures a second network on the same images, such as one that was trained with augmentation.",
    )
    if not wanted:
        return
    compared = [model, others[other]] if other in others else [model]
    try:
        # Once a page: the weights of a run that is being trained change while its earlier ones are measured.
        tasks = [measurements.robustness_of(one) for one in compared]
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
        return
    ended = _ended([task.look() for task in tasks])
    st.fragment(_panel, run_every=None if ended else TICK)(compared, tasks, ended)


def _ended(seen: list[Progress[Robustness]]) -> bool:
    return all(one.finished for one in seen) or any(one.failed for one in seen)


def _panel(compared: list[ModelFile], tasks: list[BackgroundTask[Robustness]], shown_as_ended: bool) -> None:
    seen = [task.look() for task in tasks]
    if _ended(seen) != shown_as_ended:
        st.rerun()  # once: the section is then drawn without the tick, or with it after a new attempt
    for model, task, one in zip(compared, tasks, seen, strict=True):
        if one.failed:
            what = f"The robustness of {names.in_markdown(model.called)} could not be measured."
            progress.failure(task, one.failed, state.key("try-again", model.name), what=what)
    if any(one.failed for one in seen):
        return
    if not all(one.finished for one in seen):
        st.progress(min(1.0, sum(one.result.share for one in seen) / len(seen)), describe_progress(seen))
    closer = st.segmented_control(
        "Look closer",
        [_ALL, *CORRUPTIONS],
        default=_ALL,
        required=True,
        format_func=str.capitalize,
        key=state.key("robustness-closer"),
        label_visibility="collapsed",
        help="Shows one of the nine charts large, with what the network reads in each image.",
    )
    st.caption(describe_robustness(compared, seen))
    if closer in CORRUPTIONS:
        _one(CORRUPTIONS[closer], compared, seen)
    else:
        _nine(compared, seen)


def _curves(
    corruption: Corruption, compared: list[ModelFile], seen: list[Progress[Robustness]]
) -> list[tuple[str, list[Point]]]:
    return [(m.called, curve(one.result.points, corruption.name)) for m, one in zip(compared, seen, strict=True)]


def _nine(compared: list[ModelFile], seen: list[Progress[Robustness]]) -> None:
    rows = st.container(gap="xsmall")
    for row in range(0, len(CORRUPTIONS), 3):
        for column, corruption in zip(rows.columns(3), list(CORRUPTIONS.values())[row : row + 3], strict=True):
            with column.container(gap=None):
                curves = _curves(corruption, compared, seen)
                st.echarts_chart(
                    small_robustness_figure(corruption, curves),
                    key=state.key("robustness", corruption.name),
                    height=HEIGHT,
                    alt=f"Accuracy against {corruption.name}. {describe_curve(corruption, curves[0][1])}".strip(),
                )
                st.html(_strip_html(corruption))


def _one(corruption: Corruption, compared: list[ModelFile], seen: list[Progress[Robustness]]) -> None:
    curves = _curves(corruption, compared, seen)
    st.plotly_chart(
        robustness_figure(corruption, curves),
        key=state.key("robustness-large", corruption.name),
        config=panels.NO_TOOLBAR,
        alt=f"Accuracy against {corruption.name}",
    )
    try:
        st.html(_readings_html(corruption, compared[0]))
    except DigitLabError as error:
        st.error(names.in_markdown(error.sentence))
    measured = f"Measured at {describe_amounts(curves[0][1], corruption)}."
    st.caption(f"{corruption.sentence} {measured} {describe_curve(corruption, curves[0][1])}")


def describe_progress(seen: list[Progress[Robustness]]) -> str:
    """Say how many points are measured, and how long the others will take."""
    measured = sum(len(one.result.points) for one in seen)
    last = max(seen, key=lambda one: one.seconds_left or 0)  # they take turns: it ends after the others
    return f"{measured} of {len(seen) * POINTS} points{progress.describe_wait(last)}"


def describe_robustness(compared: list[ModelFile], seen: list[Progress[Robustness]]) -> str:
    """Say which corruption hurts most and where the network stops being good, as far as that is measured."""
    points = seen[0].result.points
    if len(points) < 2 * len(CORRUPTIONS):
        return f"Each point is the share of {SAMPLE:,} test images that the network reads right. {_AMOUNTS}"
    means = {name: mean_accuracy(curve(points, name)) for name in CORRUPTIONS}
    worst = min(CORRUPTIONS, key=lambda name: means[name] or 0)
    low = min(curve(points, worst), key=lambda point: point.accuracy.share)
    called = [f"**{names.in_markdown(model.called)}**" for model in compared]
    text = (
        f"{called[0]} reads {points[0].accuracy.share:.1%} of the unchanged images right. "
        f"{worst.capitalize()} hurts it most: {low.accuracy.share:.0%} read right at "
        f"{CORRUPTIONS[worst].describe(low.amount)}. "
    )
    below = {name: point for name in CORRUPTIONS if (point := falls_below(points, name, _GOOD))}
    where = [f"{name} of {CORRUPTIONS[name].describe(point.amount)}" for name, point in below.items()]
    text += f"It falls under {_GOOD:.0%} at {', '.join(where)}." if where else f"It stays above {_GOOD:.0%} so far."
    text += f" {_AMOUNTS}"
    if len(seen) == 2:
        text += f" The dashed curves are those of {called[1]}."
        if all(one.finished for one in seen):
            mine, others = (mean_accuracy(one.result.points) or 0 for one in seen)
            text += f" Over all changed images: {called[0]} {mine:.1%}, {called[1]} {others:.1%}."
    return text


def describe_curve(corruption: Corruption, points: list[Point]) -> str:
    """Say where the model in hand stops being good under one corruption, as far as that is measured."""
    if not points:
        return ""
    below = falls_below(points, corruption.name, _GOOD)
    if below is None:
        return f"The model in hand reads at least {_GOOD:.0%} right at every amount measured so far."
    share = below.accuracy.share
    return f"The model in hand falls under {_GOOD:.0%} at {corruption.describe(below.amount)}: {share:.1%} read right."


@st.cache_data(show_spinner=False, max_entries=len(CORRUPTIONS))
def _examples(name: str) -> NDArray[np.float32]:
    """Return (examples, amounts, 28, 28): each example changed by each amount, in the order of the axis."""
    data, corruption = dataset.mnist(), CORRUPTIONS[name]
    firsts = [int((data.test_labels == digit).argmax()) for digit in _EXAMPLES]
    clean = to_brightness(data.test_images[firsts])
    changed = [corruption.apply(clean, amount, np.random.default_rng(0)) for amount in sorted(corruption.amounts)]
    return np.stack(changed, axis=1)


@st.cache_data(show_spinner=False, max_entries=256)
def _readings(fingerprint: str, name: str, _model: ModelFile) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return what the network reads in each of the examples, and how sure it is: two of (examples, amounts)."""
    from mnist_core.model.inference import predict_logits

    examples = _examples(name)
    grey = to_grey(examples).reshape(-1, 28, 28)
    sure, digit = predict_logits(models.network(_model), grey).softmax(1).max(1)
    return digit.numpy().reshape(examples.shape[:2]), sure.numpy().reshape(examples.shape[:2])


def _strip_html(corruption: Corruption) -> str:
    side_by_side = np.concatenate(list(_examples(corruption.name)[0]), axis=1)
    return (
        f'<div style="margin:0 {RIGHT}px 0 {LEFT}px"><img class="pixels" src="{png_url(side_by_side)}" '
        f'alt="A {_EXAMPLES[0]} changed by each amount on the axis" style="width:100%;border-radius:4px"></div>'
    )


def _readings_html(corruption: Corruption, model: ModelFile) -> str:
    digits, sure = _readings(models.fingerprint(model), corruption.name, model)
    cells = []
    for label, images, row, certainty in zip(_EXAMPLES, _examples(corruption.name), digits, sure, strict=True):
        for image, digit, share in zip(images, row, certainty, strict=True):
            right = digit == label
            cells.append(
                '<figure style="margin:0;text-align:center;font-size:.75rem;line-height:1.25">'
                f"{panels.pixels_html(image, 56, f'{with_article(label)}, read as {digit}')}"
                f'<figcaption><b style="color:{"inherit" if right else "#d1495b"}">{"" if right else "✗ "}{digit}</b> '
                f'<span style="opacity:.7">{whole_percent(share)}</span></figcaption></figure>'
            )
    return (
        '<div class="readings" style="display:grid;grid-template-columns:repeat(8,minmax(0,1fr));'
        f'gap:2px 0;justify-items:center;margin:0 {RIGHT}px 0 {LEFT_OF_LARGE}px">{"".join(cells)}</div>'
    )
