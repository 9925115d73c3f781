"""The routes that tell what runs do: events from a byte on, words, what is under way, and what nonsense is answered."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.asker import TEACHER, seat_of
from mnist_core.event_json import to_json
from mnist_core.events import Finished, Inspection, RateChanged
from mnist_core.runs.store import create_run
from tests.support.events import epoch, inspection, started, step, validation
from tests.support.waiting import wait_for
from ui.live import run_events, run_summary
from ui.live.routes import ROUTES


@pytest.fixture
def client():
    return TestClient(Starlette(routes=ROUTES))


@pytest.fixture
def run(tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    for event in (started(), step(5), step(10), validation(10), epoch(1)):
        run.append(event)
    return run


def ask(client, run, start=0):
    answer = client.get(f"/live/runs/{run.id}/events?from={start}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_events_come_from_a_byte_on_and_each_once(client, run):
    first = ask(client, run)
    assert [event[0] for event in first["events"]] == ["started", "step", "step", "validation", "epoch"]
    assert first["events"][1] == ["step", 5, 0.5, 1.0, 0.5]
    assert first["next"] == run.journal.stat().st_size
    assert not first["more"]
    assert not first["anew"]
    assert ask(client, run, first["next"])["events"] == []
    run.append(step(11))
    run.append(RateChanged(step=11, epoch=1.1, factor=0.5, old=0.1, new=0.05))
    second = ask(client, run, first["next"])
    assert second["events"] == [["step", 11, 1.1, 1.0, 0.5], ["rate", 11, 1.1, "rate 0.05"]]
    assert second["next"] == run.journal.stat().st_size


def test_a_line_that_is_still_being_written_waits(client, run):
    whole = run.journal.stat().st_size
    line = to_json(step(11)) + "\n"
    with run.journal.open("a") as journal:
        journal.write(line[:40])
    assert ask(client, run, whole)["next"] == whole
    with run.journal.open("a") as journal:
        journal.write(line[40:])
    assert ask(client, run, whole)["events"] == [["step", 11, 1.1, 1.0, 0.5]]


def test_what_no_chart_shows_and_what_is_no_event_is_left_out(client, run):
    run.append(inspection(11, gradients={}, changes={}, dead={}))
    with run.journal.open("a") as journal:
        journal.write('not json\n{"kind": "step"}\n[1]\n')
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0, best_epoch=1))
    answer = ask(client, run)
    assert [event[0] for event in answer["events"]][-2:] == ["epoch", "ended"]
    assert answer["events"][-1] == ["ended", 1, 0.9, None]
    assert Inspection.kind not in json.dumps(answer["events"])


def test_a_long_journal_comes_in_pieces(client, run, monkeypatch):
    monkeypatch.setattr(run_events, "MOST_BYTES", 700)
    for number in range(11, 60):
        run.append(step(number))
    events, at, pieces = [], 0, 0
    while True:
        answer = ask(client, run, at)
        assert answer["next"] > at or not answer["more"]
        events, at, pieces = events + answer["events"], answer["next"], pieces + 1
        if not answer["more"]:
            break
    assert pieces > 5
    assert [event[1] for event in events if event[0] == "step"] == [5, 10, *range(11, 60)]


def test_a_line_without_an_end_is_passed_over(client, run, monkeypatch):
    monkeypatch.setattr(run_events, "MOST_BYTES", 700)
    whole = run.journal.stat().st_size
    with run.journal.open("a") as journal:
        journal.write("x" * 2000 + "\n")
    run.append(step(11))
    events, at = [], whole
    for _ in range(20):
        answer = ask(client, run, at)
        events, at = events + answer["events"], answer["next"]
        if not answer["more"]:
            break
    assert [event[1] for event in events] == [11]


def test_a_journal_that_was_replaced_by_a_shorter_one_is_told_anew(client, run):
    run.journal.write_text(to_json(started()) + "\n")
    answer = ask(client, run, 10_000)
    assert answer["anew"]
    assert [event[0] for event in answer["events"]] == ["started"]


def test_a_run_that_has_not_begun_has_no_events(client, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    answer = ask(client, run)
    assert (answer["events"], answer["next"], answer["more"]) == ([], 0, False)
    assert answer["summary"]["status"].startswith("waiting for its turn")
    assert answer["summary"]["again"] < 1


@pytest.mark.parametrize(
    "path",
    [
        "gone/events",
        "..%2F..%2Fetc/events",
        "x%00y/events",
        "A/events",
        "%F0%9F%98%80/events",
        ("a" * 500) + "/events",
    ],
)
def test_a_run_that_is_none_is_answered_with_404_and_a_sentence(client, path):
    answer = client.get(f"/live/runs/{path}")
    assert answer.status_code == 404
    if "%2F" not in path:  # that is another path, which Starlette itself answers
        assert answer.json()["problem"].startswith("there is no run")


@pytest.mark.parametrize("start", ["-1", "abc", "1e3", "٣", "9" * 30, ""])
def test_a_place_that_is_none_is_answered_with_404_and_a_sentence(client, run, start):
    answer = client.get(f"/live/runs/{run.id}/events", params={"from": start})
    assert answer.status_code == 404
    assert "from a byte on" in answer.json()["problem"]


def test_a_route_tells_no_more_than_a_page_shows(client, tiny):
    run = create_run(tiny, "fast", asker=seat_of("secret-visitor"))
    run.append(started())
    said = client.get(f"/live/runs/{run.id}/events").text + client.get("/live/runs").text
    assert "secret-visitor" not in said
    assert str(run.path.parent) not in said
    assert set(ask(client, run)["summary"]) == set(run_summary.RunSummary.__dataclass_fields__)
    for path in ("config.json", "snapshot.safetensors", "control"):
        assert client.get(f"/live/runs/{run.id}/{path}").status_code == 404


def test_what_is_told_says_when_the_page_is_to_be_drawn_anew(client, run):
    with run.lock():
        running = ask(client, run)["summary"]
    run_summary._summaries.clear()
    interrupted = ask(client, run)["summary"]
    assert running["status"].startswith("running · 50%")
    assert (running["again"], interrupted["again"]) == (0.5, None)
    assert running["stage"] == "running"
    assert interrupted["stage"] == run_summary.stage(run, run.history()) != running["stage"]


def test_a_name_that_somebody_wrote_comes_as_it_is(client, run):
    from mnist_core.runs.notes import Notes, write_notes

    write_notes(run, Notes(title="<b>**x**</b>"), asker=TEACHER)
    assert ask(client, run)["summary"]["title"].startswith("<b>**x**</b>")


def test_what_is_under_way_comes_with_those_at_work_first(client, run, tiny):
    waiting = create_run(tiny, "fast", asker=TEACHER)
    waiting.enqueue(asker=TEACHER)
    with run.lock():
        lines = client.get("/live/runs").json()["runs"]
        assert [line["run"] for line in lines] == [run.id, waiting.id]
        assert lines[0]["status"] == "running, 50%"
        assert lines[0]["progress"] == 0.5
        assert len(client.get("/live/runs?most=1").json()["runs"]) == 1
        for nonsense in ("0", "-1", "x", "9999999999"):
            assert client.get(f"/live/runs?most={nonsense}").status_code == 200


def test_many_who_ask_at_once_are_told_what_was_found_out_once(run, monkeypatch):
    asked, go_on = [], threading.Event()
    summarise = run_summary.summarise

    def slowly(one):
        asked.append(one)
        go_on.wait()
        return summarise(one)

    monkeypatch.setattr(run_summary, "summarise", slowly)
    with ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(run_summary.summary, run) for _ in range(20)]
        wait_for(lambda: asked)
        go_on.set()
        assert len({id(answer.result()) for answer in answers}) == 1
    assert asked == [run]


def test_modules_are_served_and_nothing_else_of_their_folder(client):
    answer = client.get("/live/js/follow.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert client.get("/live/js/follow.js", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for path in ("routes.py", "__init__.py", "../shell.py", "%2e%2e/shell.py", "tsconfig.json", "", "x.js"):
        assert client.get(f"/live/js/{path}").status_code == 404
