"""What the tests of the pages share: which there are, their texts, their widgets, a finished run."""

import re
import string

import torch

from mnist_core.asker import TEACHER
from mnist_core.events import Finished
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.runs.store import create_run
from tests.support.events import epoch, started, step, validation
from tests.support.live import spoken
from ui.runs import state
from ui.shared.kept import DigitInHand

PAGES = [
    "home.py",
    "pages/1_Lessons.py",
    "pages/2_Story.py",
    "pages/3_Explore.py",
    "pages/4_Train.py",
    "pages/6_Draw.py",
    "pages/8_Runs.py",
]


def texts(page):
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error, page.success, page.title)
    return "\n".join([*(as_read(str(e.value)) for kind in kinds for e in kind), spoken(page)])


def as_read(markdown):
    """Return a text of Markdown without what keeps a text from outside from being obeyed (`names.in_markdown`)."""
    return re.sub(rf"\\([{re.escape(string.punctuation)}])", r"\1", markdown).replace("\u2060", "")


def widget(kind, label):
    return next(w for w in kind if w.label == label)


def ticked_rows(page):
    """Return which rows of the table of runs are ticked."""
    key = state.key("table")
    [number] = {table.proto.id.rpartition(f"{key}.")[2] for table in page.dataframe if key in table.proto.id}
    return page.session_state[f"{key}.{number}"]["selection"]["rows"]


def finished_run(config, name="fast", accuracy=0.9876, group="", asker=TEACHER):
    """Return a run with a record and an untrained network, as if it had been trained."""
    run = create_run(config, name, group=group, asker=asker)
    for event in (started(), step(5), step(10), validation(10), epoch(1)):
        run.append(event)
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=accuracy, seconds=21.0))
    torch.manual_seed(config.seed)
    save_checkpoint(run.snapshot, build_model(config).eval(), ModelCard(config=config, metrics={"epoch": 1}))
    return run


def in_hand(image):
    return DigitInHand(image.astype("float32") / 255, "Test image 0, labelled 7")
