"""Home: what this visitor did last, and what to do next."""

import pytest

from mnist_core.asker import seat_of
from mnist_core.runs.store import create_run
from tests.support.events import started, step
from tests.support.pages import as_read, finished_run, in_hand, texts, widget

OTHER = seat_of("another")


@pytest.fixture
def me(sit_down):
    return sit_down("me")


@pytest.fixture
def home(open_page, me):
    return open_page()


def buttons(page):
    return [button.label for button in page.main.button]


def test_who_comes_for_the_first_time_is_asked_to_draw(home):
    home.run()
    assert "**Begin here.**" in texts(home)
    assert buttons(home) == ["Draw a digit"]
    widget(home.button, "Draw a digit").click().run()
    assert home.title[0].value == "Draw a digit"


def test_who_has_drawn_is_asked_to_train(home, mnist):
    home.session_state["digit-lab.digit"] = in_hand(mnist.test_images[0])
    home.run()
    assert "**You have a digit in hand. Next:** train a network of your own" in texts(home)
    assert buttons(home) == ["Train a network"]


def test_after_a_training_its_result_and_its_verdict_are_told_and_its_network_is_taken_in_hand(home, me, tiny):
    run = finished_run(tiny, asker=me)
    finished_run(tiny, asker=OTHER)
    home.run()
    told = as_read(texts(home))
    assert "Your last training, **fast**, has finished: it reads 98.76% of the test images right. Its verdict:" in told
    assert buttons(home) == ["Draw with it", "See its curves"]
    widget(home.button, "Draw with it").click().run()
    assert home.title[0].value == "Draw a digit"
    assert home.query_params["model"] == run.id
    assert "your newest" in texts(home)


def test_a_run_under_way_is_watched(home, me, tiny, monkeypatch):
    run = create_run(tiny, "fast", asker=me)
    run.enqueue(asker=me)
    home.run()
    assert "waits for its turn" in texts(home)
    assert buttons(home) == ["Watch it"]
    run.dequeue(asker=me)
    for event in (started(), step(5)):
        run.append(event)
    monkeypatch.setattr("mnist_core.runs.store.Run.is_alive", lambda self: True)
    home.run()
    assert "Your network **fast** is training" in texts(home)
    widget(home.button, "Watch it").click().run()
    assert home.query_params["run"] == run.id


def test_an_interrupted_run_is_told_with_a_way_on(home, me, tiny):
    run = create_run(tiny, "fast", asker=me)
    for event in (started(), step(5)):
        run.append(event)
    home.run()
    assert "is interrupted" in texts(home)
    assert buttons(home) == ["See its curves"]
