"""Draw, Inside and Evaluate say which network reads, and offer the visitor's own newest one."""

import pytest

from mnist_core.asker import seat_of
from mnist_core.runs.store import create_run
from tests.support.pages import finished_run, texts, widget

OTHER = seat_of("another")
PAGES = ["pages/5_Evaluate.py", "pages/6_Draw.py", "pages/7_Inside.py"]


def offered(page):
    return [button for button in page.main.button if button.label == "Use your newest"]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_which_network_reads_and_offers_ones_own(open_page, sit_down, tiny, path):
    me = sit_down("me")
    page = open_page(path, model="notebook")
    mine = finished_run(tiny, asker=me)
    finished_run(tiny, asker=OTHER)
    page.run()
    assert r"Read by **notebook \(shipped\)**" in [markdown.value for markdown in page.main.markdown]
    widget(page.main.button, "Use your newest").click().run()
    assert page.query_params["model"] == mine.id
    assert "**, your newest" in texts(page.main)
    assert not offered(page)


def test_a_run_of_ones_own_without_a_network_is_not_offered(open_page, sit_down, tiny):
    me = sit_down("me")
    page = open_page("pages/6_Draw.py")
    create_run(tiny, "fast", asker=me)
    page.run()
    assert not offered(page)
