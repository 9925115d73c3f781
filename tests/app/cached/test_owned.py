"""What Streamlit's caches must not hold: it outlives their being cleared, and what owns processes is closed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import streamlit as st

from ui.cached import dataset, drawings, measurements, models, owned, run_records
from ui.cached.owned import Kept, Singleton
from ui.shared import visitor
from ui.shared.kept import kept as kept_by_browser


def test_a_singleton_keeps_one_object_and_closes_it_when_another_takes_its_place():
    made, closed = [], []
    only = Singleton(lambda folder: made.append(folder) or folder, closed.append)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: only.of("a"), range(40))) == {"a"}
    assert (made, closed) == (["a"], [])
    assert only.of("b") == "b"
    assert (made, closed) == (["a", "b"], ["a"])
    only.close()
    only.close()
    assert closed == ["a", "b"]
    assert only.of("b") == "b"
    assert made == ["a", "b", "b"]


def test_what_cannot_be_made_is_tried_again():
    only = Singleton(lambda folder: {"a": folder}[folder], lambda owned: None)
    with pytest.raises(KeyError):
        only.of("b")
    assert only.of("a") == "a"


def test_what_is_kept_is_what_was_last_asked_for():
    made = []
    kept = Kept(2)
    for key in "abacab":
        assert kept.get(key, lambda key=key: made.append(key) or key) == key
    assert "".join(made) == "abcb"


def test_what_is_kept_for_a_time_is_made_anew_after_it(monkeypatch):
    now, made = [0.0], []
    monkeypatch.setattr(owned.time, "monotonic", lambda: now[0])
    kept = Kept(2, seconds=10)
    for now[0] in (0.0, 9.0, 11.0, 12.0, 22.0):
        kept.get("a", lambda: made.append(now[0]) or "a")
    assert made == [0.0, 11.0, 22.0], "that it was asked for makes it no younger"


def test_many_who_ask_at_once_have_it_made_once():
    made, begun = [], threading.Event()

    def make():
        begun.wait(0.2)
        made.append(1)
        return object()

    kept = Kept(2)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: kept.get("a", make), range(40)))) == 1
    assert made == [1]


def clear_caches():
    """What Streamlit does when a browser asks for it."""
    st.cache_data.clear()
    st.cache_resource.clear()


def test_nothing_that_owns_processes_or_took_long_is_dropped_with_streamlit_s_caches(runs, monkeypatch):
    monkeypatch.setattr(visitor, "key", lambda: "one")
    model = models.find_model("best")
    asked = (
        run_records.jobs,
        dataset.analysis_runner,
        lambda: measurements.measurement(model),
        lambda: measurements.robustness_of(model),
        lambda: drawings._known.get("content", dict),
        kept_by_browser,
    )
    before = [ask() for ask in asked]
    before[4]["read"] = np.zeros(10, np.float32)
    clear_caches()
    assert all(ask() is one for ask, one in zip(asked, before, strict=True))


def test_the_workers_of_another_folder_take_the_place_of_these(runs, tmp_path, monkeypatch):
    first = run_records.jobs()
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(tmp_path / "others"))
    assert run_records.jobs() is not first
    assert first._closed.is_set()
    assert not run_records.jobs()._closed.is_set()
