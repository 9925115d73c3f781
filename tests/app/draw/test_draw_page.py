"""The Draw page without a browser: everything but the board itself, which AppTest cannot draw on."""

import dataclasses
import io
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.asker import TEACHER
from mnist_core.background import BackgroundTask
from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.strokes import Box, Stroke
from mnist_core.evaluation.predictions import read_images
from mnist_core.handwriting.collection import collection
from mnist_core.handwriting.drawing import Drawing
from mnist_core.handwriting.drawings_zip import to_zip
from mnist_core.handwriting.fine_tuning import FineTuning, load_fine_tuning
from mnist_core.handwriting.fine_tuning_file import read_summary
from mnist_core.jobs.execution import execute
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.rejection.detector import load_detector
from mnist_core.runs.store import create_run, list_runs
from mnist_core.storage.png import png
from tests.support.pages import as_read, widget
from tests.support.waiting import wait_for
from ui.cached import drawings, measurements, models, run_records
from ui.draw import collection as class_collection
from ui.draw import filing, preparation, state
from ui.shared import answers, panels, visitor
from ui.shared.kept import DigitInHand
from ui.shared.names import in_markdown

HELD = "digit-lab.digit"


@pytest.fixture
def held(mnist):
    return DigitInHand(mnist.test_images[0] / np.float32(255), "Test image 0, labelled 7", 7)


def draw_page(open_page, held=None, **query):
    page = open_page("pages/6_Draw.py", **query)
    if held is not None:
        page.session_state[HELD] = held
        page.run()
    assert not page.exception
    return page


def texts(page):
    elements = [*page.markdown, *page.caption, *page.info, *page.error, *page.get("html")]
    return " ".join(str(getattr(e, "value", None) or getattr(e.proto, "body", "")) for e in elements)


def choose(page, label, option):
    [group] = [g for g in page.get("button_group") if g.label == label]
    group.set_value(option).run()
    assert not page.exception


SEVEN = [(90, 60), (210, 60), (140, 250)]


def drawn(*strokes, width=20):
    """What the board hands over of these strokes, each a list of points in its 300 pixels."""
    picture = Image.new("RGBA", (300, 300), "black")
    paths = []
    for points in strokes:
        ImageDraw.Draw(picture).line(points, "white", width, "curve")
        paths.append([["M" if i == 0 else "L", *point] for i, point in enumerate(points)])
    objects = [{"type": "Path", "path": path, "strokeWidth": width} for path in paths]
    return SimpleNamespace(json_data={"objects": objects}, image_data=np.asarray(picture))


def back_on_draw(open_page, board, held=None):
    """The Draw page, come back to from Home after `board` was drawn."""
    page = open_page()
    page.session_state["digit-lab.board-drawn"] = board
    if held:
        page.session_state[HELD] = held
    page.switch_page("pages/6_Draw.py").run()
    assert not page.exception
    return page


def labels(page):
    return [group.label for group in page.get("button_group")]


def test_a_drawing_is_on_the_board_again_after_another_page_and_another_source(open_page):
    page = back_on_draw(open_page, drawn(SEVEN))
    for _ in range(2):
        assert 'data-answer="7"' in texts(page)
        assert "Your drawing, as 28 × 28 pixels" in texts(page)
        assert "The same drawing, prepared in four ways." in texts(page)
        assert "That was a …" in labels(page)
        [save] = [button.proto for button in page.get("download_button") if button.proto.label == "PNG"]
        assert not save.disabled
        choose(page, "Where the digit comes from", "MNIST")
        page.number_input[0].set_value(1).run()
        assert 'data-answer="2"' in texts(page)
        choose(page, "Where the digit comes from", "Board")


def test_a_digit_taken_in_hand_elsewhere_wins_over_an_older_drawing(open_page, mnist):
    image = mnist.test_images[1] / np.float32(255)
    page = back_on_draw(open_page, drawn(SEVEN), DigitInHand(image, "Test image 1, labelled 2", 2))
    assert 'data-answer="2"' in texts(page)
    assert "The board is empty: this is the digit in hand, from elsewhere." in texts(page)
    assert "Test image 1, labelled 2, as 28 × 28 pixels" in texts(page)
    assert "That was a …" not in labels(page)


@pytest.fixture
def one_browser(monkeypatch):
    """All sessions are those of one browser; returns a function that makes them another's."""

    def of(name):
        monkeypatch.setattr(visitor, "key", lambda: name)

    of("one")
    return of


def test_a_reload_keeps_the_drawing_and_another_browser_never_sees_it(open_page, one_browser):
    page = back_on_draw(open_page, drawn(SEVEN))
    reloaded = draw_page(open_page)
    assert 'data-answer="7"' in texts(reloaded)
    assert "The board is empty" not in texts(reloaded)
    one_browser("another")
    assert "data-answer" not in texts(draw_page(open_page))
    one_browser("one")
    next(button for button in page.button if button.label == "Clear").click().run()
    assert "data-answer" not in texts(draw_page(open_page))
    assert 'data-answer="7"' in texts(reloaded.run()), "a tab that was open keeps its own"


def test_a_reload_keeps_a_digit_from_elsewhere_and_not_the_drawing_before_it(open_page, one_browser, mnist):
    page = back_on_draw(open_page, drawn(SEVEN))
    choose(page, "Where the digit comes from", "MNIST")
    page.number_input[0].set_value(1).run()
    shown = texts(draw_page(open_page))
    assert 'data-answer="2"' in shown
    assert "this is the digit in hand, from elsewhere" in shown


def test_a_test_image_does_not_stay_behind_on_an_empty_board(open_page):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "MNIST")
    choose(page, "Where the digit comes from", "Board")
    assert "data-answer" not in texts(page)
    assert "Draw a digit from 0 to 9 on the black board" in texts(page)


def test_a_mark_too_small_does_not_look_like_a_digit(open_page):
    shown = texts(back_on_draw(open_page, drawn([(150, 150), (153, 152)])))
    assert "This does not look like a digit</b><br>That mark is too small to be a digit." in shown


def test_a_drawing_whose_pixels_show_no_digit_is_read_from_its_strokes(open_page, monkeypatch):
    monkeypatch.setattr(preparation, "recipes", lambda pixels: {})
    shown = texts(back_on_draw(open_page, drawn(SEVEN)))
    assert 'data-answer="7"' in shown
    assert "The same drawing, prepared in one way." in shown
    assert "The other preparations start from the pixels on the board" in shown


def test_a_block_filled_with_the_thickest_brush_is_no_error(open_page):
    rows = [(x, y) for y in range(60, 241, 15) for x in ((60, 240) if y % 2 else (240, 60))]
    assert "data-answer" in texts(back_on_draw(open_page, drawn(rows, width=40)))


def test_the_chosen_digit_of_a_number_is_shown_as_large_as_a_single_one(open_page):
    one, seven = [(60, 60), (60, 250)], [(x + 60, y) for x, y in SEVEN]
    page = back_on_draw(open_page, drawn(one, seven))
    assert 'data-answer="17"' in texts(page)
    assert texts(page).count("second guess: ") == 2

    def large():
        [tag] = [part for part in texts(page).split("<img") if "the 28 by 28 image" in part]
        assert 'width="252"' in tag
        return tag

    first = large()
    choose(page, "Digit in hand", 1)
    assert (second := large()) != first
    page.switch_page("home.py").run()
    page.switch_page("pages/6_Draw.py").run()
    assert large() == second, "coming back does not take another one in hand"


def test_a_test_image_is_put_on_the_board_and_read(open_page):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "MNIST")
    assert 'data-answer="7"' in texts(page)
    page.number_input[0].set_value(1).run()
    assert 'data-answer="2"' in texts(page)
    assert page.session_state[HELD].label == 2
    [random] = [b for b in page.button if b.label == "Random"]
    random.click().run()
    assert not page.exception
    assert page.number_input[0].value == page.session_state["digit-lab.draw.index"]


def test_a_second_model_answers_the_same_digit(open_page, held):
    page = draw_page(open_page, held)
    choose(page, "Look closer", "Second model")
    assert "They agree" in texts(page)
    differing = page.dataframe[0].value.set_index("What differs")
    assert "start" in differing.index
    assert differing.loc["test accuracy"].tolist() == ["99.40%", "99.63%"], "what drawings add, beside MNIST alone"
    widget(page.selectbox, "Second model").set_value("notebook").run()
    differing = page.dataframe[0].value.set_index("What differs")
    assert "batch norm" in differing.index
    assert differing.loc["test accuracy"].tolist() == ["99.40%", "98.67%"]


def test_a_shipped_network_has_no_past(open_page, held):
    page = draw_page(open_page, held)
    choose(page, "Look closer", "Time machine")
    assert "comes without its past" in texts(page)


def test_the_time_machine_goes_back_to_an_epoch(open_page, held, runs, tiny):
    run = create_run(tiny.replace(epochs=3), "x", asker=TEACHER)
    list(execute(run))
    page = draw_page(open_page, held, model=run.id)
    choose(page, "Look closer", "Time machine")
    assert "After epoch **3** it read" in texts(page)
    [slider] = page.select_slider
    slider.set_value(1).run()
    assert "After epoch **1** it read" in texts(page)


def test_an_epoch_whose_network_is_damaged_is_told(open_page, held, runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    list(execute(run))
    run.epoch_checkpoint(1).write_bytes(b"nothing")
    page = draw_page(open_page, held, model=run.id)
    choose(page, "Look closer", "Time machine")
    assert "epoch-001.safetensors" in as_read(texts(page))


def heart():
    t = np.linspace(0, 2 * np.pi, 80)
    high = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    points = np.column_stack([140 + 6 * 16 * np.sin(t) ** 3, 140 - 6 * high])
    return DigitInHand(from_strokes([Stroke(points, 20)]), "A heart")


def test_a_heart_is_refused_with_its_reason_and_with_what_the_network_would_say(open_page):
    page = draw_page(open_page, heart())
    shown = texts(page)
    assert 'data-answer="?"' in shown
    assert f"This does not look like a digit</b><br>{load_detector().describe_refusal(heart().image)}." in shown
    assert "The model in hand knows only digits: it would say " in shown
    assert "sure; second guess: " in shown
    assert "Of MNIST's validation images, 0.8% are refused like this." in shown
    assert shown.count('class="bars"') == 1
    choose(page, "Look closer", "Second model")
    assert "Neither has learned what this is" in texts(page)


def test_a_seven_is_not_refused(open_page, held):
    shown = texts(draw_page(open_page, held))
    assert 'data-answer="7"' in shown
    assert "This does not look like a digit" not in shown


def test_the_network_that_tells_what_is_no_digit_is_not_to_be_taken_in_hand(runs):
    assert [model.name for model in models.models()] == ["best", "everyone", "notebook"]


def test_a_missing_detector_is_told(open_page, held, monkeypatch, tmp_path):
    def missing():
        return load_detector(tmp_path / "strangers.safetensors")

    monkeypatch.setattr(measurements, "detector", missing)
    assert "cannot read the checkpoint" in texts(draw_page(open_page, held))


def test_a_number_shows_each_digit_and_a_question_mark_for_what_is_none(mnist):
    model = models.find_model("best")
    images = [mnist.test_images[0] / np.float32(255), np.ones((28, 28), np.float32)]
    shown = answers.number_html([answers.read(model, image) for image in images])
    assert 'data-answer="7?"' in shown
    assert shown.count('class="bars"') == 2


def test_a_png_keeps_every_pixel():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 4), np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(png(pixels)))) == pixels).all()


def test_a_frame_lies_where_its_digit_does():
    shown = panels.boxes_html(np.zeros((200, 100), np.float32), [Box(25, 50, 75, 150)], 300)
    assert "left:25.00%;top:25.00%;width:50.00%;height:50.00%" in shown
    assert "bottom:100%" in shown, "its number above it"
    at_the_top = panels.boxes_html(np.zeros((200, 100), np.float32), [Box(25, 3, 75, 150)], 300)
    assert "top:100%" in at_the_top
    assert ">1</b>" in at_the_top
    assert "</b>" not in panels.boxes_html(np.zeros((60, 1000), np.float32), [Box(25, 3, 75, 50)], 300)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A collection of its own."""
    monkeypatch.setenv("DIGIT_LAB_COLLECTION", str(tmp_path / "collection"))
    return collection()


def test_a_digit_is_filed_under_the_one_it_was_meant_to_be_and_taken_back(open_page, own, mnist):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "Picture")
    page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[0])), "image/png").run()
    choose(page, "That was a …", 9)
    [drawing] = own.drawings()[0]
    assert drawing.label == 9
    assert "Filed under **9**" in texts(page)
    widget(page.button, "Undo").click().run()
    assert own.ids() == []


def test_a_reload_does_not_forget_that_a_drawing_was_filed(open_page, own, one_browser):
    page = back_on_draw(open_page, drawn(SEVEN))
    choose(page, "That was a …", 7)
    reloaded = draw_page(open_page)
    assert "Filed under **7**: 1 drawing in" in texts(reloaded)
    assert next(group for group in reloaded.get("button_group") if group.label == "That was a …").disabled
    widget(reloaded.button, "Undo").click().run()
    assert own.ids() == []


def test_a_picture_is_still_in_hand_after_another_page_until_it_is_taken_away(open_page, mnist):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "Picture")
    page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[0])), "image/png").run()
    page.switch_page("home.py").run()
    page.switch_page("pages/6_Draw.py").run()
    assert 'data-answer="7"' in texts(page)
    assert "No picture is chosen: this is the digit in hand, from elsewhere." in texts(page)
    assert "Your picture, as 28 × 28 pixels" in texts(page)
    page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[1])), "image/png").run()
    assert 'data-answer="2"' in texts(page)
    page.get("file_uploader")[0].clear().run()
    assert "data-answer" not in texts(page)
    assert "Choose a picture of one or more digits" in texts(page)


def test_a_click_that_the_browser_sends_twice_files_one_drawing(own, held, monkeypatch):
    monkeypatch.setattr("streamlit.session_state", kept := {})
    key = state.label_key()
    kept[key] = 7
    for _ in range(2):
        filing._file(SimpleNamespace(images=[held.image], strokes=()), 0, key)
    assert [drawing.label for drawing in own.drawings()[0]] == [7]


def imported(own, mnist, count):
    """Fill the collection with test images, as an import does."""
    found = [
        Drawing(f"20260101-000000-{i:06x}", int(mnist.test_labels[i]), np.array(mnist.test_images[i]), (), "2026")
        for i in range(count)
    ]
    own.add_zip(to_zip(found), asker=TEACHER)
    return found


def test_many_drawings_are_read_in_the_background_once_and_shown_a_page_at_a_time(open_page, own, mnist, monkeypatch):
    monkeypatch.setattr(drawings, "_AT_ONCE", 100)
    monkeypatch.setattr(class_collection, "_ROWS", 90)
    found = imported(own, mnist, 250)
    page = draw_page(open_page, model="best")
    choose(page, "Look closer", "Your hand")
    [bar] = page.get("progress")
    assert "reads 250 drawings" in bar.proto.text
    assert widget(page.button, f"Teach {in_markdown('best')}")
    model = models.find_model("best")
    task = drawings.drawings_read(model, drawings.drawings()[0])
    wait_for(lambda: task.look().ended)
    page.run()
    assert not page.exception
    assert "of 250 drawings right" in texts(page)
    assert len(page.dataframe[0].value) == 90
    read = drawings.drawings_read(model, drawings.drawings()[0]).predicted
    assert sum(digit == drawing.label for digit, drawing in zip(read, found, strict=True)) > 240
    own.add(np.eye(28, dtype=np.float32), 1, asker=TEACHER)
    asked = []

    def reading(network, images):
        asked.append(len(images))
        return read_images(network, images)

    monkeypatch.setattr(drawings, "read_images", reading)
    page.run()
    assert "of 251 drawings right" in texts(page)
    assert asked == [1], "only the new one"


def test_your_hand_opens_before_the_network_is_loaded_that_reads_many_drawings(open_page, own, mnist, monkeypatch):
    monkeypatch.setattr(drawings, "_AT_ONCE", 100)
    imported(own, mnist, 101)
    loading, loaded, real = threading.Event(), threading.Event(), models.load_content

    def load(path, content):
        loading.set()
        loaded.wait()
        return real(path, content)

    monkeypatch.setattr(models, "load_content", load)
    monkeypatch.setattr(models, "network", lambda model: pytest.fail("the page waits for a network"))
    page = draw_page(open_page, model="notebook")
    try:
        choose(page, "Look closer", "Your hand")
        loading.wait()
        assert "reads 101 drawings: 0%" in page.get("progress")[0].proto.text
    finally:
        loaded.set()
    model = models.find_model("notebook")
    wait_for(lambda: not isinstance(drawings.drawings_read(model, drawings.drawings()[0]), BackgroundTask))


def test_what_was_filed_belongs_to_its_drawing_and_is_filed_once(open_page, own, mnist):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "Picture")

    def show(index):
        page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[index])), "image/png").run()
        assert not page.exception
        [row] = [group for group in page.get("button_group") if group.label == "That was a …"]
        return row

    show(0)
    choose(page, "That was a …", 7)
    assert not show(1).disabled
    assert "Filed under" not in texts(page)
    assert show(0).disabled
    assert "Filed under **7**: 1 drawing in" in texts(page)
    own.remove([own.drawings()[0][0]], asker=TEACHER)  # as another visitor would in the table
    page.run()
    assert "Filed under" not in texts(page)


def test_test_images_cannot_be_filed_to_learn_from(open_page, own):
    page = draw_page(open_page)
    choose(page, "Where the digit comes from", "MNIST")
    assert "That was a …" not in [group.label for group in page.get("button_group")]


def test_fields_for_files_say_and_keep_their_own_limits(open_page, own):
    page = draw_page(open_page)
    choose(page, "Look closer", "Your hand")
    choose(page, "Where the digit comes from", "Picture")
    assert [field.proto.max_upload_size_mb for field in page.get("file_uploader")] == [10, 50]


def test_an_empty_collection_invites(open_page, own):
    page = draw_page(open_page)
    choose(page, "Look closer", "Your hand")
    assert "The collection is empty" in texts(page)


def test_the_class_test_counts_what_is_read_right_and_passes_over_what_is_damaged(open_page, own, mnist):
    for image, label in zip(mnist.test_images[:8], [*mnist.test_labels[:7], 3], strict=True):
        own.add(image / np.float32(255), int(label), asker=TEACHER)
    (own.folder / f"{own.ids()[0]}.png").write_bytes(b"")
    page = draw_page(open_page, model="best")
    choose(page, "Look closer", "Your hand")
    assert "It reads 6 of 7 drawings right" in texts(page)
    assert "1 drawing(s) in the collection are damaged" in as_read(" ".join(w.value for w in page.warning))
    table = page.dataframe[0].value
    assert table["Meant"].iloc[0] == 3  # read wrong: first
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["The class's test"] == "85.7%"
    assert metrics["Handwriting gap"] == "+13.9 points"


def test_a_damaged_network_is_told_and_the_collection_can_still_be_taken_along(open_page, own, mnist, tiny):
    own.add(mnist.test_images[0] / np.float32(255), 7, asker=TEACHER)
    run = create_run(tiny, "x", asker=TEACHER)
    run.snapshot.write_bytes(b"nothing")
    page = draw_page(open_page, model=run.id)
    choose(page, "Look closer", "Your hand")
    [error] = page.main.error
    assert as_read(error.value).endswith("is not a safetensors file or is cut off: save or copy it again.")
    assert "Export as zip" in [button.proto.label for button in page.get("download_button")]


def test_too_few_drawings_are_told_and_enough_teach_a_network(open_page, own, mnist):
    def with_drawings(count):
        for image, label in zip(mnist.test_images[:count], mnist.test_labels[:count], strict=True):
            own.add(image / np.float32(255), int(label), asker=TEACHER)
        page = draw_page(open_page, model="best")
        choose(page, "Look closer", "Your hand")
        return page

    page = with_drawings(5)
    assert widget(page.button, "Teach best").disabled
    assert "From 20 drawings on; so far: 5." in texts(page)
    page = with_drawings(15)
    assert "From 20 drawings on" not in texts(page)
    widget(page.button, "Teach best").click().run()
    [run] = list_runs()
    assert read_summary(run.fine_tuning).start == "best"
    assert run.config() == load_fine_tuning(run.fine_tuning).config
    for _ in execute(run):
        break  # begun, and left
    assert run.history().started is not None


def test_teaching_shows_before_and_after(open_page, own, mnist, tiny, runs):
    start = create_run(tiny, "x", asker=TEACHER)
    list(execute(start))
    images = np.array(mnist.test_images[:60])
    for image, label in zip(images, mnist.test_labels[:60], strict=True):
        own.add(image / np.float32(255), int(label), asker=TEACHER)
    model, card = load_checkpoint(start.snapshot)
    card = dataclasses.replace(card, metrics={"test_accuracy": 0.5})
    labels = np.array(mnist.test_labels[:60])
    fine_tuning = FineTuning(start="mine", card=card, weights=model.state_dict(), images=images, labels=labels)
    run = create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER)
    list(execute(run))
    page = draw_page(open_page)
    choose(page, "Look closer", "Your hand")
    table = page.dataframe[1].value
    assert table["MNIST's test images"].tolist() == ["50.00%", f"{run.history().test_accuracy:.2%}"]
    assert "has learned from the collection" not in texts(page)
    widget(page.button, f"Take {in_markdown(run_records.title_of(run))} in hand").click().run()
    assert page.query_params["model"] == run.id
    share = run.history().validations[-1].accuracy
    aside = read_summary(run.fine_tuning).held_out
    assert f"only the {aside} drawings kept aside, of which it read {share:.1%} right" in texts(page)
