"""Screen 10: the notebook, its cells run one by one with the app's own code, and to take home."""

from __future__ import annotations

import math

import streamlit as st

from mnist_core.architecture import layers, parameter_count
from mnist_core.errors import DigitLabError
from mnist_core.export.notebook import Choices, cells, to_notebook
from mnist_core.formatting import accuracy, percent
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.runs.store import find_run
from mnist_core.storage.png import to_brightness
from ui.cached import dataset, models, run_records
from ui.live import run_summary, views
from ui.shared import panels, session, visitor
from ui.story import state

_SIZES = (1_000, 3_000, 10_000, 30_000, 60_000)


def show(_: object) -> None:
    """Draw the screen."""
    st.markdown(
        "The whole story as a program in the language Python, in seven pieces that are called cells. **Run them one by "
        "one**, here with the app's own code, or take them home as a notebook."
    )
    choices = _choose()
    for number, cell in enumerate(cells(choices), 1):
        _cell(number, cell.name, cell.text, cell.code, choices)


def _choose() -> Choices:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        index = st.number_input("Index of the image", 0, 59_999, 10, key=state.key("cell-index"), width=160)
        size = st.select_slider(
            "Training images", _SIZES, 10_000, format_func=lambda n: f"{n:,}", key=state.key("cell-size"), width=260
        )
        epochs = st.number_input("Epochs", 1, 5, 2, key=state.key("cell-epochs"), width=110)
        choices = Choices(index=int(index), train_size=int(size), epochs=int(epochs))
        st.download_button(
            "notebook.ipynb",
            to_notebook(choices),
            file_name="notebook.ipynb",
            mime="application/x-ipynb+json",
            icon=":material/download:",
            on_click="ignore",
            key=state.key("download"),
            help="The same cells with these numbers as a Jupyter notebook. It needs this app's Python package.",
        )
        if state.cells_run():
            st.button("Clear all outputs", icon=":material/mop:", key=state.key("clear"), on_click=_clear)
    return choices


def _cell(number: int, name: str, text: str, code: str, choices: Choices) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"**{number}. {name}.** {text}")
        written, output = st.columns([7, 6], gap="medium")
        written.code(code, language="python", wrap_lines=True)
        with output:
            done = number <= state.cells_run()
            st.button(
                "Run again" if done else "Run",
                icon=":material/play_arrow:",
                key=state.key("run-cell", number, done),
                type="secondary" if done or number > state.cells_run() + 1 else "primary",
                disabled=number > state.cells_run() + 1,
                help="Each cell needs those before it.",
                on_click=_run,
                args=(number, choices),
            )
            if done:
                _OUTPUTS[number - 1](choices)


def _run(number: int, choices: Choices) -> None:
    """Run one cell. A new training makes those after it wait to be run again."""
    if number == _TRAINS:
        try:
            run = run_records.jobs().start(choices.config(), "notebook", asker=visitor.asker())
        except DigitLabError as error:
            session.set_problem(error)
            return
        state.set_notebook_run(run.id)
        state.set_cells_run(number)
    else:
        state.set_cells_run(max(number, state.cells_run()))


def _clear() -> None:
    state.set_cells_run(0)
    state.set_notebook_run(None)


def _load(_: Choices) -> None:
    data = dataset.mnist()
    st.text(f"{len(data.train_images):,} training images, {len(data.test_images):,} test images")


def _look(choices: Choices) -> None:
    data = dataset.mnist()
    st.text(f"label: {data.train_labels[choices.index]}")
    image = data.train_images[choices.index]
    st.html(panels.pixels_html(image, 140, f"training image {choices.index}"))


def _network(choices: Choices) -> None:
    config = choices.config()
    lines = [f"{layer.name:8} {layer.output_shape!s:14} {layer.parameters:>7,}" for layer in layers(config)]
    st.code("\n".join([*lines, f"{parameter_count(config):,} parameters"]), language=None, wrap_lines=True)


def _loss_and_optimizer(choices: Choices) -> None:
    config = choices.config()
    st.text(
        f"loss before training: about {-math.log(1 / 10):.2f}\n"
        f"{config.optimizer}, learning rate {config.learning_rate}, batches of {config.batch_size}\n"
        f"{config.steps_per_epoch * config.epochs:,} steps"
    )


def _train(_: Choices) -> None:
    run = _started()
    if run is None:
        return
    history = run_records.reader(run).read()
    if run.status(history) in ACTIVE:
        views.progress(run.id, run_summary.stage(run, history))
        return
    for epoch in history.epochs:
        st.text(f"epoch {epoch.epoch}: loss {epoch.train_loss:.4f}, training accuracy {epoch.train_accuracy:.2%}")
    if history.test_accuracy is None:
        st.text(f"The training is {run.status(history)}: run the cell again.")


def _test_accuracy(_: Choices) -> None:
    run = _started()
    history = run_records.reader(run).read() if run else None
    if history is None or history.test_accuracy is None:
        st.text("It is not there yet: the training still goes on.")
    else:
        st.text(f"test accuracy {accuracy(history.test_accuracy)}")


def _predictions(_: Choices) -> None:
    from mnist_core.model.inference import predict

    run, data = _started(), dataset.mnist()
    if run is None or not run.snapshot.exists():
        st.text("There is no network yet.")
        return
    network = models.network(models.model_of(run))
    shown = []
    for image, label in zip(data.test_images[:8], data.test_labels[:8], strict=True):
        read = predict(network, to_brightness(image))
        alt = f"read as {read.digit} ({percent(read.confidence)}), labelled {label}"
        shown.append(
            f'<figure style="margin:0;font-size:.8rem;text-align:center">{panels.pixels_html(image, 58, alt)}'
            f"<figcaption><b>{read.digit}</b> ({percent(read.confidence)})</figcaption></figure>"
        )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:8px">{"".join(shown)}</div>')


def _started() -> Run | None:
    """Return the run that the cell of training has started; a sentence says so where it is gone."""
    try:
        return find_run(state.notebook_run() or "")
    except DigitLabError as error:
        st.text(error.sentence)
        return None


_OUTPUTS = (_load, _look, _network, _loss_and_optimizer, _train, _test_accuracy, _predictions)
_TRAINS = _OUTPUTS.index(_train) + 1
