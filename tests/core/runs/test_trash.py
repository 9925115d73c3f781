import pytest
from filelock import FileLock

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError
from mnist_core.runs import lock, trash
from mnist_core.runs.store import create_run, find_run, list_runs


def contents(run):
    return {p.name: p.read_bytes() for p in run.path.iterdir() if p.name != "lock"}


def test_deletions_are_undone_from_the_last_to_the_first(runs, tiny):
    made = [create_run(tiny, name, asker=TEACHER) for name in "abc"]
    before = {run.id: contents(run) for run in made}
    for run in made:
        trash.delete(run, asker=TEACHER)
        trash.delete(run, asker=TEACHER)  # a second time, nothing happens
    assert list_runs() == []
    for run in reversed(made):
        assert trash.restore_last(asker=TEACHER) == run
        assert contents(run) == before[run.id]
        assert not run.is_alive()
    with pytest.raises(RunError, match="no deleted run is left"):
        trash.restore_last(asker=TEACHER)


@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_run_under_way_is_not_deleted(runs, tiny, status):
    run = create_run(tiny, "x", asker=TEACHER)
    if status == "queued":
        run.enqueue(asker=TEACHER)
        with pytest.raises(RunError, match="is queued: stop it on the Train page, then delete it"):
            trash.delete(run, asker=TEACHER)
    else:
        with run.lock(), pytest.raises(RunError, match="is running: stop it on the Train page, then delete it"):
            trash.delete(run, asker=TEACHER)
    assert find_run(run.id) == run
    assert trash.deleted(asker=TEACHER) == []


def test_a_run_that_a_worker_is_about_to_train_is_not_deleted(runs, tiny, monkeypatch):
    monkeypatch.setattr(lock, "_DYING", 0.05)
    run = create_run(tiny, "x", asker=TEACHER)
    with FileLock(run.path / "lock"), pytest.raises(RunError, match="is being trained by another process"):
        trash.delete(run, asker=TEACHER)
    trash.delete(run, asker=TEACHER)
    assert list_runs() == []


def test_only_the_last_ones_of_a_week_are_kept(runs, tiny, monkeypatch):
    clock = iter(range(10**18, 2 * 10**18, 10**9))
    monkeypatch.setattr("time.time_ns", lambda: next(clock))
    made = [create_run(tiny, "x", asker=TEACHER) for _ in range(trash.KEPT + 2)]
    for run in made:
        trash.delete(run, asker=TEACHER)
    assert [trash.id_of(run.path) for run in trash.deleted(asker=TEACHER)] == [run.id for run in made[:1:-1]]
    monkeypatch.setattr("time.time_ns", lambda: 10**18 + 8 * 24 * 3600 * 10**9)
    late = create_run(tiny, "late", asker=TEACHER)
    trash.delete(late, asker=TEACHER)
    assert [trash.id_of(run.path) for run in trash.deleted(asker=TEACHER)] == [late.id]


def test_a_run_whose_id_was_taken_meanwhile_comes_back_beside_it(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    trash.delete(run, asker=TEACHER)
    run.path.mkdir()
    (run.path / "config.json").write_text("another")
    back = trash.restore_last(asker=TEACHER)
    assert back != run
    assert back.id.startswith(run.id)
    assert back.config() == tiny
    assert (run.path / "config.json").read_text() == "another"


def test_strangers_among_the_deleted_are_left_alone(runs, tiny):
    (runs / ".deleted" / "something else").mkdir(parents=True)
    assert trash.deleted(asker=TEACHER) == []
    run = create_run(tiny, "x", asker=TEACHER)
    trash.delete(run, asker=TEACHER)
    assert (runs / ".deleted" / "something else").exists()
