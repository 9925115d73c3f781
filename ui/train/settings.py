"""The form of a training: a preset and every setting of it, first the few that matter most."""

from __future__ import annotations

from urllib.parse import parse_qsl

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from mnist_core.config import TrainConfig
from mnist_core.formatting import in_words
from mnist_core.glossary.terms import meaning
from mnist_core.presets import PRESETS, preset
from ui.shared import form, form_links, names, seat, session
from ui.shared.layer_table import describe_memory, layer_table
from ui.train import fields, preview, rate_search, state

_RATES = tuple(float(f"{mantissa}e{exponent}") for exponent in range(-6, 1) for mantissa in (1, 2, 5))
_BATCHES = tuple(2**n for n in range(11))
_SIZES = (100, 300, 1_000, 3_000, 10_000, 20_000, 30_000, 40_000, 50_000, 55_000, 60_000)
_VALIDATION = (0, 1_000, 2_000, 5_000, 10_000, 20_000)
_LIMITS = (0, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600)
_STAGES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256)
_WIDTHS = (8, 16, 32, 64, 128, 256, 512, 1024)


def settings_form() -> TrainConfig:
    """Draw the form and return what it says. The impossible is refused (`session.take_problem`); the settings stay."""
    if link := seat.locked():
        return _locked(link)
    name, config = form.settings()
    st.selectbox(
        "Preset",
        list(PRESETS),
        index=list(PRESETS).index(name),
        **form.form_field("preset", _take_preset),
        help=f"{meaning('preset')} Choosing one replaces every setting below.",
    )
    st.caption(PRESETS[name].text + ("" if config == preset(name) else " *Some of the settings below differ from it.*"))
    left, right = st.columns(2)
    with left:
        fields.select_from("learning_rate", "Learning rate", _RATES, format_func=lambda rate: f"{rate:g}")
    with right:
        fields.slide("epochs", "Epochs", 1, 50)
    rate_search.button()
    rate_search.panel()
    left, right = st.columns(2)
    with left:
        fields.select_from("batch_size", "Batch size", _BATCHES)
    with right:
        fields.select_from("train_size", "Training images", _SIZES, format_func=lambda n: f"{n:,}")
    left, right = st.columns(2)
    with left:
        fields.choose("optimizer", "Optimizer")
    with right:
        fields.slide("dropout", "Dropout", 0.0, 0.9, 0.05)
    with group("Architecture", "architecture"):
        _architecture(config)
    with group("More on optimisation", "optimisation"):
        _optimisation()
    with group("Data and augmentation", "data") as opened:
        _data()
        if opened.open:
            preview.augmentation(config)
    return form.settings()[1]


def _locked(link: str) -> TrainConfig:
    """Show the settings to which the teacher has locked the form, in its place."""
    asked = form_links.settings_in(dict(parse_qsl(link)))
    form.set_settings(asked.preset, asked.config)
    st.markdown(":material/lock: **Your teacher has chosen the settings**, the same for everybody.")
    usual, now = preset(asked.preset).to_dict(), asked.config.to_dict()
    changed = {name: in_words(value) for name, value in now.items() if value != usual[name]}
    told = "".join(f"\n- {name.replace('_', ' ')}: **{names.in_markdown(value)}**" for name, value in changed.items())
    st.markdown(f"Preset **{asked.preset}**{', with' if changed else ''}{told}")
    st.caption(PRESETS[asked.preset].text)
    return asked.config


def group(label: str, name: str) -> ExpanderContainer:
    """Return an expander that is as the visitor left it, on this page or another, or as the URL says (`?open=`)."""
    key = state.key("open", name)
    return st.expander(
        label,
        expanded=name in state.open_groups(),
        key=key,
        on_change=lambda: state.open_group(name, session.widget_value(key)),
    )


def _take_preset(chosen: str) -> None:
    form.set_settings(chosen, preset(chosen))
    form.renew_form()


def _architecture(config: TrainConfig) -> None:
    # Above the fields: below them it would be out of sight while they change it.
    st.html(_layers_html(layer_table(config)))
    st.caption(describe_memory(config))
    stages = st.slider(
        "Convolution stages",
        0,
        5,
        len(config.filters),
        **form.form_field("stages", _take_stages),
        help="Each stage finds patterns and halves the image. 0: no convolution, a plain multilayer perceptron.",
    )
    for i in range(stages):
        left, right = st.columns(2)
        with left:
            fields.pick_in("filters", i, f"Filters, stage {i + 1}", _STAGES)
        with right:
            fields.pick_in("kernel_sizes", i, f"Kernel, stage {i + 1}", (1, 3, 5, 7, 9))
    left, right = st.columns(2)
    with left:
        fields.slide("convolutions_per_stage", "Convolutions a stage", 1, 3)
        fields.choose("padding", "Padding")
    with right:
        fields.choose("pooling", "Pooling")
        fields.choose("activation", "Activation")
    fields.toggle("batch_norm", "Batch normalisation")
    depth = st.slider(
        "Dense layers before the output",
        0,
        4,
        len(config.dense),
        **form.form_field("depth", _take_depth),
        help=f"{meaning('dense layer')} With no stage and no such layer the network is linear.",
    )
    for i in range(depth):
        fields.pick_in("dense", i, f"Units, dense layer {i + 1}", _WIDTHS)


def describe_limit(seconds: int) -> str:
    """Return a limit of the training in words."""
    return f"{seconds:,}" if seconds else "no limit"


def _layers_html(rows: list[dict[str, str]]) -> str:
    """Return the table of layers so small that all of it fits into the form's column."""
    style = "padding:1px 0 1px 6px;border:0;border-bottom:1px solid rgba(128,128,128,.3);text-align:"
    aligned = [style + ("left;padding-left:0" if name == "Layer" else "right") for name in rows[0]]
    cells = [
        "".join(f'<{tag} style="{css}">{text}</{tag}>' for css, text in zip(aligned, texts, strict=True))
        for tag, texts in (("th", rows[0]), *(("td", row.values()) for row in rows))
    ]
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    return f'<table style="width:100%;border-collapse:collapse;font-size:.7rem;line-height:1.3">{table}</table>'


def _take_stages(wanted: int) -> None:
    _, config = form.settings()
    filters = (*config.filters, *(config.filters[-1:] or (16,)) * wanted)[:wanted]
    kernels = (*config.kernel_sizes, *(3,) * wanted)[:wanted]
    fields.change(filters=filters, kernel_sizes=kernels)


def _take_depth(wanted: int) -> None:
    _, config = form.settings()
    fields.change(dense=(*config.dense, *(config.dense[-1:] or (64,)) * wanted)[:wanted])


def _optimisation() -> None:
    left, right = st.columns(2)
    with left:
        fields.choose("schedule", "Schedule")
        fields.select_from("weight_decay", "Weight decay", (0.0, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1))
        fields.slide("schedule_epochs", "Epochs of the schedule", 0, 50)
        fields.slide("seed", "Seed of the weights", 0, 99)
    with right:
        fields.select_from("weight_averaging", "Weight averaging", (0.0, 0.9, 0.99, 0.999))
        fields.slide("label_smoothing", "Label smoothing", 0.0, 0.5, 0.05)
        fields.slide("patience", "Early stopping: patience (epochs)", 0, 20)
        fields.select_from("max_seconds", "Longest training (seconds)", _LIMITS, format_func=describe_limit)
        fields.slide("shuffle_seed", "Seed of the order", 0, 99)
    fields.choose("precision", "Number format")


def _data() -> None:
    fields.select_from("validation_size", "Validation images", _VALIDATION, format_func=lambda n: f"{n:,}")
    left, right = st.columns(2)
    with left:
        fields.slide("shift", "Shift (pixels)", 0.0, 6.0, 0.5)
        fields.slide("rotation", "Rotation (degrees)", 0.0, 45.0, 1.0)
        fields.slide("scaling", "Size (share)", 0.0, 0.5, 0.01)
        fields.slide("shear", "Slant (degrees)", 0.0, 45.0, 1.0)
    with right:
        fields.slide("elastic", "Elastic bending (pixels)", 0.0, 4.0, 0.1)
        fields.slide("thickness", "Thickness (pixels)", 0.0, 1.0, 0.05)
        fields.slide("noise", "Noise", 0.0, 0.5, 0.01)
        fields.slide("pen_variants", "Other handwriting (share)", 0.0, 1.0, 0.05)
