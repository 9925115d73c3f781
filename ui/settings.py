"""The form of a training: a preset and every setting of it, first the few that matter most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from mnist_core.architecture import layers
from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import ConfigError
from mnist_core.presets import PRESETS, preset
from ui import state

_RATES = tuple(float(f"{mantissa}e{exponent}") for exponent in range(-6, 1) for mantissa in (1, 2, 5))
_BATCHES = tuple(2**n for n in range(11))
_SIZES = (100, 300, 1_000, 3_000, 10_000, 20_000, 30_000, 40_000, 50_000, 55_000, 60_000)
_VALIDATION = (0, 1_000, 2_000, 5_000, 10_000, 20_000)
_STAGES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256)
_WIDTHS = (8, 16, 32, 64, 128, 256, 512, 1024)
_NAMES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "rmsprop": "RMSprop",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "gelu": "GELU",
}
_INFO = {info.name: info for info in field_info()}


def form() -> TrainConfig:
    """Draw the form and return what it says. The impossible is refused (`state.take_problem`); the settings stay."""
    name, config = state.settings()
    st.selectbox(
        "Preset",
        list(PRESETS),
        index=list(PRESETS).index(name),
        key=state.form_key("preset"),
        on_change=_take_preset,
        help="A whole set of settings to start from. Choosing one replaces every setting below.",
    )
    st.caption(PRESETS[name].text + ("" if config == preset(name) else " *You have changed it.*"))
    left, right = st.columns(2)
    with left:
        _select_from("learning_rate", "Learning rate", _RATES, format_func=lambda rate: f"{rate:g}")
        _select_from("batch_size", "Batch size", _BATCHES)
    with right:
        _slide("epochs", "Epochs", 1, 50)
        _select_from("train_size", "Training images", _SIZES, format_func=lambda n: f"{n:,}")
    left, right = st.columns(2)
    with left:
        _choose("optimizer", "Optimizer")
    with right:
        _slide("dropout", "Dropout", 0.0, 0.9, 0.05)
    with st.expander("Architecture"):
        _architecture(config)
    with st.expander("More on optimisation"):
        _optimisation()
    with st.expander("Data and augmentation"):
        _data()
    return state.settings()[1]


def _take_preset() -> None:
    chosen = state.form_value("preset")
    state.set_settings(chosen, preset(chosen))
    state.renew_form()


def _change(**changes: Any) -> None:
    """Apply a change, or keep the settings and say why not."""
    name, config = state.settings()
    try:
        state.set_settings(name, config.replace(**changes))
    except ConfigError as error:
        state.set_problem(str(error))
        state.renew_form()


def _take(field: str) -> None:
    _change(**{field: state.form_value(field)})


def _value(field: str) -> Any:
    return getattr(state.settings()[1], field)


def _select_from(field: str, label: str, values: Sequence[float], format_func: Callable[[Any], str] = str) -> None:
    """A slider over chosen values; a value from elsewhere (a link, a preset) joins them."""
    value = _value(field)
    st.select_slider(
        label,
        sorted({*values, value}),
        value=value,
        format_func=format_func,
        key=state.form_key(field),
        on_change=_take,
        args=(field,),
        help=_help(field),
    )


def _slide(field: str, label: str, low: float, high: float, step: float = 1) -> None:
    value = _value(field)
    st.slider(
        label,
        low,
        max(high, value),
        value,
        step,
        key=state.form_key(field),
        on_change=_take,
        args=(field,),
        help=_help(field),
    )


def _choose(field: str, label: str) -> None:
    choices = _INFO[field].choices
    st.selectbox(
        label,
        choices,
        index=choices.index(_value(field)),
        format_func=lambda choice: _NAMES.get(choice, choice.capitalize()),
        key=state.form_key(field),
        on_change=_take,
        args=(field,),
        help=_help(field),
    )


def _help(field: str) -> str:
    return _INFO[field].help


def _architecture(config: TrainConfig) -> None:
    stages = st.slider(
        "Convolution stages",
        0,
        5,
        len(config.filters),
        key=state.form_key("stages"),
        on_change=_take_stages,
        help="Each stage finds patterns and halves the image. 0: no convolution, a plain multilayer perceptron.",
    )
    for i in range(stages):
        left, right = st.columns(2)
        with left:
            _pick_in("filters", i, f"Filters, stage {i + 1}", _STAGES)
        with right:
            _pick_in("kernel_sizes", i, f"Kernel, stage {i + 1}", (1, 3, 5, 7, 9))
    left, right = st.columns(2)
    with left:
        _slide("convolutions_per_stage", "Convolutions a stage", 1, 3)
        _choose("padding", "Padding")
    with right:
        _choose("pooling", "Pooling")
        _choose("activation", "Activation")
    _toggle("batch_norm", "Batch normalisation")
    depth = st.slider(
        "Dense layers before the output",
        0,
        4,
        len(config.dense),
        key=state.form_key("depth"),
        on_change=_take_depth,
        help="Layers in which every unit sees everything. With no stage and no such layer the network is linear.",
    )
    for i in range(depth):
        _pick_in("dense", i, f"Units, dense layer {i + 1}", _WIDTHS)


def _take_stages() -> None:
    _, config = state.settings()
    wanted = state.form_value("stages")
    filters = (*config.filters, *(config.filters[-1:] or (16,)) * wanted)[:wanted]
    kernels = (*config.kernel_sizes, *(3,) * wanted)[:wanted]
    _change(filters=filters, kernel_sizes=kernels)


def _take_depth() -> None:
    _, config = state.settings()
    wanted = state.form_value("depth")
    _change(dense=(*config.dense, *(config.dense[-1:] or (64,)) * wanted)[:wanted])


def _pick_in(field: str, index: int, label: str, values: Sequence[int]) -> None:
    """Choose one entry of a field that is a list."""
    value = _value(field)[index]
    part = f"{field}.{index}"

    def take() -> None:
        entries = list(_value(field))
        entries[index] = state.form_value(part)
        _change(**{field: tuple(entries)})

    st.select_slider(
        label,
        sorted({*values, value}),
        value=value,
        key=state.form_key(part),
        on_change=take,
        help=_help(field),
    )


def _toggle(field: str, label: str) -> None:
    st.toggle(label, _value(field), key=state.form_key(field), on_change=_take, args=(field,), help=_help(field))


def _optimisation() -> None:
    left, right = st.columns(2)
    with left:
        _choose("schedule", "Schedule")
        _select_from("weight_decay", "Weight decay", (0.0, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1))
        _slide("seed", "Seed of the weights", 0, 99)
    with right:
        _select_from("weight_averaging", "Weight averaging", (0.0, 0.9, 0.99, 0.999))
        _slide("label_smoothing", "Label smoothing", 0.0, 0.5, 0.05)
        _slide("shuffle_seed", "Seed of the order", 0, 99)
    _choose("precision", "Precision")


def _data() -> None:
    _select_from("validation_size", "Validation images", _VALIDATION, format_func=lambda n: f"{n:,}")
    left, right = st.columns(2)
    with left:
        _slide("shift", "Shift (pixels)", 0.0, 6.0, 0.5)
        _slide("rotation", "Rotation (degrees)", 0.0, 45.0, 1.0)
        _slide("scaling", "Size (share)", 0.0, 0.5, 0.01)
        _slide("shear", "Slant (degrees)", 0.0, 45.0, 1.0)
    with right:
        _slide("elastic", "Elastic bending (pixels)", 0.0, 4.0, 0.1)
        _slide("thickness", "Thickness (pixels)", 0.0, 1.0, 0.05)
        _slide("noise", "Noise", 0.0, 0.5, 0.01)
        _slide("pen_variants", "Other handwriting (share)", 0.0, 1.0, 0.05)


def layer_table(config: TrainConfig) -> list[dict[str, str]]:
    """Return the rows of the table of layers: what each is, the shape it gives, its parameters and multiply-adds."""
    return [
        {
            "Layer": layer.text,
            "Output shape": " × ".join(map(str, layer.output_shape)),
            "Parameters": f"{layer.parameters:,}" if layer.parameters else "",
            "Multiply-adds": f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
        }
        for layer in layers(config)
        if layer.kind not in ("activation", "flatten")
    ]
