"""Which bytes go to a remote machine and come back, with no machine: two directories beside each other."""

from pathlib import Path

import pytest

from mnist_core.asker import seat_of
from mnist_core.cluster.exchange import Have, find_news, hashes_of, lay_out, lengths_of, record, what_to_begin_with
from mnist_core.cluster.remote import Held, Request
from mnist_core.cluster.version import code_version, describe_difference
from mnist_core.errors import RunError
from mnist_core.events import Finished
from mnist_core.runs.archive import LARGEST_ARCHIVE
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run
from mnist_core.runs.test_set_log import openings
from tests.support.events import epoch, started, step

FINISHED = Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=1.0)


@pytest.fixture
def here(runs, tiny):
    run = create_run(tiny, "x", asker=seat_of("me"))
    run.enqueue(asker=seat_of("me"))
    return run


@pytest.fixture
def there(here, tmp_path):
    run = Run(tmp_path / "remote" / here.id)
    run.path.mkdir(parents=True)
    lay_out(run, what_to_begin_with(here))
    return run


def have(run, news=None):
    return Have(lengths=lengths_of(run), stamps=news["stamps"] if news else {})


def test_a_run_arrives_as_it_is_but_for_whose_it_is(here, there):
    assert there.config() == here.config()
    assert here.owner() != "" == there.owner()
    assert there.control.command() == "run"
    assert there.queue_number() is None


def test_events_come_once_and_whole_and_the_first_takes_the_run_out_of_the_queue(here, there):
    there.append(started())
    with there.journal.open("ab") as file:
        file.write(b'{"kind": "st')
    news = find_news(there, have(here), with_network=False)
    record(here, news)
    assert here.queue_number() is None
    assert here.history().started
    with here.journal.open("ab") as file:
        file.write(b'{"ki')  # the disk was full in the middle of a line
    there.append(step(1))
    record(here, find_news(there, have(here, news), with_network=False))
    assert here.history().step == 1
    assert here.journal.read_bytes() == there.journal.read_bytes()


def test_files_come_when_they_have_changed(here, there):
    there.append(started())
    there.snapshot.write_bytes(b"one")
    there.epoch_checkpoint(1).write_bytes(b"epoch")
    news = find_news(there, have(here), with_network=False)
    assert set(news["files"]) == {"epoch-001.safetensors"}
    record(here, news)
    news = find_news(there, have(here, news), with_network=True)
    assert set(news["files"]) == {"snapshot.safetensors"}
    there.append(FINISHED)
    there.snapshot.write_bytes(b"the last one")
    news = find_news(there, Have(lengths=lengths_of(here), stamps=news["stamps"]), with_network=False)
    assert news["files"]["snapshot.safetensors"] == b"the last one", "with its end a run brings its network"


def test_a_state_never_comes_without_its_epoch_s_event(here, there, monkeypatch):
    there.append(started())
    real = Path.read_bytes

    def read(path):
        if path == there.journal:  # the worker goes on while the files are read
            there.append(epoch(1))
            there.state.write_bytes(b"of epoch 1")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    there.state.write_bytes(b"of epoch 0")
    news = find_news(there, have(here), with_network=False)
    assert news["files"]["state.safetensors"] == b"of epoch 0"


def test_the_state_is_written_last_and_the_opening_of_the_test_set_first(here, there, monkeypatch):
    for event in (started(), epoch(1), FINISHED):
        there.append(event)
    for path in (there.state, there.snapshot):
        path.write_bytes(b"x")
    news = find_news(there, have(here), with_network=True)
    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.cluster.exchange.append_lines", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            record(here, news)
    assert here.snapshot.exists()
    assert not here.state.exists()
    assert here.history().end is None
    assert openings(here.path.parent) == 1
    record(here, news)
    assert here.state.exists()
    assert here.history().end == FINISHED


@pytest.mark.parametrize("name", ["../outside", "lock", "queued", "epoch-1.safetensors", "script.py"])
def test_what_is_no_file_of_a_run_is_refused(here, name):
    with pytest.raises(RunError, match="is no file of a run"):
        record(here, {"lines": {}, "files": {name: b"x"}, "stamps": {}})
    with pytest.raises(RunError, match="is no file of a run"):
        lay_out(here, {name: b"x"})
    assert not (here.path / name).exists() or name == "queued"


def test_what_is_too_large_or_no_log_is_refused(here):
    with pytest.raises(RunError, match="is no file of a run"):
        record(here, {"lines": {}, "files": {"snapshot.safetensors": bytes(LARGEST_ARCHIVE)}, "stamps": {}})
    with pytest.raises(RunError, match="no log of a run"):
        record(here, {"lines": {"lock": b"x\n"}, "files": {}, "stamps": {}})
    assert not here.snapshot.exists()


def request(run, **more):
    return Request(
        run=run.id, path=str(run.path), may_share=True, have=have(run), requests={}, with_network=False, **more
    )


def test_a_shared_disk_is_known_by_the_key_in_the_run_s_directory(here, tmp_path):
    held = Held("a-key", code_version(), "worker", tmp_path)
    assert held.answer(request(here))["state"] == "waiting"
    assert not held.answer(request(here))["shared"]
    here.on_cluster.write_text("another-key")
    assert not held.answer(request(here))["shared"]
    here.on_cluster.write_text("a-key")
    assert held.answer(request(here))["shared"]
    assert not held.answer(request(here) | {"may_share": False})["shared"]


def test_a_run_that_has_gone_on_elsewhere_is_another_one(here, tmp_path):
    held = Held("a-key", code_version(), "worker", tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()
    assert held.answer(request(here, files=what_to_begin_with(here)))["state"] == "training"
    same = hashes_of(here, lengths_of(here))
    assert held.answer(request(here, hashes=same))["state"] == "training"
    here.append(started())
    assert held.answer(request(here, hashes=hashes_of(here, lengths_of(here))))["state"] == "another"


def test_another_version_is_refused_and_says_both():
    assert describe_difference(code_version(), "worker") == ""
    said = describe_difference("Digit Lab 0", "tcp://worker:1")
    assert code_version() in said
    assert "this app has Digit Lab 0: install the same version" in said
