import fcntl
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import RunError
from mnist_core.runs import index, lock
from mnist_core.runs.config_file import give_to
from mnist_core.runs.index import RunIndex, index_of
from mnist_core.runs.store import create_run
from mnist_core.runs.trash import delete, restore_last


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock of looks, which stands still."""
    clock = [1000.0]
    monkeypatch.setattr(index.time, "monotonic", lambda: clock[0])
    return clock


def settled(folder, clock):
    """An index whose runs have not changed for a while."""
    seen = RunIndex(folder)
    for _ in range(3):
        seen.look()
        clock[0] += 5
    return seen


def ids(runs):
    return [run.id for run in runs]


def test_a_look_tells_which_runs_there_are_and_how_they_stand(runs, tiny):
    assert index_of().look().runs == ()
    run = create_run(tiny, "x", asker=seat_of("me"))
    repetition = create_run(tiny, "x", group=run.id, asker=TEACHER)
    taught = create_run(tiny, "x", fine_tuning=b"drawings", asker=TEACHER)
    taught.snapshot.touch()
    repetition.enqueue(asker=TEACHER)
    with run.lock():
        seen = index_of().look()
        entries = seen.entries
        assert set(ids(seen.runs)) == set(entries) == {run.id, repetition.id, taught.id}
        assert ids(seen.runs) == sorted(entries, reverse=True)
        assert {entry.run for entry in seen.active} == {run, repetition}
        assert entries[run.id].owner == seat_of("me").seat
        assert entries[run.id].alive
        assert entries[repetition.id].queue_number == repetition.queue_number()
        assert not entries[repetition.id].alive
        assert [entry.run for entry in entries.values() if entry.trained] == [taught]
        assert [entry.run for entry in entries.values() if entry.fine_tuning] == [taught]
        assert seen.groups == {run.id: [repetition]}
    repetition.dequeue(asker=TEACHER)
    assert index_of().look(oldest=0.0).active == []


def test_runs_that_come_and_go_are_seen_at_once(runs, tiny, clock):
    first = create_run(tiny, "x", asker=TEACHER)
    seen = settled(runs, clock)
    seen.look()
    second = create_run(tiny, "x", asker=TEACHER)
    assert set(seen.look().runs) == {first, second}
    os.utime(runs, ns=(1, 1))
    seen.look()
    delete(second, asker=TEACHER)
    assert seen.look().runs == [first]
    restore_last(asker=TEACHER)
    assert set(seen.look().runs) == {first, second}


def test_all_who_ask_within_a_moment_get_the_same_look(runs, tiny, clock, monkeypatch):
    for _ in range(3):
        create_run(tiny, "x", asker=TEACHER)
    seen = settled(runs, clock)
    looks = []
    real = RunIndex._directories

    def look(self):
        looks.append(self)
        time.sleep(0.05)  # for the others to come meanwhile, if they could
        return real(self)

    monkeypatch.setattr(RunIndex, "_directories", look)
    with ThreadPoolExecutor(8) as threads:
        assert len({id(listing) for listing in threads.map(lambda _: seen.look(), range(100))}) == 1
    assert len(looks) == 1
    clock[0] += index.FRESH / 2
    seen.look()
    assert len(looks) == 1
    clock[0] += index.FRESH
    seen.look()
    seen.look()
    assert len(looks) == 2
    seen.expire()
    seen.look()
    assert len(looks) == 3


def test_of_a_thousand_runs_only_what_has_changed_is_read_again(runs, tiny, clock, monkeypatch):
    made = [create_run(tiny, "x", asker=seat_of(str(number))) for number in range(5)]
    seen = settled(runs, clock)
    read, real = [], index._read
    monkeypatch.setattr(index, "_read", lambda path, *rest: read.append(path) or real(path, *rest))
    seen.look(oldest=0.0)
    assert read == []
    made[2].enqueue(asker=TEACHER)
    assert [entry.owner for entry in seen.look(oldest=0.0).active] == [seat_of("2").seat]
    assert read == [made[2].path]


def test_the_config_of_a_run_that_trains_is_not_read_again_at_each_report(runs, tiny, clock, monkeypatch):
    run = create_run(tiny, "x", asker=seat_of("me"))
    seen = settled(runs, clock)
    real, read = index.owner_of, []
    monkeypatch.setattr(index, "owner_of", lambda path: read.append(path) or real(path))
    run.snapshot.touch()
    assert seen.look(oldest=0.0).entries[run.id].trained
    assert read == []
    give_to(run.path, asker=seat_of("another"))
    assert seen.look(oldest=0.0).entries[run.id].owner == seat_of("another").seat


def test_a_second_change_within_one_tick_of_the_file_system_s_clock_is_seen(runs, tiny, clock):
    run = create_run(tiny, "x", asker=TEACHER)
    seen = settled(runs, clock)
    run.enqueue(asker=TEACHER)
    tick = run.path.stat().st_mtime_ns
    assert seen.look(oldest=0.0).active
    run.dequeue(asker=TEACHER)
    os.utime(run.path, ns=(tick, tick))
    clock[0] += 1
    assert not seen.look().active


def test_a_worker_that_is_killed_changes_no_file_and_is_missed_all_the_same(runs, tiny, clock):
    run = create_run(tiny, "x", asker=TEACHER)
    with run.lock():
        seen = settled(runs, clock)
        assert [entry.run for entry in seen.look().active] == [run]
        left_over = (run.path / "trainer").read_text()
    (run.path / "trainer").write_text(left_over)
    for _ in range(3):
        clock[0] += 5
        seen.look()
    assert not seen.look().active
    with run.lock():
        clock[0] += 5
        assert seen.look().active


def test_a_lock_that_is_let_go_changes_no_file_and_is_missed_all_the_same(runs, tiny, clock):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / lock.TRAINER).write_text("1")
    with (run.path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        seen = settled(runs, clock)
        assert [entry.run for entry in seen.look().active] == [run]
        clock[0] += 5
    assert not seen.look().active


def test_strangers_and_damage_hide_no_run(runs, tiny, clock):
    run = create_run(tiny, "x", asker=TEACHER)
    (runs / "empty").mkdir()
    (runs / ".hidden").mkdir()
    (runs / "file").touch()
    (runs / "dangling").symlink_to(runs / "nowhere")
    damaged = create_run(tiny, "x", asker=seat_of("me"), group=run.id)
    (damaged.path / "config.json").write_text("{")
    seen = RunIndex(runs)
    assert set(seen.look().runs) == {run, damaged}
    assert seen.look().entries[damaged.id].owner == ""
    (runs / "empty" / "config.json").write_text("{}")
    clock[0] += 5
    assert "empty" in seen.look().entries, "a directory becomes a run by its config.json"


def test_a_folder_that_cannot_be_read_is_a_sentence(runs, tiny, monkeypatch):
    create_run(tiny, "x", asker=TEACHER)

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    seen = RunIndex(runs)
    monkeypatch.setattr(index.os, "scandir", refuse)
    with pytest.raises(RunError, match=r"cannot be read: Permission denied\. Make that folder readable"):
        seen.look()
    monkeypatch.undo()
    assert len(RunIndex(runs).look().runs) == 1


def test_a_process_has_one_index_of_a_folder(runs, tmp_path, monkeypatch):
    assert index_of() is index_of(runs)
    monkeypatch.chdir(tmp_path)
    assert index_of("runs") is index_of(runs)
    assert index_of(tmp_path / "others") is not index_of(runs)
