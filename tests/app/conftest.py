import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.jobs.scheduler import Jobs
from mnist_core.paths import CHECKPOINTS
from ui.cached import run_records


@pytest.fixture
def workers():
    """For tests in which runs are trained. In all others they wait for ever, and no process is started."""


@pytest.fixture(autouse=True)
def own_runs(request, runs, monkeypatch):
    """Each test has its own folder of runs, and its own workers, which end with it."""
    if "workers" not in request.fixturenames:
        monkeypatch.setattr(Jobs, "_dispatch", lambda self: None)
    st.cache_resource.clear()
    yield runs
    if runs.exists():
        for run in run_records.jobs().active():
            run_records.jobs().stop(run)
    run_records.jobs().close()
    st.cache_resource.clear()


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
