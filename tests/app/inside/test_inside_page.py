"""The Inside page as a script: every section, for every kind of network, with and without a digit in hand."""

import re

import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import load_checkpoint, save_checkpoint
from mnist_core.model.inference import predict
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import create_run
from tests.support.networks import CONFIGS, network
from tests.support.pages import in_hand, texts, widget
from ui.cached import models
from ui.shared.kept import DigitInHand

PAGE = "pages/7_Inside.py"
KEYS = ["layers", "pixel", "filters", "why", "softmax"]
SECTIONS = ["Layer by layer", "One pixel’s arithmetic", "Filters", "Why", "Softmax"]


def bodies(page):
    return "\n".join(str(html.proto.body) for html in page.get("html"))


def answer(page, name="answer"):
    return int(re.search(rf'id="{name}"[^>]*data-answer="(\d)"', bodies(page))[1])


def spoken(html):
    """What each row of bars says to a screen reader."""
    return re.findall(r'class="bars" role="img" aria-label="([^"]*)"', html)


def section(page, name):
    key = dict(zip(SECTIONS, KEYS, strict=True))[name]
    widget(page.get("button_group"), "Look at").set_value(key).run()
    assert page.query_params.get("section", "layers") == key
    assert not page.exception
    return page


def layer(page, name):
    widget(page.get("button_group"), "The layers in order, with the shape that each puts out").set_value(name).run()
    assert not page.exception
    return page


def run_of(name):
    """A run whose network is of this kind."""
    model = network(name)
    run = create_run(CONFIGS[name], "made", asker=TEACHER)
    save_checkpoint(run.snapshot, model, ModelCard(config=model.config, metrics={}))
    return run


@pytest.fixture
def notebook():
    return load_checkpoint(CHECKPOINTS / "notebook.safetensors")[0]


def test_without_a_digit_in_hand_a_test_image_stands_in_and_the_page_says_so(open_page):
    page = open_page(PAGE)
    assert "Test image 0, a 7, stands in: there is no digit in hand yet." in texts(page)
    assert answer(page) == 7
    assert "data-digit" in bodies(page)


def test_the_digit_in_hand_is_the_one_that_is_looked_at(open_page, mnist):
    page = open_page(PAGE)
    page.session_state["digit-lab.digit"] = DigitInHand(mnist.test_images[1].astype("float32") / 255, "Mine")
    page.run()
    assert answer(page) == 2
    assert "stands in" not in texts(page)
    assert "Mine." in texts(page)


def test_the_layers_are_in_order_with_their_shapes_as_the_article_writes_them(open_page):
    page = open_page(PAGE, model="notebook")
    line = widget(page.get("button_group"), "The layers in order, with the shape that each puts out")
    shapes = [re.search(r"\(.*\)", option)[0] for option in line.options]
    assert shapes == [
        *["(1, 28, 28)", "(32, 24, 24)", "(32, 12, 12)", "(32, 8, 8)", "(32, 4, 4)", "(64, 2, 2)", "(64, 1, 1)"],
        *["(64,)", "(64,)", "(10,)"],
    ]


@pytest.mark.parametrize("name", ["average pooling", "three in a row", "strides", "perceptron", "underfit"])
def test_every_section_works_for_every_kind_of_network(name, open_page, mnist):
    page = open_page(PAGE, model=run_of(name).id)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    for block in [layer.name for layer in network(name).layers if layer.kind in ("convolution", "flatten", "dense")]:
        layer(page, block)
        assert len(page.get("plotly_chart")) == 1
    for chosen in SECTIONS[1:]:
        section(page, chosen)
    if not CONFIGS[name].filters:
        section(page, SECTIONS[1])
        assert "This network has no convolution" in texts(page)
        section(page, "Why")
        widget(page.get("button_group"), "Method").set_value("grad-cam").run()
        assert "Grad-CAM looks at the feature maps of the last convolution" in texts(page)


def test_one_pixels_sum_adds_up_as_it_is_written_to_the_networks_own_value(open_page, notebook, mnist):
    page = section(open_page(PAGE, model="notebook"), SECTIONS[1])
    layer(page, "conv2")
    for name, value in (("Map", 5), ("Row", 3), ("Column", 6)):
        widget(page.number_input, name).set_value(value).run()
    assert [widget(page.number_input, name).value for name in ("Map", "Row", "Column")] == [5, 3, 6]
    table = re.search(r'<table class="sum".*?</table>', bodies(page))[0]
    numbers = [float(n.replace("−", "-")) for n in re.findall(r">(−?\d+\.\d{4})<", table)]
    one, others, bias, total, value = numbers
    assert one + others + bias == pytest.approx(total, abs=1e-9)
    from mnist_core.explain.activations import activations

    passed = {a.name: a.values for a in activations(notebook, mnist.test_images[0] / 255)}
    assert total == pytest.approx(passed["conv2"][5, 3, 6], abs=5.1e-5)
    assert value == pytest.approx(passed["act2"][5, 3, 6], abs=5.1e-5)
    assert 'data-field="6,19,12,25"' in bodies(page)
    assert len(re.findall('class="numbers"', bodies(page))) == 3
    strongest, *_, weakest = widget(page.selectbox, "Channel that comes in").options
    assert abs(float(strongest.split()[-1])) >= abs(float(weakest.split()[-1]))
    layer(page, "pool2")
    assert "The largest of the four stays" in texts(page)


@pytest.mark.parametrize(("map_", "row", "column"), [(0, 6, 6), (0, 6, 12), (0, 8, 8)])
def test_what_batch_normalisation_does_adds_up_as_it_is_written(open_page, map_, row, column):
    page = section(open_page(PAGE, model="best"), SECTIONS[1])
    for name, value in (("Map", map_), ("Row", row), ("Column", column)):
        widget(page.number_input, name).set_value(value).run()
    table = re.search(r'<table class="sum".*?</table>', bodies(page))[0].replace("−", "-")
    total = float(re.search(r"= the sum</td><td[^>]*>(-?\d+\.\d{4})<", table)[1])
    scale, sign, shift, normalised = re.search(
        r"× (-?\d+\.\d{4}), ([+-]) (\d+\.\d{4}) \(batch normalisation\)</td><td[^>]*>(-?\d+\.\d{4})<", table
    ).groups()
    assert f"{total * float(scale) + float(sign + shift):.4f}" == normalised


def test_another_network_in_hand_starts_at_its_first_layer(open_page):
    page = section(open_page(PAGE, model="best"), SECTIONS[1])
    layer(page, "conv6")
    widget(page.sidebar.selectbox, "Model in hand").set_value("notebook").run()
    assert not page.exception
    assert "of conv1" in str(page.get("plotly_chart")[0].proto)


def test_switching_filters_off_changes_the_prediction_and_nothing_else(open_page, notebook, mnist):
    page = section(open_page(PAGE, model="notebook"), "Filters")
    image = mnist.test_images[0].astype("float32") / 255
    usual = predict(notebook, image)
    before = bodies(page)
    assert (answer(page), answer(page, "without")) == (7, 7)
    assert "With all 32" in before
    widget(page.multiselect, "Switched off").set_value(list(range(28))).run()
    assert "Without 28" in bodies(page)
    usually, now = spoken(before), spoken(bodies(page))
    assert now[0] == usually[0] == usually[1]
    assert now[1] != usually[1]
    shared = models.network(models.find_model("notebook"))
    assert predict(shared, image) == usual


def test_why_compares_the_predicted_digit_with_any_other(open_page):
    page = section(open_page(PAGE), "Why")
    assert "**Why 7**" in texts(page)
    first = re.search(r"\*\*Why not (\d)\*\*", texts(page))[1]
    other = "5" if first != "5" else "4"
    for method in ("gradient", "integrated gradients", "grad-cam", "occlusion"):
        widget(page.get("button_group"), "Method").set_value(method).run()
        assert not page.exception
        assert bodies(page).count('class="why"') == 2
    before = bodies(page)
    widget(page.selectbox, "Why 7, and why not").set_value(int(other)).run()
    assert f"**Why not {other}**" in texts(page)
    assert bodies(page) != before


@pytest.mark.parametrize(("asked", "shown"), [("why", "why"), ("nonsense", "layers"), ("", "layers")])
def test_a_link_opens_its_section(asked, shown, open_page):
    page = open_page(PAGE, section=asked)
    assert widget(page.get("button_group"), "Look at").value == shown
    assert page.query_params.get("section", "layers") == shown


def test_a_section_is_found_again_from_elsewhere_and_the_way_back_leads_through_the_first(open_page):
    page = section(open_page(PAGE), "Softmax")
    for path, query in (("home.py", {}), (PAGE, {"section": "softmax"})):
        page.query_params.clear()
        page.switch_page(path).run()
        assert page.query_params == query
    assert widget(page.get("button_group"), "Look at").value == "softmax"
    page.query_params.clear()  # the browser's way back
    for _ in range(2):
        page.run()
        assert widget(page.get("button_group"), "Look at").value == "layers"
        assert page.query_params == {}, "a section in the URL would be another step to go back"


def test_a_temperature_evens_the_shares_out(open_page):
    page = section(open_page(PAGE), "Softmax")

    def share():
        row = re.search(r'<table class="softmax".*?</table>', bodies(page))[0].split('data-digit="7"')[1]
        return float(re.search(r">([\d.]+)%<", row)[1])

    usual = share()
    widget(page.slider, "Temperature").set_value(8.0).run()
    assert share() < usual - 5
    assert "the order never changes" in texts(page)


def test_a_damaged_or_vanished_network_is_a_sentence(open_page):
    run = run_of("perceptron")
    page = open_page(PAGE, model=run.id)
    run.snapshot.write_bytes(run.snapshot.read_bytes()[:1000])
    page.run()
    assert not page.exception
    assert "is not a safetensors file or is cut off" in texts(page.main)
    run.snapshot.unlink()
    page.run()
    assert not page.exception
    assert "There is no model" in texts(page.sidebar)


def test_a_network_in_training_is_said_to_change(open_page):
    run = run_of("perceptron")
    page = open_page(PAGE, model=run.id)
    assert "still training" not in texts(page)
    run.enqueue(asker=TEACHER)
    page.run()
    assert "This network is still training" in texts(page)


def test_a_network_that_looks_at_nothing_is_explained_too(open_page):
    model = network("average pooling")
    for parameter in model.parameters():
        parameter.data.zero_()
    run = create_run(CONFIGS["average pooling"], "made", asker=TEACHER)
    save_checkpoint(run.snapshot, model, ModelCard(config=model.config, metrics={}))
    page = open_page(PAGE, model=run.id)
    for chosen in SECTIONS:
        section(page, chosen)
    assert np.isfinite(predict(model, np.zeros((28, 28), np.float32)).confidence)
    section(page, "Why")
    assert "No pixel has a say in" in texts(page)
