"""The table of runs where there are more than fit on one page of it."""

import shutil

import pytest

from mnist_core.asker import TEACHER
from mnist_core.runs.archive import pack
from mnist_core.runs.notes import read_notes
from mnist_core.runs.store import find_run, list_runs
from mnist_core.runs.trash import delete
from tests.support.pages import finished_run, ticked_rows, widget
from ui.cached import run_records
from ui.runs import state

PAGE = "pages/8_Runs.py"
MANY = 60


@pytest.fixture
def sixty(runs, tiny):
    """The ids of sixty finished runs, the newest first."""
    made = finished_run(tiny)
    for number in range(1, MANY):
        shutil.copytree(made.path, runs / f"20200101-{number:06d}-fast-{number:08x}")
    return [run.id for run in list_runs()]


def listed(page):
    return page.dataframe[0].value["Run"].tolist()


def turn_to(page, number):
    page.session_state[state.PAGE_WIDGET] = number
    page.run()


def test_the_newest_runs_are_on_the_first_page_and_the_oldest_on_the_last(open_page, sixty):
    page = open_page(PAGE)
    seen = []
    for number in (1, 2, 3):
        turn_to(page, number)
        seen += listed(page)
    assert seen == sixty


def test_no_page_reads_more_records_than_it_shows(open_page, sixty, monkeypatch):
    read, real = set(), run_records.reader

    def reader(run):
        read.add(run.id)
        return real(run)

    monkeypatch.setattr(run_records, "reader", reader)
    assert len(listed(open_page(PAGE))) == len(read) < MANY


def test_a_run_ticked_on_one_page_is_compared_with_one_of_another(open_page, sixty):
    first, last = sixty[0], sixty[-1]
    page = open_page(PAGE, runs=f"{last},{first}")
    assert last in listed(page), "it opens with the run that was ticked first"
    turn_to(page, 1)
    assert page.query_params["runs"] == f"{last},{first}"
    assert ticked_rows(page) == [0]
    assert len(page.get("echarts_chart")) == 1


def test_an_imported_run_is_shown_on_whatever_page_it_is(open_page, sixty):
    oldest = find_run(sixty[-1])
    content = pack(oldest)
    delete(oldest, asker=TEACHER)
    page = open_page(PAGE)
    assert oldest.id not in listed(page)
    page.file_uploader[0].upload("run.zip", content, "application/zip").run()
    assert oldest.id in listed(page)
    assert page.query_params["runs"] == oldest.id


def test_a_page_that_is_gone_is_the_last_one(open_page, sixty, runs):
    page = open_page(PAGE)
    turn_to(page, 3)
    for name in sixty[30:]:
        shutil.rmtree(runs / name)
    page.run()
    assert listed(page) == sixty[25:30]
    for name in sixty[20:30]:
        shutil.rmtree(runs / name)
    page.run()
    assert listed(page) == sixty[:20]


def test_a_run_keeps_its_name_on_other_pages(open_page, sixty):
    page = open_page(PAGE, runs=sixty[-1])
    turn_to(page, 1)
    widget(page.text_input, "Name").set_value("the oldest").run()
    assert read_notes(find_run(sixty[-1])).title == "the oldest"
    assert page.header[0].value == "the oldest"
