import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.jobs.scheduler import Jobs
from mnist_core.paths import CHECKPOINTS
from ui.cached import classes, dataset, drawings, measurements, run_records, sweep_records
from ui.shared import visitor
from ui.shared.kept import forget_kept


@pytest.fixture
def workers():
    """For tests in which runs are trained. In all others they wait for ever, and no process is started."""


@pytest.fixture(autouse=True)
def own_runs(request, runs, monkeypatch):
    """Each test has its own folder of runs, and its own workers, which end with it."""
    if "workers" not in request.fixturenames:
        monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    # In a test no browser is connected: whoever opens a page is taken to sit at the server.
    monkeypatch.setattr(visitor, "at_the_server", lambda: True)
    _forget()
    yield runs
    if runs.exists():
        for run in run_records.jobs().active():
            run_records.jobs().stop(run, asker=TEACHER)
    sweep_records._sweeps.close()
    run_records._jobs.close()
    dataset._analysis_runner.close()
    _forget()


def _forget():
    st.cache_resource.clear()
    sweep_records.forget()
    for kept in (measurements._measurements, measurements._robustness):
        kept.clear()
    forget_kept()
    classes.forget()
    for kept in (drawings._readers, drawings._known, drawings._tasks):
        kept.clear()


@pytest.fixture
def sit_down(monkeypatch):
    """Return a function that lets whoever opens a page from then on sit at the seat with a secret."""

    def sit_down(secret):
        monkeypatch.setattr(visitor, "asker", lambda: seat_of(secret))
        return seat_of(secret)

    return sit_down


@pytest.fixture
def open_page():
    def open_page(path="home.py", **query):
        page = AppTest.from_file(CHECKPOINTS.parent / "home.py", default_timeout=60)
        if path != "home.py":
            page.switch_page(path)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return open_page
