"""From a cell of the confusion matrix to one of its images, in a real browser."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from mnist_core.evaluation.metrics import confusion_matrix
from mnist_core.evaluation.predictions import read_images
from mnist_core.figures.evaluation import MATRIX_GRID
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS
from ui.evaluate.gallery import LANDING


def test_from_a_confusion_to_its_images_to_one_in_hand(visit, mnist):
    learner = visit()
    learner.page.set_default_timeout(300_000)  # torch, the network and 20,000 images come first
    learner.open("Evaluate?model=notebook")
    learner.page.get_by_text("of the images it learned from").wait_for()
    network, _ = load_checkpoint(CHECKPOINTS / "notebook.safetensors")
    matrix = confusion_matrix(mnist.test_labels, read_images(network, mnist.test_images).predicted)
    np.fill_diagonal(matrix, 0)
    true, read = divmod(int(np.argsort(matrix, axis=None)[-2]), 10)  # not the fullest cell, which is shown at first
    count = int(matrix[true, read])
    box = learner.page.get_by_role("img", name="Confusion matrix").bounding_box()
    wide = box["width"] - MATRIX_GRID["left"] - MATRIX_GRID["right"]
    high = box["height"] - MATRIX_GRID["top"] - MATRIX_GRID["bottom"]

    def click(row):
        learner.page.mouse.click(
            box["x"] + MATRIX_GRID["left"] + wide * (read + 0.5) / 10,
            box["y"] + MATRIX_GRID["top"] + high * (row + 0.5) / 10,
        )

    click(true)
    images = learner.page.get_by_role("button", name=re.compile(rf"^Test image [\d,]+, a {true}"))
    expect(learner.page.get_by_text(f"of {count} images. Click one to look inside.")).to_be_visible()
    expect(images).to_have_count(min(count, 24))
    below = int(np.argsort(matrix[:, read])[-2])  # another cell of the same column
    click(below)
    expect(learner.page.get_by_text(f"that are read as {read}")).to_be_visible()
    expect(learner.page.get_by_text(f"of {matrix[below, read]} images. Click one")).to_be_visible()
    click(true)
    name = images.first.get_by_role("img").get_attribute("alt")
    images.first.click()
    learner.page.wait_for_url(f"**/{Path(LANDING).stem.partition('_')[2]}*")
    index = int(name.split()[2].rstrip(","))
    expect(learner.page.get_by_text(f"Test image {index:,}, labelled {true}")).to_be_visible()
