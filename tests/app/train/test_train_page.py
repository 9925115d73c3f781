"""The Train page: its views of a run, its groups of settings, the search for a learning rate, the augmented digits."""

import json
import re
import shutil
import threading
from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest

from mnist_core.asker import TEACHER
from mnist_core.background import Progress
from mnist_core.config import TrainConfig
from mnist_core.errors import RunError
from mnist_core.events import Finished
from mnist_core.history import History
from mnist_core.jobs.rate_search import RateSearch
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import preset
from mnist_core.runs.store import create_run, list_runs
from mnist_core.runs.watched import key_of
from tests.support.events import epoch, inspection, started, step
from tests.support.live import headline, live_views, looks
from tests.support.pages import as_read, in_hand, texts, widget
from tests.support.processes import running
from tests.support.waiting import wait_for
from ui.cached import models, run_records
from ui.train import rate_search
from ui.train.guess import describe_guess
from ui.train.live import VIEWS

PATH = "pages/4_Train.py"


@pytest.fixture
def run(tiny):
    """A stopped run of the notebook's architecture with a report from inside its layers and a network."""
    run = create_run(models.card(models.find_model("notebook")).config, "notebook", asker=TEACHER)
    gradients = {"conv1": 0.5, "conv2": 0.25, "conv3": 0.25, "dense1": 0.25, "output": 1.0}
    values = {"gradients": gradients, "changes": gradients, "dead": {"act1": 0.0, "dense_act1": 0.25}}
    for event in (started(), step(5), step(10), inspection(10, **values)):
        run.append(event)
    shutil.copy(CHECKPOINTS / "notebook.safetensors", run.snapshot)
    return run


def charts(page):
    return [json.loads(chart.proto.spec)["title"]["text"] for chart in page.get("echarts_chart")]


def html(page):
    return "".join(str(element.proto.body) for element in page.get("html"))


def view(page):
    return page.segmented_control(key="digit-lab.train.view")


def test_only_the_chosen_view_is_drawn_and_it_stays_chosen(open_page, run):
    page = open_page(PATH, run=run.id)
    assert (charts(page), list(looks(page))) == ([], ["loss", "accuracy"])
    view(page).set_value("Learning rate & gradients").run()
    assert charts(page) == ["Learning rate", "Gradient of each layer", "One step's change of each layer", "Dead ReLUs"]
    assert "It has stayed at 0.1 so far." in texts(page)
    assert "The longest now is Output's, 1: 4.0 times Convolution 2's." in texts(page)
    assert "Most are dead in Dense 1: 25% of it now." in texts(page)
    view(page).set_value("Filters & weights").run()
    assert charts(page) == ["Convolution 1", "Convolution 2", "Convolution 3", "Dense 1", "Output"]
    assert html(page).count('alt="filter ') == 32
    assert "of their length" in texts(page)
    page.switch_page("pages/3_Explore.py").run()
    page.switch_page(PATH).run()
    assert view(page).value == "Filters & weights"


def test_threads_and_number_format_are_shown_with_their_reasons(open_page, run):
    assert "10 parameters on cpu, 1 thread, float32\n" in texts(open_page(PATH, run=run.id)) + "\n"
    run.append(replace(started(), threads_reason="2 would be 0.9 × as fast", precision_reason="a *guess*"))
    shown = "1 thread (2 would be 0.9 × as fast), float32 (a *guess*)"
    assert shown in texts(open_page(PATH, run=run.id))


def test_the_table_of_layers_is_among_the_fields_of_the_architecture_and_follows_them(open_page):
    page = open_page(PATH, preset="notebook", open="architecture")
    (architecture,) = [group for group in page.expander if group.label == "Architecture"]

    def table():
        (shown,) = [html for element in architecture.get("html") if "Multiply-adds" in (html := element.proto.body)]
        return [re.findall(r">([^<]*)</t[dh]>", row) for row in shown.split("<tr>")[1:]]

    assert table()[:2] == [
        ["Layer", "Output shape", "Parameters", "Multiply-adds", "Memory"],
        ["Convolution, 32 filters of 5 × 5", "32 × 24 × 24", "832", "460,800", "73.7 kB"],
    ]
    assert ["Flatten into one row", "64", "", "", ""] in table()
    widget(page.slider, "Convolution stages").set_value(1).run()
    (architecture,) = [group for group in page.expander if group.label == "Architecture"]
    assert [row[0].split(",")[0] for row in table()] == ["Layer", "Convolution", "Max pool", "Flatten into one row"] + [
        "Dense"
    ] * 2


@pytest.mark.parametrize("by_server", [False, True])
def test_smoothing_and_the_logarithmic_axis_change_the_loss_chart(open_page, run, by_server):
    page = open_page(PATH, run=run.id)
    page.session_state["digit-lab.train.by-server"] = by_server
    page.run()

    def drawn():
        """Whether the loss is smoothed, and which of both charts have logarithmic axes."""
        if by_server:
            specs = [chart.proto.spec for chart in page.get("echarts_chart")]
            return "not smoothed" in specs[0], ['"type":"log"' in spec for spec in specs]
        return looks(page)["loss"]["smoothing"] > 0, [one["logarithmic"] for one in looks(page).values()]

    assert drawn() == (True, [False, False])
    widget(page.slider, "Smoothing of the training curves").set_value(0.0).run()
    widget(page.toggle, "Logarithmic loss axis").set_value(True).run()
    assert drawn() == (False, [True, False])


def edit_record(run, kind, **values):
    """Give all lines of a kind other values; without any, strike them out."""
    lines = [json.loads(line) for line in run.journal.read_bytes().splitlines()]
    kept = [line | values if line["kind"] == kind else line for line in lines if values or line["kind"] != kind]
    run.journal.write_text("".join(json.dumps(line) + "\n" for line in kept))


def edit_config(run, **values):
    path = run.path / "config.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"config": record["config"] | values}))


@pytest.mark.parametrize(
    "edit",
    [
        lambda run: edit_record(run, "inspection", gradients={}),
        lambda run: edit_record(run, "inspection", changes={}),
        lambda run: edit_record(run, "inspection", gradients={"conv9": 1.0}, changes={"conv9": 1.0}),
        lambda run: edit_record(run, "inspection", dead={"": 1.0}),
        lambda run: edit_record(run, "inspection", dead={"flatten": 1.0}),
        lambda run: edit_record(run, "epoch"),
        lambda run: edit_record(run, "step"),
        lambda run: edit_record(run, "started"),
        lambda run: edit_config(run, filters=[4], kernel_sizes=[3]),
        lambda run: edit_config(run, filters=[], kernel_sizes=[], dense=[]),
    ],
    ids=[
        *("no gradients", "no changes", "an unknown layer", "a nameless ReLU", "dead, but no ReLU"),
        *("no epochs", "no steps", "no start", "fewer filters", "no layer but the last"),
    ],
)
def test_a_run_edited_by_hand_leaves_every_view_standing(open_page, run, edit):
    run.append(epoch(1))
    run.append(Finished(step=10, test_loss=0.1, test_accuracy=0.9, seconds=11.0, best_epoch=1))
    edit(run)
    page = open_page(PATH, run=run.id)
    if run.history().started:
        assert "ended early, after epoch 1 of 2" in headline(page)
    for name in VIEWS[1:]:
        view(page).set_value(name).run()
        assert not page.exception


def test_a_line_cut_off_by_a_crash_is_told(open_page, run):
    record = run.journal.read_bytes()
    run.journal.write_bytes(record + b'{"kind": "step", "st')
    assert "1 line(s) of this run's record could not be read and were passed over." in texts(
        open_page(PATH, run=run.id)
    )
    run.journal.write_bytes(record)
    assert "passed over" not in texts(open_page(PATH, run=run.id))


def test_a_run_without_a_network_yet_says_so(open_page, run):
    run.snapshot.unlink()
    page = open_page(PATH, run=run.id)
    view(page).set_value("Filters & weights").run()
    assert "as soon as the network has been saved" in texts(page)


def opened(page):
    return {block.label for block in page.expander if block.proto.expanded}


def test_a_link_opens_the_groups_it_names_and_a_click_is_in_the_url(open_page):
    page = open_page(PATH, open="data,optimisation")
    assert opened(page) == {"Data and augmentation", "More on optimisation"}
    assert page.query_params["open"] == "data,optimisation"
    page.switch_page("pages/3_Explore.py").run()
    page.switch_page(PATH).run()
    assert opened(page) == {"Data and augmentation", "More on optimisation"}
    assert opened(open_page(PATH, open="../x,,architecture")) == {"Architecture"}
    page = open_page(PATH)
    assert opened(page) == set()
    assert "open" not in page.query_params


def test_nine_augmented_digits_follow_the_settings(open_page):
    assert 'alt="augmented' not in html(open_page(PATH))  # closed: not even worked out
    page = open_page(PATH, open="data")
    plain = re.findall(r'src="([^"]*)" alt="augmented', html(page))
    assert len(plain) == 9
    assert len(set(plain)) == 3
    widget(page.slider, "Rotation (degrees)").set_value(20.0).run()
    turned = re.findall(r'src="([^"]*)" alt="augmented', html(page))
    assert len(set(turned)) == 9
    widget(page.button, "Show others").click().run()
    assert not set(turned) & set(re.findall(r'src="([^"]*)" alt="augmented', html(page)))


def test_habits_are_switched_on_and_off_in_the_preview(open_page):
    label = "Habits of writing digits"
    assert label not in [pills.label for pills in open_page(PATH, open="data").get("button_group")]
    page = open_page(PATH, open="data", pen_variants="1.0")
    pills = widget(page.button_group, label)

    def drawn():
        return re.findall(r'class="habits".*?</div>', html(page))[0].count("<img")

    assert drawn() == len(pills.options) == 32
    pills.set_value(["slashed zero", "hooked nine"]).run()
    assert drawn() == 2


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch):
    """On a busy machine a page takes longer than a search waits for a look."""
    monkeypatch.setattr(rate_search, "_PATIENCE", 1000.0)


SMALL = {"filters": "4", "kernel_sizes": "3", "batch_size": "64", "train_size": "3000", "schedule": "constant"}


def searched(page):
    """Press the button and return the search, which goes on for as long as it is looked at."""
    widget(page.button, "Find a learning rate").click().run()
    return page.session_state["digit-lab.rates"]


def standing(config, **found):
    """A search that stands as told."""
    seen = Progress(RateSearch(**found), finished=True)
    task = SimpleNamespace(look=lambda: seen, ended=True, cancel=lambda **_: None)
    return rate_search.Search(config, task)


def test_a_learning_rate_is_found_and_put_into_the_form(open_page):
    page = open_page(PATH, **SMALL)
    search = searched(page)
    wait_for(lambda: search.task.look().ended)
    rate = search.task.look().result.suggestion
    page.run()
    assert "Loss at rising learning rates" in charts(page)
    assert f"The loss falls fastest at {rate:g}" in texts(page)
    widget(page.button, f"Use {rate:g}").click().run()
    assert widget(page.select_slider, "Learning rate").value == rate
    assert "Loss at rising learning rates" not in charts(page)
    assert page.session_state["digit-lab.rates"] is None


def test_a_search_that_fails_says_why_and_can_be_tried_again(open_page, monkeypatch):
    attempts = count(1)

    def failing_once(config, *, longest):
        if next(attempts) == 1:
            raise RunError("no process for the search can be started: End other programs")
        yield RateSearch(share=1.0)

    monkeypatch.setattr(rate_search, "search_rate", failing_once)
    page = open_page(PATH, **SMALL)
    search = searched(page)
    wait_for(lambda: search.task.look().ended)
    page.run()
    assert [as_read(error.value) for error in page.error] == [
        "No process for the search can be started: End other programs."
    ]
    assert "The loss never fell clearly" not in texts(page)
    widget(page.button, "Try again").click().run()
    wait_for(lambda: search.task.look().ended)
    page.run()
    assert not page.error
    assert "The loss never fell clearly" in texts(page)


def test_a_search_is_done_by_no_thread_of_the_server(open_page):
    page = open_page(PATH, **SMALL)
    search = searched(page)
    wait_for(lambda: search.task.look().result.rates)
    assert running("rate_search_worker")
    search.task.cancel(asker=TEACHER)


def test_a_second_search_waits_for_the_first(open_page, monkeypatch):
    gate = threading.Semaphore(0)

    def search(config, *, longest):
        gate.acquire()
        yield RateSearch()

    monkeypatch.setattr(rate_search, "search_rate", search)
    first = rate_search.start(TrainConfig(), "")
    first.task.look()
    page = open_page(PATH, **SMALL)
    second = searched(page)
    assert re.search("Waiting for its turn.*; another one goes first", texts(page))
    gate.release(2)
    for search in (first, second):
        wait_for(lambda search=search: search.task.look().ended)


def test_what_a_replaced_form_still_sends_is_not_heard(open_page):
    """The browser sends every field with every click, those of a form that has just been replaced among them."""
    page = open_page(PATH)
    page.session_state["digit-lab.rates"] = standing(TrainConfig(), rates=(0.001,), losses=(2.3,), suggestion=0.005)
    page.run()
    widget(page.select_slider, "Batch size").set_value(256)
    widget(page.button, "Use 0.005").click().run()
    assert not page.exception
    assert widget(page.select_slider, "Learning rate").value == 0.005
    assert widget(page.select_slider, "Batch size").value == preset("fast").batch_size


def test_a_stage_that_has_just_been_taken_away_is_not_changed(open_page):
    page = open_page(PATH, open="architecture")
    widget(page.slider, "Convolution stages").set_value(2)
    widget(page.select_slider, "Filters, stage 3").set_value(8).run()
    assert not page.exception
    assert page.query_params["filters"] == ",".join(map(str, preset("fast").filters[:2]))


def test_closing_a_search_ends_it(open_page):
    page = open_page(PATH, preset="best")
    search = searched(page)
    wait_for(lambda: search.task.look().result.rates)
    widget(page.button, "Close").click().run()
    assert "Loss at rising learning rates" not in charts(page)
    wait_for(lambda: not search.task.working)
    wait_for(lambda: not running("rate_search_worker"))
    assert len(search.task.look().result.rates) < 100


def test_a_batch_that_fits_into_no_memory_is_refused_and_the_settings_stay(open_page):
    large = {"filters": "128,128", "kernel_sizes": "3,3", "padding": "same", "pooling": "none", "dense": ""}
    page = open_page(PATH, **large)
    widget(page.select_slider, "Batch size").set_value(1024).run()
    assert "a batch may take about 1.1 GB of memory" in as_read(page.error[0].value)
    assert "lower batch_size to " in as_read(page.error[0].value)
    assert widget(page.select_slider, "Batch size").value == preset("fast").batch_size


def test_the_charts_are_there_and_empty_before_the_first_run(open_page):
    page = open_page(PATH)
    assert list(looks(page)) == ["loss", "accuracy"]
    assert "Before training, ten equally likely digits give a loss of 2.30." in texts(page)


def test_a_guess_is_drawn_before_and_compared_after(open_page, run, monkeypatch):
    page = open_page(PATH)
    widget(page.slider, "Your guess").set_value(97.5).run()
    assert looks(page)["accuracy"]["guess"] == 0.975
    monkeypatch.setattr(run_records.jobs(), "start", lambda *_, **__: run)
    widget(page.button, "Start").click().run()
    assert looks(page)["accuracy"]["guess"] == 0.975
    assert widget(page.button, "No guess").disabled, "the next run needs a guess of its own"
    run.append(Finished(step=20, test_loss=0.05, test_accuracy=0.981, seconds=9.0))
    page.run()
    assert "You guessed 97.5%: it reads 0.6 points more." in texts(page)


def test_a_guess_can_be_taken_back(open_page):
    page = open_page(PATH)
    widget(page.slider, "Your guess").set_value(97.5).run()
    widget(page.button, "No guess").click().run()
    assert looks(page)["accuracy"]["guess"] is None


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (None, ""),
        (0.99, "You guessed 99.0%: it reads 1.5 points less."),
        (0.9752, "You guessed 97.5%, and so it came."),
    ],
)
def test_the_guess_in_words(guess, said):
    ended = History.of([Finished(step=1, test_loss=0.1, test_accuracy=0.975, seconds=1.0)])
    assert describe_guess(ended, guess) == said
    assert describe_guess(History(), guess) == ""


def test_a_run_watches_the_digit_in_hand_from_its_start_and_hard_images_on_a_click(open_page, mnist):
    page = open_page(PATH, train_size="1000", validation_size="1000")
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    widget(page.button, "Start").click().run()
    (run,) = list_runs()
    assert run.watched.keys() == {key_of(mnist.test_images[0])}
    views = {one["view"]: one for one in live_views(page)}
    assert views["film"]["drawing"]["key"] == key_of(mnist.test_images[0])
    widget(page.button, "Watch twelve hard images").click().run()
    assert len(run.watched.keys()) == 13
    (hard,) = [one["images"] for one in live_views(page) if one["view"] == "hard"]
    assert {one["key"] for one in hard} < run.watched.keys()
    assert not [button for button in page.button if button.label == "Watch twelve hard images"]


def test_a_run_that_watches_enough_says_so(open_page, tiny, mnist):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    run.watched.add(mnist.test_images[1:65], asker=TEACHER)
    page = open_page(PATH, run=run.id)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    assert f"the run {run.id} watches 64 drawings, and 64 are the most" in texts(page)
    widget(page.button, "Watch twelve hard images").click().run()
    assert "64 are the most" in page.error[0].value
    assert len(run.watched.keys()) == 64


def test_a_run_that_has_ended_and_has_not_looked_at_the_digit_reads_it_now(open_page, run, mnist):
    page = open_page(PATH, run=run.id)
    page.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    page.run()
    (film,) = [one for one in live_views(page) if one["view"] == "film"]
    assert film["drawing"]["now"][7] > 0.9
    assert run.watched.keys() == set(), "nothing is written to a run that has ended"
    page.session_state["digit-lab.train.by-server"] = True
    page.run()
    assert "read as **7** by this network as it is now" in texts(page)
