"""Every lesson in a real browser, at desktop and phone width: the wrong thing first, then the right one.

Each view is held against axe-core's rules on the way, at desktop width in light and at phone width in dark. One window
of each width stays for all lessons, since a page that is loaded anew takes seconds.
Where a lesson trains, the runs of most tests are written as if they had been trained: that what they promise happens is
`benchmarks.lessons`' to show. One lesson is trained from its button.
"""

import json
import re
import shutil
from urllib.parse import urlsplit

import pytest
import torch
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.explain.gradient import output_weight
from mnist_core.lessons import cures, high_bias, high_variance, learning_rates, loss, optimizers, unseen_data
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.exercises import CONVOLUTION_IMAGES, DOUBTFUL_IMAGES, convolution_places
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import load_checkpoint, save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import list_runs
from tests.support.axe import violations
from tests.support.browser import Visitor, serve
from tests.support.charts import untold
from tests.support.keyboard import tab_to, unreachable
from tests.support.lessons import record_run
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for

WIDTHS = {
    "desktop": {"color_scheme": "light", "reduced_motion": "reduce"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
        "reduced_motion": "reduce",
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


class Learner:
    """One visitor at one lesson."""

    def __init__(self, visitor: Visitor, width: str) -> None:
        self.visitor, self.page, self.server, self.width = visitor, visitor.page, visitor.server, width
        for folder in (self.server.runs, self.server.runs.parent / "lessons"):
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def address(self) -> str:
        """What the window shows, without the server's part of it."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}".lstrip("/")

    def look(self) -> None:
        """See that the view breaks none of axe-core's rules, is used by keyboard, too, and is not cut off."""
        assert violations(self.visitor) == []
        assert unreachable(self.visitor) == []
        assert untold(self.visitor) == []
        wide = self.page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
        assert wide <= 0, f"{wide} pixels too wide"

    def begin(self, lesson_id: str, more: str = "") -> None:
        """Open a lesson, and see that an empty prediction is refused."""
        self.lesson = find_lesson(lesson_id)
        self.visitor.go_to(f"Lessons?lesson={lesson_id}{more}")
        expect(self.page.get_by_role("heading", name=f"{self.lesson.number}. {self.lesson.title}")).to_be_visible()
        expect(self.page.get_by_text("What it means", exact=True)).to_have_count(0)
        self.click("Keep my prediction")
        expect(self.page.get_by_text("Not possible:")).to_be_visible()
        self.look()

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()
        self.visitor.settle()

    def fill(self, label: str, value: float) -> None:
        field = self.page.get_by_label(label)
        field.fill(f"{value:g}")
        field.press("Tab")
        self.visitor.settle()

    def keep(self) -> None:
        self.click("Keep my prediction")
        expect(self.page.get_by_text("Your prediction:")).to_be_visible()
        self.look()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def add(self, config, **numbers):
        return record_run(config, TEACHER, self.server.runs, **numbers)

    def look_again(self) -> None:
        self.visitor.go_to(self.address)

    def reload(self) -> None:
        self.page.reload()
        self.visitor.settle()

    def end(self) -> None:
        """See what happened and what it means."""
        expect(self.page.get_by_role("heading", name="What happened, beside what you predicted")).to_be_visible()
        expect(self.page.get_by_role("heading", name="What it means")).to_be_visible()
        self.look()
        kept = json.loads(next((self.server.runs.parent / "lessons").glob(f"*/{self.lesson.id}.json")).read_text())
        assert kept["result"]["told"]

    def tell_a_friend(self) -> None:
        """Write the sentence, and see that it is kept."""
        field = self.page.get_by_label("What would you tell a friend?")
        field.fill("I saw it.")
        field.press("Control+Enter")
        self.visitor.settle()
        self.reload()
        expect(self.page.get_by_label("What would you tell a friend?")).to_have_value("I saw it.")


@pytest.fixture(scope="module")
def windows(stay):
    """A window of each width that stays."""
    windows = {width: stay(**options) for width, options in WIDTHS.items()}
    for visitor in windows.values():
        visitor.open()
    return windows


@pytest.fixture(scope="module", params=WIDTHS)
def width(request):
    """All tests at one width come before those at the next."""
    return request.param


@pytest.fixture
def learner(windows, width):
    return Learner(windows[width], width)


def test_function(learner):
    learner.begin("function")
    learner.page.get_by_text("9", exact=True).click()
    learner.keep()
    learner.visitor.draw([(0.3, 0.2), (0.3, 0.5), (0.7, 0.5)])
    learner.sees("This is taken for no digit: draw on")
    learner.visitor.draw([(0.62, 0.2), (0.62, 0.85)])
    learner.sees("It is read as a 4")
    # The bar alone, apart from the rest, would be another digit to a board with several: here it never is.
    learner.visitor.draw([(0.3, 0.2), (0.45, 0.2)])
    expect(learner.page.locator("#live-answer")).to_have_attribute("data-answer", "4")
    learner.visitor.draw([(0.45, 0.2), (0.62, 0.2)])
    learner.sees("You predicted 9; it was 7.")
    expect(learner.page.get_by_alt_text("a drawing of this lesson")).to_have_count(2)
    learner.end()
    learner.tell_a_friend()


def test_loss(learner):
    learner.begin("loss")
    pen = learner.page.get_by_role("img", name="Empty axes to draw on: the loss over the run")
    pen.scroll_into_view_if_needed()
    box = pen.bounding_box()
    mouse = learner.page.mouse
    mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.7 * box["height"], steps=8)
    mouse.up()
    learner.visitor.settle()
    learner.keep()
    learner.click("Open Train with everything set")
    learner.sees("Lesson 2, Training lowers a loss")
    learner.sees("No run has been finished yet: press Start.")
    if learner.width == "desktop":
        learner.page.get_by_role("button", name="Start").click()
        expect(learner.page.get_by_role("heading", name="2. Training lowers a loss")).to_be_visible()
    else:
        learner.add(loss.CONFIG)
        learner.look_again()
    learner.sees("The curve that you drew is")
    learner.sees("The loss began at 2.")
    learner.end()


def test_learning_rates(learner):
    learner.begin("learning-rates")
    learner.page.get_by_text("0.003", exact=True).click()
    learner.keep()
    runs = {}
    for rate, accuracy in zip(learning_rates.RATES, (0.3, 0.97, 0.1), strict=True):
        learner.sees(f"Ended so far: {len(runs)}")
        runs[rate] = learner.add(learning_rates.CONFIG.replace(learning_rate=rate), test=accuracy)
        learner.look_again()
    learner.sees("You predicted 0.003, and so it was.")
    learner.sees("that is no luck")
    learner.end()


def test_unseen_data(learner):
    learner.begin("unseen-data")
    learner.fill("Test accuracy (%)", 97)
    learner.keep()
    learner.click("Open Train with everything set")
    learner.sees("Lesson 4, Unseen data")
    learner.add(unseen_data.CONFIG.replace(epochs=1), training=0.5, test=0.4)
    learner.look_again()
    learner.sees("train longer")
    learner.add(unseen_data.CONFIG, training=1.0, test=0.85)
    learner.reload()
    learner.sees("You predicted 97%; it was 85%, 12 points less.")
    learner.end()


def test_high_bias(learner):
    learner.begin("high-bias")
    learner.fill("Test accuracy that it gains (points)", 3)
    learner.keep()
    learner.sees("Finished so far: 0")
    for epochs, accuracy in ((high_bias.CONFIG.epochs, 0.918), (4 * high_bias.CONFIG.epochs, 0.92)):
        config = high_bias.CONFIG.replace(epochs=epochs)
        learner.add(config, training=0.92, test=accuracy, losses=(0.3,) * 20, validations=(accuracy,))
    learner.look_again()
    learner.sees("a gain of 0.2 points")
    learner.end()


def test_high_variance(learner):
    learner.begin("high-variance")
    learner.fill("Highest minus lowest with 300 images (points)", 1)
    learner.fill("Highest minus lowest with 10,000 images (points)", 1)
    learner.keep()
    for images, accuracies in ((300, (0.85, 0.8, 0.83)), (10_000, (0.97, 0.972, 0.971))):
        learner.sees(f"Three finished runs with {images:,} images are needed")
        for seed, accuracy in enumerate(accuracies, 1):
            learner.add(high_variance.planned_config(images, seed), test=accuracy)
        learner.look_again()
    learner.sees("25.0 times as far")
    learner.end()


def test_cures(learner):
    learner.begin("cures")
    learner.page.get_by_test_id("stRadioGroup").get_by_text("dropout", exact=True).click()
    learner.keep()
    learner.sees("The run of lesson 4 is needed")
    base = learner.add(unseen_data.CONFIG, training=1.0, test=0.85)
    learner.look_again()
    learner.click("Open Train with ten times as many images")
    learner.sees("Lesson 7, Regularisation and more data")
    learner.add(unseen_data.CONFIG.replace(train_size=3_000, dropout=0.5), training=1.0, test=0.95)
    learner.look_again()
    learner.sees("Your last run differs in 2 settings")
    cured = learner.add(cures.CURES["train_size"][1], training=1.0, test=0.95)
    for run in (base, cured):
        torch.manual_seed(0)
        save_checkpoint(run.snapshot, build_model(run.config()).eval(), ModelCard(config=run.config(), metrics={}))
    learner.look_again()
    learner.sees("the gap is 5.0 points instead of 15.0")
    learner.end()


def test_same_distribution(learner, mnist):
    shutil.rmtree(learner.server.collection.folder, ignore_errors=True)
    for image, label in zip(mnist.train_images[:19], mnist.train_labels[:19], strict=True):
        learner.server.collection.add(image / 255, int(label), asker=TEACHER)
    learner.begin("same-distribution", "&model=notebook")
    learner.fill("Accuracy on the class's own digits (%)", 90)
    learner.keep()
    learner.sees("20 filed drawings are needed; there are 19")
    learner.click("Open Draw")
    learner.sees("Lesson 8, The same distribution")
    learner.visitor.draw(*DIGITS[3])
    row = learner.page.get_by_test_id("stButtonGroup").filter(has_text="That was a …")
    row.get_by_text("3", exact=True).click()
    learner.sees("Now teach the network with them.")
    learner.look()
    learner.add(loss.CONFIG)  # another network that is trained on MNIST, and not on these drawings
    learner.visitor.go_to("Draw?model=notebook")
    learner.sees("Now teach the network with them.")
    learner.page.get_by_text("Your hand", exact=True).click()
    learner.visitor.settle()
    learner.look()
    learner.page.get_by_role("button", name=re.compile("Teach notebook")).click()
    expect(learner.page.get_by_role("heading", name="8. The same distribution")).to_be_visible()
    learner.sees("drawings kept aside right")
    learner.end()


def test_convolution(learner, mnist):
    model = load_checkpoint(CHECKPOINTS / "best.safetensors")[0]
    image = mnist.test_images[CONVOLUTION_IMAGES[0]].astype("float32") / 255
    first, second = convolution_places(model, image, 0)
    learner.begin("convolution")
    learner.fill("Your estimate of the sum", 0.5)
    learner.keep()
    learner.fill("The sum", 9)
    learner.click("Check it")
    learner.sees("You answered 9 for the pixel with the products shown")
    assert learner.page.locator("table.numbers").count() == 3
    learner.page.get_by_label("The sum").fill("a half")
    learner.click("Check it")
    learner.sees("Not possible: type one number, such as −0.25")
    learner.fill("The sum", round(first.total, 3))
    learner.click("Check it")
    learner.sees("The pixel with the products hidden is still to be worked out.")
    assert learner.page.locator("table.numbers").count() == 2
    learner.fill("The sum", round(second.total, 3))
    learner.click("Check it")
    learner.end()


def test_backpropagation(learner, mnist):
    model = load_checkpoint(CHECKPOINTS / "notebook.safetensors")[0]
    index = DOUBTFUL_IMAGES[0]
    label = int(mnist.test_labels[index])
    right = output_weight(model, mnist.test_images[index].astype("float32") / 255, label, label).gradient
    learner.begin("backpropagation")
    learner.page.get_by_text("larger", exact=True).click()
    learner.keep()
    learner.fill("(p − y) · h", round(-right, 4))
    learner.click("Check it")
    learner.sees("The sign is the other one.")
    learner.page.get_by_label("(p − y) · h").fill(f"{right:.4f}".replace("-", "−").replace(".", ","))
    learner.click("Check it")
    learner.click("Do one step")
    learner.sees("You predicted larger, and so it was.")
    learner.end()


def test_optimizers(learner):
    learner.begin("optimizers")
    for place, name in enumerate(("SGD", "AdamW", "SGD with momentum"), 1):
        order = learner.page.get_by_role("radiogroup", name=f"The finishing order: place {place}")
        order.get_by_text(name, exact=True).click()
        learner.visitor.settle()
    learner.keep()
    for seed in (1, 2):
        learner.sees("Start the race." if seed == 1 else "Now race again with another seed.")
        for name, accuracy in (("sgd", 0.5), ("momentum", 0.9), ("adamw", 0.95)):
            learner.add(optimizers.CONFIG.replace(optimizer=name, seed=seed, shuffle_seed=seed), test=accuracy)
        learner.look_again()
    learner.sees("0 of the 3 places as predicted")
    learner.sees("The order held.")
    learner.end()


def test_certainty(learner):
    learner.begin("certainty")
    learner.fill("Wrong answers (of 100)", 1)
    learner.keep()
    slider = learner.page.get_by_role("slider")
    expect(slider).to_be_visible()
    for _ in range(5):
        slider.press("ArrowRight")
    learner.sees("From 99% sure on, the network")
    learner.sees("Now draw and file")
    learner.click("Open Draw")
    learner.sees("Lesson 12, How sure is sure")
    learner.visitor.clear()  # of lesson 8's drawing
    # A 1 that is filed as what it is is no mistake; another one that is filed as a 7 is.
    for label, stroke in (("1", DIGITS[1][0]), ("7", [(0.5, 0.15), (0.5, 0.85)])):
        learner.visitor.draw(stroke)
        row = learner.page.get_by_test_id("stButtonGroup").filter(has_text="That was a …")
        row.get_by_text(label, exact=True).click()
        if label == "1":
            learner.sees("None of your filed drawings was read wrong yet")
            learner.visitor.settle()
            learner.visitor.clear()
    expect(learner.page.get_by_role("heading", name="12. How sure is sure")).to_be_visible()
    learner.sees("Your drawing of a 7 was read as 1")
    learner.end()


def test_a_lesson_is_trained_from_its_button_left_and_come_back_to(windows):
    learner = Learner(windows["desktop"], "desktop")
    learner.begin("learning-rates")
    learner.page.get_by_text("0.3", exact=True).click()
    learner.keep()
    learner.click("Start the 3 runs")
    wait_for(lambda: len(list_runs(learner.server.runs)) == 3)
    learner.visitor.go("Runs")
    learner.sees("It goes on where you left it.")
    learner.page.get_by_role("button", name="Back to the lesson").click()
    learner.sees("You predicted 0.3; it was 0.003.")
    learner.page.get_by_role("button", name="All lessons").click()
    learner.sees("1 of 12 done")
    with learner.page.expect_download() as download:
        learner.page.get_by_role("button", name="Take my lessons home").click()
    page = download.value.path().read_text()
    assert "3. Hyperparameters have to be tried" in page
    assert "<polyline" in page


def test_a_lesson_is_done_by_keyboard_alone(windows):
    visitor = windows["desktop"]
    learner = Learner(visitor, "desktop")
    keyboard = visitor.page.keyboard
    visitor.go_to("Lessons")
    tab_to(visitor, "4. Unseen data")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="4. Unseen data")).to_be_visible()
    tab_to(visitor, "Test accuracy (%)")
    keyboard.type("97")
    tab_to(visitor, "Keep my prediction")
    keyboard.press("Enter")
    learner.sees("Your prediction: 97%.")
    tab_to(visitor, "Open Train with everything set")
    keyboard.press("Enter")
    learner.sees("Lesson 4, Unseen data")
    tab_to(visitor, "Start")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="What it means")).to_be_visible()
    tab_to(visitor, "What would you tell a friend?")
    keyboard.type("Unseen images tell.")
    tab_to(visitor, "Next: High bias")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="5. High bias")).to_be_visible()
