"""The Runs page in a real browser: what a script of the page cannot do, ticking rows and moving files."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.runs.index import index_of
from mnist_core.runs.repetitions import members
from mnist_core.runs.store import create_run, list_runs
from tests.support.browser import serve
from tests.support.pages import finished_run
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def test_runs_are_ticked_compared_exported_and_imported(visit, server, tiny, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(server.runs))
    first, second = finished_run(tiny.replace(seed=1)), finished_run(tiny.replace(seed=2))
    learner = visit()
    learner.open("Runs")
    table = learner.page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 53})
    with learner.page.expect_download() as download:
        learner.page.get_by_role("button", name="Export").click()
    exported = tmp_path / "run.zip"
    download.value.save_as(exported)
    table.click(position={"x": 18, "y": 88})
    expect(learner.page.get_by_text("If both were equally good")).to_be_visible()
    learner.page.reload()
    expect(learner.page).to_have_url(re.compile(f"(?=.*{first.id})(?=.*{second.id})"))
    expect(learner.page.get_by_text("If both were equally good")).to_be_visible()

    learner.page.get_by_role("button", name="Import").click()
    learner.page.locator("input[type=file]").set_input_files(exported)
    wait_for(lambda: len(list_runs()) == 3)
    (copy,) = set(list_runs()) - {first, second}
    learner.page.wait_for_url(f"**runs={copy.id}*")
    expect(learner.page.get_by_role("button", name="Delete")).to_be_visible()


def test_a_click_that_the_browser_sends_twice_deletes_and_brings_back_one_run(visit, server, tiny, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(server.runs))
    under_way, *runs = create_run(tiny, "fast", asker=TEACHER), *(finished_run(tiny) for _ in range(3))
    learner = visit()
    with under_way.lock():  # what is under way is shown in the sidebar, and that draws itself anew
        for run in runs[:2]:
            learner.open(f"Runs?runs={run.id}")
            learner.click_twice_over("Delete")
            expect(learner.page.get_by_role("button", name="Delete")).to_be_hidden()
            expect(learner.page.get_by_text("Not possible")).to_be_hidden()
        learner.click_twice_over("Undo")
        learner.page.wait_for_url(f"**runs={runs[1].id}*")
        learner.page.get_by_role("button", name="Repeat").click()
        learner.click_twice_over("Start them")
        expect(learner.page.get_by_role("tab", name="Repetitions")).to_be_visible()
        expect(learner.page.get_by_text("Not possible")).to_be_hidden()
        assert runs[0] not in list_runs()
        assert len(members(runs[1].id, index_of().look(oldest=0.0))) == 5
        for run in members(runs[1].id, index_of().look(oldest=0.0)):
            run.dequeue(asker=TEACHER)
