"""The Explore page, section by section, with and without what is computed in the background."""

import json
import shutil

import numpy as np
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from mnist_core.asker import TEACHER
from mnist_core.explore.analyses import MAP_SIZE, PAIRS, PIXELS, AnalysisRunner, Progress
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import create_run
from tests.support.pages import finished_run, texts, widget
from ui.cached import dataset, models, run_records
from ui.explore import digit_map
from ui.explore.picture import nearest_index
from ui.explore.wall import _describe_most_frequent

SECTIONS = ("image", "wall", "statistics", "map", "splits")


@pytest.fixture(autouse=True)
def nothing_begins(monkeypatch):
    """Analyses are made by hand here; those that are missing stay at their beginning."""
    monkeypatch.setattr(AnalysisRunner, "_begin", lambda *_: None)


@pytest.fixture
def explore(open_page):
    def explore(section="image", **query):
        return open_page("pages/3_Explore.py", section=section, **query)

    return explore


def keep(key, **found):
    analyses = dataset.analysis_runner().analyses
    analyses.keep(key, found)
    analyses.report(key, Progress("done", 1.0))


def maps(random):
    return {
        "pca": random.normal(size=(MAP_SIZE, 2)).astype(np.float32),
        "tsne": random.normal(size=(MAP_SIZE, 2)).astype(np.float32),
        "pca_shares": np.array([0.3, 0.2]),
    }


@pytest.fixture
def analysed(mnist):
    """Both analyses, made up: training image 3 is read as a 9, image 100 lies nearest and image 200 farthest."""
    random = np.random.default_rng(0)
    pairs = np.stack([np.arange(10 * PAIRS), 60_000 + np.arange(10 * PAIRS)], axis=1)
    keep(
        PIXELS,
        pairs=pairs,
        pair_distances=np.linspace(1, 2, 10 * PAIRS),
        equal=np.array(0),
        split_correct=np.array(10_700),
        split_count=np.array(20_000),
        halves_correct=np.array(10_010),
        halves_count=np.array(20_000),
        **maps(random),
    )
    read, distances = mnist.train_labels.copy(), random.uniform(2, 3, 70_000)
    read[3] = 9
    distances[[100, 200]] = 1, 4
    keep(
        models.fingerprint(models.find_model("best")),
        read=read,
        confidence=np.full(60_000, 0.95),
        distances=distances,
        **maps(random),
    )


def bricks(page):
    (wall,) = (e for e in page.get("bidi_component") if "images" in str(e.proto))
    return json.loads(wall.proto.json)["images"]


def charts(page):
    return [json.loads(chart.proto.spec) for chart in page.get("echarts_chart")]


def map_points(page):
    (table,) = page.get("echarts_chart")[0].proto.datasets
    return convert_arrow_bytes_to_pandas_df(table.data.data)


@pytest.mark.parametrize(
    ("text", "index", "exists"),
    [
        (None, 0, True),
        ("42", 42, True),
        ("99", 99, True),
        ("100", 99, False),
        ("-3", 0, False),
        ("1e99", 99, False),
        ("inf", 99, False),
        ("nan", 0, False),
        ("seven", 0, False),
        ("7.2", 7, False),
    ],
)
def test_the_nearest_index_that_exists(text, index, exists):
    assert nearest_index(text, 100) == (index, exists)


def test_one_image_by_its_index(explore, mnist):
    page = explore()
    assert "Index **0** · label **5** · size **28 × 28**" in texts(page)
    assert widget(page.button, "Previous").disabled
    widget(page.number_input, "Index").set_value(59_999).run()
    assert f"Index **59,999** · label **{mnist.train_labels[59_999]}**" in texts(page)
    assert widget(page.button, "Next").disabled
    widget(page.button, "Previous").click().run()
    assert "Index **59,998**" in texts(page)
    assert widget(page.number_input, "Index").value == 59_998
    assert page.query_params["index"] == "59998"
    widget(page.segmented_control, "Part of MNIST").set_value("test").run()
    assert "Index **0** · label **7**" in texts(page)
    assert widget(page.number_input, "Index").max == 9_999
    assert page.query_params["part"] == "test"


def test_the_numbers_are_the_grey_values(explore, mnist):
    page = explore(part="test", index="42")
    (numbers,) = (html.proto.body for html in page.get("html") if 'class="numbers"' in html.proto.body)
    written = [int(cell.split("</i>")[0].rpartition(">")[2]) for cell in numbers.split("<i ")[1:]]
    assert written == mnist.test_images[42].ravel().tolist()


@pytest.mark.parametrize(("index", "shown"), [("10000", "9,999"), ("-1", "0"), ("seven", "0"), ("7.2", "7")])
def test_an_odd_index_in_a_link_is_a_sentence_and_the_nearest_image(explore, index, shown):
    page = explore(part="test", index=index)
    assert f"There is no test image “{index}”: they are counted from 0 to 9,999. This is {shown}." in texts(page)
    assert f"Index **{shown}**" in texts(page)
    page.run()
    assert "There is no test image" not in texts(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_works_before_anything_is_computed(explore, section):
    page = explore(section, part="nonsense", index="nonsense")
    assert not page.exception
    assert widget(page.segmented_control, "Section").value == section
    assert page.query_params.get("section", "image") == section


def test_an_unknown_section_is_the_first(explore):
    assert widget(explore("nonsense").segmented_control, "Section").value == "image"


def test_the_section_follows_the_click(explore):
    page = explore()
    widget(page.segmented_control, "Section").set_value("statistics").run()
    assert page.query_params["section"] == "statistics"
    assert len(charts(page)) == 3


def test_a_random_wall_by_digit_and_seed(explore, mnist):
    page = explore("wall", part="test")
    first = [brick["id"] - 60_000 for brick in bricks(page)]
    assert first == np.random.default_rng(0).choice(10_000, 40, replace=False).tolist()
    assert "dealt with seed 0" in texts(page)
    widget(page.button, "Deal again").click().run()
    assert "dealt with seed 1" in texts(page)
    assert [brick["id"] - 60_000 for brick in bricks(page)] != first
    widget(page.selectbox, "Digit").set_value(3).run()
    shown = [brick["id"] - 60_000 for brick in bricks(page)]
    assert (mnist.test_labels[shown] == 3).all()
    assert len(set(shown)) == 40


def test_walls_of_what_the_network_finds(explore, analysed, mnist):
    page = explore("wall")
    kind = widget(page.segmented_control, "Which images")
    kind.set_value("typical").run()
    typical = [brick["id"] for brick in bricks(page)]
    assert 100 in typical
    assert 200 not in typical
    assert np.bincount(mnist.train_labels[typical]).tolist() == [4] * 10
    widget(page.segmented_control, "Which images").set_value("unusual").run()
    widget(page.selectbox, "Digit").set_value(int(mnist.train_labels[200])).run()
    assert bricks(page)[0]["id"] == 200
    widget(page.selectbox, "Digit").set_value("all").run()
    widget(page.segmented_control, "Which images").set_value("doubted").run()
    assert [(brick["id"], brick["caption"]) for brick in bricks(page)] == [
        (3, f"label {mnist.train_labels[3]}, read 9 (95%)")
    ]
    assert "1 in all, 1 of them with 90% or more" in texts(page)
    widget(page.segmented_control, "Part of MNIST").set_value("test").run()
    assert "kept for the Evaluate page" in texts(page)


def test_a_wall_of_nearly_equal_pairs(explore, analysed):
    page = explore("wall")
    widget(page.segmented_control, "Which images").set_value("pairs").run()
    assert [brick["id"] for brick in bricks(page)][:4] == [0, 60_000, 1, 60_001]
    assert "20 of these 20 pairs have one image in each set" in texts(page)
    assert widget(page.segmented_control, "Part of MNIST").disabled
    widget(page.selectbox, "Digit").set_value(2).run()
    assert bricks(page)[0]["id"] == 2 * PAIRS


def test_statistics_of_each_part(explore, mnist):
    page = explore("statistics")
    balance, grey, ink = charts(page)
    assert [series["name"] for series in balance["series"]] == ["training", "validation", "test"]
    assert [chart["title"]["text"] for chart in (balance, grey, ink)] == [
        "Balance of the classes",
        "Grey values",
        "Where ink falls",
    ]
    black = (mnist.train_images == 0).mean()
    assert f"{black:.0%} of all pixels are quite black" in texts(page)
    before = texts(page)
    widget(page.segmented_control, "Part of MNIST").set_value("test").run()
    assert texts(page) != before


def test_maps_of_pixels_and_of_the_last_layer(explore, analysed):
    page = explore("map")
    (chart,) = charts(page)
    assert chart["title"]["text"] == "5,000 training images by the last layer of “best”"
    assert len(map_points(page)) == MAP_SIZE
    assert chart["xAxis"]["name"] == "component 1 (30% of the variance)"
    widget(page.segmented_control, "Map of").set_value("Pixels").run()
    widget(page.segmented_control, "Drawn by").set_value("t-SNE").run()
    (chart,) = charts(page)
    assert chart["title"]["text"].endswith("by their pixels")
    assert "distances between groups do not" in texts(page)


def test_training_and_test_compared(explore, analysed):
    page = explore("splits")
    assert widget(page.metric, "Training or test?").value == "53.5%"
    assert "It can, but only just" in texts(page)


def test_a_model_whose_file_vanished_is_a_sentence_and_the_shipped_one_takes_its_place(explore, analysed, tiny):
    run = finished_run(tiny)
    page = explore("map", model=run.id)
    assert not charts(page)
    assert any("waiting for its turn" in p.proto.text for p in page.get("progress"))
    run.snapshot.unlink()
    page.run()
    assert not page.exception
    assert charts(page)
    assert f"no model “{run.id}”" in texts(page.sidebar)


def test_a_model_that_trains_is_seen_when_it_has_finished(explore, analysed, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    shutil.copy(CHECKPOINTS / "notebook.safetensors", run.snapshot)
    run.enqueue(asker=TEACHER)
    page = explore("map", model=run.id)
    assert f"{run_records.title_of(run)} is still training" in texts(page)
    assert charts(page)


def test_a_failed_analysis_says_why_and_can_be_tried_again(explore):
    analyses = dataset.analysis_runner().analyses
    analyses.report(PIXELS, Progress(failed="The machine's memory is full."))
    page = explore("splits")
    assert "memory is full" in texts(page)
    widget(page.button, "Try again").click().run()
    assert "memory is full" not in texts(page)
    assert analyses.progress(PIXELS) is None


def test_a_folder_that_cannot_be_written_is_a_sentence(explore, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(AnalysisRunner, "_begin", refuse)
    page = explore("splits")
    assert "nothing can be computed in the background (Permission denied)" in texts(page)
    assert "average training pixel" in texts(page)


@pytest.mark.parametrize(
    ("counts", "text"),
    [([1, 2, 6, 3], "2 comes"), ([6, 2, 6, 3], "0 and 2 come"), ([6, 2, 6, 6], "0, 2 and 3 come")],
)
def test_all_of_the_most_frequent_digits_are_named(counts, text):
    assert _describe_most_frequent(np.array(counts)) == text


def test_the_share_on_the_map_is_one_of_images_and_not_a_mean_of_the_digits(monkeypatch):
    monkeypatch.setattr(digit_map, "_agreement", lambda points, labels: np.array([1.0, 0.9, *[0.996] * 8]))
    labels = np.array([0] * 900 + [1] * 100, np.uint8)
    said = digit_map._describe_map({"pca": np.zeros((1000, 2))}, "pca", labels, of_network=True)
    assert "the same label for 99.0% of the images: 0 lies most apart from the others (over 99.99%), 1 is most" in said
