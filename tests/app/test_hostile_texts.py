"""One hostile text in every place where a text from outside is shown: Markdown and HTML show it as it is."""

import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.explore.analyses import PIXELS, AnalysisRunner, Progress
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.fine_tuning import FineTuning
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.runs import trash
from mnist_core.runs.run import Run
from tests.support.events import started
from tests.support.hostile.records import END, USUAL, config_json, edited, events_jsonl, with_texts, write
from tests.support.hostile.texts import ALL_MARKDOWN, MARKDOWN, MARKER
from tests.support.pages import in_hand, widget
from tests.support.waiting import wait_for
from ui.cached import dataset, measurements, models
from ui.shared.names import in_markdown

PLAIN = {
    "Selectbox.options",
    "Selectbox.raw_value",
    "TextInput.value",
    "TextInput.default",
    "TextInput.placeholder",
    "TextArea.value",
    "TextArea.default",
    "EChartsChart.spec",
}
"""Where Streamlit shows a text as it is: no Markdown, no HTML."""


def strings(proto, path=""):
    """Yield every text within a message of Streamlit's, with the names of its type and its field."""
    for field, value in proto.ListFields():
        many = value if field.is_repeated else [value]
        for one in many:
            if field.message_type is not None and hasattr(one, "ListFields"):
                yield from strings(one)
            elif isinstance(one, str):
                yield f"{type(proto).__name__}.{field.name}", one
            elif field.message_type is not None and hasattr(many, "items"):
                yield from ((f"{type(proto).__name__}.{field.name}", str(text)) for text in many.values())
                break


def shown(page):
    """Return where the page shows hostile text, and see that it is escaped there."""
    places = set()
    assert not page.exception
    for node in page._tree:
        for place, text in strings(node.proto) if getattr(node, "proto", None) is not None else ():
            if MARKER not in text or place.endswith((".id", ".form_id", ".url")) or place in PLAIN:
                continue
            places.add(place)
            raw = [piece for piece in MARKDOWN if piece in text and (place != "Html.body" or "<" in piece)]
            assert raw == [], f"{place}: {text}"
    return places


@pytest.fixture
def hostile(runs):
    """A run that bears the text everywhere, has a network and has failed."""
    return Run(write(runs, "hostile", with_texts(ALL_MARKDOWN)))


@pytest.fixture
def finished(runs, mnist):
    """Another one that has finished, and was taught the hand of somebody with a hostile network."""
    events = (edited(started(), device=ALL_MARKDOWN), *USUAL[1:], END)
    run = Run(write(runs, "finished", with_texts(ALL_MARKDOWN) | {"events.jsonl": events_jsonl(*events)}))
    model, card = load_checkpoint(run.snapshot)
    images, labels = mnist.test_images[:30], mnist.test_labels[:30]
    fine_tuning = FineTuning(
        start=ALL_MARKDOWN, card=card, weights=model.state_dict(), images=np.array(images), labels=np.array(labels)
    )
    run.fine_tuning.write_bytes(fine_tuning.to_bytes())
    return run


def test_markdown_of_a_hostile_text_holds_no_part_of_it_unescaped():
    assert not [piece for piece in MARKDOWN if piece in in_markdown(ALL_MARKDOWN)]
    assert in_markdown("a\n\n    code\n# b") == r"a code \# b"
    assert in_markdown("MNIST × 2, 98 %") == r"MNIST × 2\, 98 \%"


@pytest.mark.parametrize("path", ["home.py", "pages/5_Evaluate.py", "pages/7_Inside.py"])
def test_in_the_sidebar_and_in_hand(open_page, hostile, mnist, path):
    hostile.enqueue(asker=TEACHER)
    shown(open_page(path, model=hostile.id))
    page = open_page(path, model=ALL_MARKDOWN, run=ALL_MARKDOWN)
    assert "Alert.body" in shown(page)


def test_on_train(open_page, hostile):
    assert {"Alert.body", "Markdown.body"} <= shown(open_page("pages/4_Train.py", run=hostile.id))
    page = open_page("pages/4_Train.py", run=ALL_MARKDOWN, preset=ALL_MARKDOWN, optimizer=ALL_MARKDOWN)
    assert "Alert.body" in shown(page)
    page.session_state["digit-lab.problem"] = ALL_MARKDOWN
    assert "Alert.body" in shown(page.run())


@pytest.mark.parametrize("section", ["image", "wall", "statistics", "map", "splits"])
def test_on_explore(open_page, hostile, section, monkeypatch):
    monkeypatch.setattr(AnalysisRunner, "_begin", lambda *_: None)
    page = open_page("pages/3_Explore.py", model=hostile.id, section=section, part=ALL_MARKDOWN, index=ALL_MARKDOWN)
    if section == "image":
        assert "Alert.body" in shown(page)
    shown(page)
    for progress in (Progress(ALL_MARKDOWN, 0.5), Progress(failed=ALL_MARKDOWN)):
        for key in (PIXELS, models.fingerprint(models.model_of(hostile))):
            dataset.analysis_runner().analyses.report(key, progress)
        shown(page.run())


def test_on_evaluate(open_page, hostile, finished):
    for run in (hostile, finished):
        task = measurements.measurement(models.model_of(run))
        wait_for(lambda task=task: task.look().ended)
    page = open_page("pages/5_Evaluate.py", model=hostile.id)
    for view in ("Confidence", "Robustness", "Two models"):
        widget(page.button_group, "What to look at").set_value(view).run()
        shown(page)
    assert "Selectbox.help" in shown(page)


def test_on_draw(open_page, hostile, finished, mnist, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    for image, label in zip(mnist.test_images[:25], mnist.test_labels[:25], strict=True):
        collection().add(image / np.float32(255), int(label), asker=TEACHER)
    page = open_page("pages/6_Draw.py", model=hostile.id)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    seen = {}
    for section in ("Second model", "Time machine", "Break it", "Your hand"):
        page.session_state["digit-lab.draw.section"] = section
        if section == "Your hand":
            page.session_state["digit-lab.problem"] = ALL_MARKDOWN
        seen[section] = shown(page.run())
    assert "Markdown.body" in seen["Second model"]
    assert "Alert.body" in seen["Your hand"]


def test_on_runs(open_page, hostile, finished, runs):
    for ticked in (hostile.id, finished.id, f"{hostile.id},{finished.id}"):
        page = open_page("pages/8_Runs.py", runs=ticked)
        seen = shown(page)
        if "," not in ticked:
            assert "Heading.body" in seen
    page.session_state["digit-lab.problem"] = ALL_MARKDOWN
    assert "Alert.body" in shown(page.run())
    (hostile.path / "config.json").write_bytes(config_json(config={ALL_MARKDOWN: 1}))
    assert "Alert.body" in shown(page.run())
    trash.delete(finished, asker=TEACHER)
    assert "Button.label" in shown(page.run())
