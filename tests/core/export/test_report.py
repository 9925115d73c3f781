"""The report of a made-up network on ten images that are counted by hand, and its page."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.data.mnist import Mnist
from mnist_core.errors import ReportError
from mnist_core.evaluation.calibration import expected_calibration_error
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.measurement import Temperature
from mnist_core.evaluation.metrics import digit_scores
from mnist_core.evaluation.robustness import Point
from mnist_core.export.report import report
from mnist_core.export.report_html import to_html
from mnist_core.model.card import ModelCard
from mnist_core.model.softmax import softmax
from mnist_core.storage.png import png_url
from tests.support.events import epoch
from tests.support.fine_tuning import TAUGHT_DATA
from tests.support.predictions import LABELS, OUTPUTS

POINTS = [Point(name, c.amounts[i], Accuracy(45 - 5 * i, 50)) for i in range(8) for name, c in CORRUPTIONS.items()]


@pytest.fixture(scope="module")
def few(mnist):
    return Mnist(mnist.train_images, mnist.train_labels, mnist.test_images[:10], LABELS)


@pytest.fixture
def measured():
    return SimpleNamespace(
        test=OUTPUTS,
        training=Accuracy(97, 100),
        temperature=Temperature(2.0, "validation", 200),
        scores=digit_scores(LABELS, OUTPUTS.predicted),
    )


@pytest.fixture
def card(tiny):
    epochs = [epoch(number) for number in (1, 2, 3)]
    return ModelCard(config=tiny, metrics={"epoch": 3}, epochs=epochs, versions={"torch": "9.8.7"})


@pytest.fixture
def made(card, few, measured):
    return report("a <b>7</b>", "f" * 64, card, few, measured, POINTS)


def test_the_numbers_are_those_of_the_network(made, tiny):
    numbers = json.loads(made.to_json())
    assert numbers["format"] == "digit-lab-report-1"
    assert numbers["config"] == tiny.to_dict()
    assert [e["epoch"] for e in numbers["epochs"]] == [1, 2, 3]
    assert (numbers["trained_with"], numbers["fingerprint"]) == ({"torch": "9.8.7"}, "f" * 64)
    assert {"python", "torch"} <= set(numbers["measured_with"])
    assert (numbers["test"]["correct"], numbers["test"]["count"], numbers["test"]["accuracy"]) == (6, 10, 0.6)
    assert numbers["test"]["interval"] == pytest.approx([0.3127, 0.8318], abs=1e-4), "Wilson's, of 6 in 10"
    assert numbers["training"]["accuracy"] == 0.97
    assert numbers["test_loss"] == pytest.approx(OUTPUTS.loss(LABELS))
    assert numbers["confusion"][4][9] == 2
    assert numbers["confusion"][7][1] == 1
    assert sum(map(sum, numbers["confusion"])) == 10
    assert numbers["digits"][4] == {
        "digit": 4,
        "precision": pytest.approx(2 / 3),
        "recall": pytest.approx(2 / 4),
        "f1": pytest.approx(4 / 7),
        "support": 4,
    }
    assert numbers["digits"][0]["recall"] is None
    assert [m["index"] for m in numbers["mistakes"]] == [1, 7, 5, 2], "the surest first"
    assert numbers["mistakes"][0] == {"index": 1, "true": 4, "read": 9, "confidence": pytest.approx(0.97)}


def test_the_calibration_is_measured_before_and_after_scaling(made):
    found = json.loads(made.to_json())["calibration"]
    correct = OUTPUTS.correct(LABELS)
    assert found["temperature"] == {"value": 2.0, "source": "validation", "count": 200}
    assert found["error_before"] == expected_calibration_error(OUTPUTS.confidence, correct)
    assert found["error_after"] == expected_calibration_error(softmax(OUTPUTS.logits, 2.0).max(1), correct)
    for bins in (found["before"], found["after"]):
        assert sum(b["count"] for b in bins) == 10
        assert all((b["accuracy"] is None) == (b["count"] == 0) for b in bins)


def test_every_point_of_robustness_is_there(made):
    points = json.loads(made.to_json())["robustness"]
    assert len(points) == 72
    assert (points[0]["corruption"], points[0]["amount"], points[0]["accuracy"]) == ("rotation", 0, 0.9)
    low, high = points[0]["interval"]
    assert low < 0.9 < high


class _Outline(HTMLParser):
    """Collects what a page loads, and complains of elements that are not closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.loaded, self.names = [], [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.loaded += [value for name, value in attributes if name in ("src", "href", "data", "srcset", "action")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def without_images(page):
    return re.sub(r"base64,[^\"]*", "", page)


def test_the_page_needs_no_network_and_no_script(made, few):
    page = to_html(made, few.test_images)
    outline = _Outline(page)
    assert outline.loaded
    assert all(url.startswith("data:image/png;base64,") for url in outline.loaded)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(outline.names)
    assert not re.search(r"https?:|url\(|@import|//", without_images(page))
    assert len(page) < 300_000
    assert "prefers-color-scheme: dark" in page


def test_the_page_shows_what_the_numbers_say(made, few):
    page = " ".join(to_html(made, few.test_images).split())  # as a browser has it: where lines end, says nothing
    assert "<h1>a &lt;b&gt;7&lt;/b&gt;</h1>" in page, "a name is no HTML"
    assert "<title>a &lt;b&gt;7&lt;/b&gt;: a report</title>" in page
    assert "60.00%" in page
    assert "31.27% to 83.18%" in page
    assert "2 of 4 fours are read as 9" in page
    assert page.count("<svg") == 2 + 1 + 9
    assert page.count("<figure><img") == 4
    assert png_url(few.test_images[1]) in page
    assert "a 4, read as <b>9</b><br>97.0% sure" in page
    assert "temperature 2.00, fitted on its 200 validation images" in page
    assert "50.0%</b> on average" in page, "the mean of 80 %, 70 %, ... 20 %"
    assert "9.8.7" in page
    assert "<span>learning rate</span><b>0.01</b>" in page


@pytest.mark.parametrize("count", [0, 1, 200])
def test_a_run_of_any_length_has_a_page(card, few, measured, count):
    without = replace(card.epochs[0], validation_loss=None, validation_accuracy=None)
    epochs = [replace(without, epoch=i + 1) for i in range(count)]
    page = to_html(
        report("x", "", ModelCard(config=card.config, metrics={}, epochs=epochs), few, measured, POINTS),
        few.test_images,
    )
    _Outline(page)
    assert ("no record of its epochs" in page) == (count == 0)
    assert not re.search(r"\bnan\b|\binf\b", without_images(page))


def test_a_network_without_a_mistake_has_a_page(card, few, measured):
    measured.test = type(OUTPUTS)(np.eye(10, dtype=np.float32)[LABELS] * 20)
    page = to_html(report("x", "", card, few, measured, POINTS), few.test_images)
    assert "It makes no mistake." in page
    assert "There is none." in page
    _Outline(page)


def test_what_was_not_measured_is_a_sentence(card, few, measured):
    with pytest.raises(ReportError, match="received 71"):
        report("x", "", card, few, measured, POINTS[1:])
    measured.scores = None
    with pytest.raises(ReportError, match="still being measured"):
        report("x", "", card, few, measured, POINTS)


def test_the_report_of_a_taught_network_says_what_it_learned(card, few, measured):
    epochs = [replace(one, validation_loss=0.5, validation_accuracy=0.9) for one in card.epochs]
    taught = replace(card, training_data=TAUGHT_DATA, epochs=epochs)
    made = report("x", "", taught, few, measured, POINTS)
    page = to_html(made, few.test_images)
    assert "trained on 55,000 images of MNIST, then on 235 drawings mixed with 6,000 images of MNIST" in page
    assert "(starting from best)" in page
    assert "fitted on 200 images of MNIST that it never learned from" in page
    assert "a loss of 0.5000 on its validation images, 65 drawings kept aside" in page
    assert "<span>train size</span><b>235 drawings mixed with 6,000 images of MNIST</b>" in page
    assert f"{card.config.train_size:,} images of MNIST" not in page
    assert json.loads(made.to_json())["training_data"] == TAUGHT_DATA.to_dict()


def test_the_report_says_at_which_amounts_the_robustness_was_measured(made, few):
    page = to_html(made, few.test_images)
    assert "Measured at 0°, 10°, 20°, 30°, 40°, 50°, 60° and 90°." in page
    assert page.count("Measured at ") == len(CORRUPTIONS)
    assert "at the amounts in the table, and at no others" in page
