"""Runs that somebody has edited, damaged or made up: no page ends, and each bad run is a sentence."""

import shutil

import pytest

from mnist_core.asker import TEACHER
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from tests.support.hostile.records import runs as hostile_runs
from tests.support.hostile.records import write
from tests.support.pages import finished_run, texts, widget
from ui.cached import models
from ui.cached.run_records import told_apart
from ui.shared.names import names_of

EVERY_PAGE = [
    "home.py",
    "pages/3_Explore.py",
    "pages/4_Train.py",
    "pages/5_Evaluate.py",
    "pages/6_Draw.py",
    "pages/7_Inside.py",
    "pages/8_Runs.py",
]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_folder_of_hostile_runs_ends_no_page(path, open_page, runs):
    for name, files in hostile_runs():
        write(runs, name, files)
    open_page(path)


def test_every_hostile_run_can_be_watched_and_looked_at(open_page, runs):
    ended = []
    watched, looked_at = open_page("pages/4_Train.py"), open_page("pages/8_Runs.py")
    for name, files in hostile_runs():
        path = write(runs, name, files)
        watched.query_params["run"] = name
        looked_at.query_params["runs"] = name
        watched.session_state["digit-lab.train.view"] = ("Curves", "Learning rate & gradients")[len(name) % 2]
        for page in (watched, looked_at):
            page.run()
            ended += [(name, page.exception[0].message)] if page.exception else []
        shutil.rmtree(path)
    assert ended == []


def named(runs, tiny, name):
    """A finished run in a folder of that name."""
    return Run(finished_run(tiny).path.rename(runs / name))


def test_equal_names_are_told_apart_by_as_much_of_the_ids_as_it_takes(open_page, runs, tiny):
    twins = [named(runs, tiny, f"{start}-abcd") for start in ("one-0000", "two-1111", "three-0000")]
    assert names_of(twins) == ["fast (ne-0000-abcd)", "fast (111-abcd)", "fast (ee-0000-abcd)"]
    assert len({model.title for model in models.models()}) == 6
    page = open_page("pages/8_Runs.py", runs=",".join(run.id for run in twins))
    assert "Settings that differ" in texts(page)


def test_names_that_are_written_like_an_end_of_an_id_are_told_apart():
    ids = ["x-0000-abcd", "y-1111-abcd", "z-2222-abcd"]
    assert told_apart(["a", "b", "c"], ids) == ["a", "b", "c"]
    assert told_apart(["a", "a", "b"], ids) == ["a (000-abcd)", "a (111-abcd)", "b"]
    assert len(set(told_apart(["a", "a", "a (abcd)"], ids))) == 3
    assert len(set(told_apart(["a", "a", "a (x-0000-abcd)"], ids))) == 3


def test_a_run_called_best_does_not_take_the_shipped_networks_title(open_page, runs, tiny):
    named(runs, tiny, "best")
    page = open_page("pages/8_Runs.py")
    assert "has the name of a network that comes with Digit Lab" in texts(page.main)
    chosen = widget(page.sidebar.selectbox, "Model in hand")
    assert chosen.value == "best"
    assert chosen.options == ["best (shipped)", "everyone (shipped)", "notebook (shipped)"]


def test_one_folder_that_is_closed_to_the_server_hides_no_other_run(runs, tiny, monkeypatch):
    closed, there = create_run(tiny, "closed", asker=TEACHER), create_run(tiny, "there", asker=TEACHER)
    is_file = type(runs).is_file

    def looked_at(path):
        if path.parent == closed.path:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(type(runs), "is_file", looked_at)  # not by its mode: root reads everything
    assert list_runs() == [there]
