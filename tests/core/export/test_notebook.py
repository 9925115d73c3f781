"""The notebook of the story, run from a clean folder as a reader would run it."""

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from mnist_core.data.mnist import load_mnist
from mnist_core.export.notebook import Choices, cells, to_notebook
from mnist_core.model.inference import evaluate
from mnist_core.paths import PROJECT
from mnist_core.presets import preset
from mnist_core.training.trainer import train

QUICK = Choices(index=7, train_size=500, epochs=1)


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory):
    """The outputs of its cells as texts."""
    folder = tmp_path_factory.mktemp("clean")
    file = folder / "notebook.ipynb"
    file.write_text(to_notebook(QUICK))
    notebook = nbformat.read(file, as_version=4)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(PROJECT)  # as if the package were installed
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    assert [path.name for path in folder.iterdir()] == ["notebook.ipynb"], "it writes nothing"
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def printed(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream")


def test_it_is_a_sound_notebook():
    nbformat.validate(nbformat.reads(to_notebook(Choices()), as_version=4))


def test_every_cell_does_what_the_text_above_it_says(carried_out):
    load, look, network, loss, training, test, predictions = carried_out
    data = load_mnist()
    assert printed(load) == "60,000 training images, 10,000 test images\n"
    assert printed(look) == f"label: {data.train_labels[7]}\n"
    assert any("image/png" in output.get("data", {}) for output in look)
    assert "49,770 parameters" in printed(network)
    assert "about 2.30" in printed(loss)
    assert "63 steps" in printed(loss)
    assert printed(training).startswith("epoch 1: loss ")
    assert "test accuracy " in printed(test)
    assert printed(predictions).count("read as") == 8
    assert printed(predictions).startswith("read as ")


def test_its_test_accuracy_is_that_of_the_run_that_the_story_starts(carried_out):
    data = load_mnist()
    training = train(QUICK.config(), data)
    for _ in training:
        pass
    found = evaluate(training.model.eval(), data.test_images, data.test_labels)
    assert float(printed(carried_out[5]).split()[2].rstrip("%,")) == pytest.approx(100 * found.accuracy, abs=0.5)


def test_what_is_chosen_stands_in_the_cells():
    code = "\n".join(cell.code for cell in cells(Choices(index=3, train_size=60_000, epochs=5)))
    assert "index = 3\n" in code
    assert "train_size=60_000, epochs=5" in code
    assert Choices(train_size=60_000).config() == preset("notebook")
    assert json.loads(to_notebook(Choices()))["nbformat"] == 4
