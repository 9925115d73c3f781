"""Runs carried out, mostly in this process, and faults: full disk, kill, damage."""

import errno
import itertools
import json
import resource
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import RunError
from mnist_core.event_json import to_json
from mnist_core.events import Failed, Finished, Started, Stopped
from mnist_core.jobs import execution, place
from mnist_core.jobs.choice import Threads
from mnist_core.jobs.execution import execute
from mnist_core.jobs.machine import write_measured
from mnist_core.jobs.spin_control import SpinControl
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import evaluate
from mnist_core.runs.event_log import append_event
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from mnist_core.storage.atomic import write_atomically
from mnist_core.training.state import load_state
from tests.support.machine import measured
from tests.support.waiting import wait_for


def spawn(run, **options):
    command = [sys.executable, "-m", "mnist_core.jobs.worker", "--threads", "1", str(run.path)]
    return subprocess.Popen(command, **options)


def test_a_run_leaves_its_record_its_networks_and_its_machine(runs, tiny, mnist):
    run = create_run(tiny, "x", asker=TEACHER)
    seen = list(execute(run))
    history = run.history()
    assert isinstance(seen[-1], Finished)
    assert history.end == seen[-1]
    assert run.status(history) == "finished"
    names = {p.name for p in run.path.iterdir()}
    assert {"epoch-001.safetensors", "epoch-002.safetensors", "snapshot.safetensors", "worker.json"} <= names
    model, card = load_checkpoint(run.snapshot)
    assert card.metrics["test_accuracy"] == seen[-1].test_accuracy
    assert [e.epoch for e in card.epochs] == [1, 2]
    measured = evaluate(model, mnist.test_images, mnist.test_labels)
    assert measured.accuracy == seen[-1].test_accuracy
    assert measured.accuracy > 0.5


def test_stop_keeps_the_weights_of_the_last_report(runs, endless):
    run = create_run(endless, "x", asker=TEACHER)
    seen = []
    for event in execute(run):
        seen.append(event)
        if event.kind == "step" and event.step > 50:
            run.control.request("stop", asker=TEACHER)
    assert isinstance(seen[-1], Stopped)
    assert run.status(run.history()) == "stopped"
    _, card = load_checkpoint(run.snapshot)
    assert card.metrics["step"] == seen[-1].step == [e for e in seen if e.kind in ("step", "epoch")][-1].step


def test_a_run_queued_anew_the_moment_it_has_stopped_stays_queued(runs, endless):
    run = create_run(endless, "x", asker=TEACHER)
    run.enqueue(asker=TEACHER)
    run.control.request("stop", asker=TEACHER)
    for event in execute(run):
        if isinstance(event, Stopped):
            run.enqueue(asker=TEACHER)  # somebody resumes it before its worker is done with it
    assert run.queue_number() is not None


def test_a_paused_run_waits_and_goes_on(runs, endless):
    run = create_run(endless, "x", asker=TEACHER)
    run.control.request("pause", asker=TEACHER)
    with spawn(run) as process:
        wait_for(lambda: run.history().steps, process)
        wait_for(run.snapshot.exists, process)
        steps = run.history().step
        time.sleep(0.7)  # longer than two reports are apart
        assert run.history().step == steps
        assert run.status(run.history()) == "paused"
        run.control.request("run", asker=TEACHER)
        wait_for(lambda: run.history().step > steps, process)
        run.control.request("stop", asker=TEACHER)
        assert process.wait(30) == 0
    assert run.status(run.history()) == "stopped"


def test_how_threads_wait_is_decided_anew_at_every_report(runs, tiny, monkeypatch):
    looked = []
    monkeypatch.setattr(SpinControl, "look", lambda control: looked.append(control))
    reports = list(execute(create_run(tiny, "x", asker=TEACHER)))
    assert len(looked) == len(reports)
    assert len(set(looked)) == 1


def execute_paused(run, monkeypatch, looks=3, place_kept=0.0):
    """Carry out a paused run, which is resumed after so many looks whether others wait; return its events and looks."""
    seen = []
    monkeypatch.setattr(place, "PLACE_KEPT", place_kept)
    monkeypatch.setattr(execution, "LOOK_EVERY", 0.0)

    def look(folder):
        seen.append(folder)
        if len(seen) == looks:
            run.control.request("run", asker=TEACHER)
        return list_runs(folder)

    monkeypatch.setattr(place, "list_runs", look)
    run.control.request("pause", asker=TEACHER)
    return list(execute(run)), len(seen)


def test_a_paused_run_gives_its_place_to_one_that_waits_and_resumes_to_the_same_weights(runs, tiny, monkeypatch):
    whole, run, other = (create_run(tiny, name, asker=TEACHER) for name in ("whole", "paused", "waits"))
    list(execute(whole))
    other.enqueue(asker=TEACHER)
    events, looks = execute_paused(run, monkeypatch)
    assert (looks, isinstance(events[-1], Stopped | Finished | Failed)) == (1, False)
    assert (run.status(run.history()), run.is_alive(), run.is_set_aside()) == ("paused", False, True)
    assert run.snapshot.exists()
    other.dequeue(asker=TEACHER)
    run.enqueue(asker=TEACHER)
    assert run.status(run.history()) == "queued"
    assert isinstance(list(execute(run))[-1], Finished)
    same_weights(run, whole)


def test_a_paused_run_keeps_its_place_while_nobody_waits(runs, tiny, monkeypatch):
    run = create_run(tiny, "paused", asker=TEACHER)
    events, looks = execute_paused(run, monkeypatch)
    assert (looks >= 3, isinstance(events[-1], Finished)) == (True, True)


def test_a_seat_s_paused_run_gives_its_place_to_the_teacher_s_at_once_and_comes_first_again(runs, tiny, monkeypatch):
    seat = seat_of("Ann")
    run, waits, mine = (create_run(tiny, "x", asker=asker) for asker in (seat, seat, TEACHER))
    for queued in (run, waits):
        queued.enqueue(asker=seat)
    first, second = run.queue_number(), waits.queue_number()
    mine.enqueue(asker=TEACHER)
    execute_paused(run, monkeypatch, place_kept=60.0)
    assert run.is_set_aside()
    run.enqueue(asker=TEACHER)
    assert run.queue_number() != first, "another one each time"
    assert run.queue_number() < second < mine.queue_number()
    list(execute(run))
    run.enqueue(asker=seat)
    assert run.queue_number() > mine.queue_number(), "afterwards it waits as all do"


@pytest.mark.parametrize(("owner", "other", "group"), [("Ann", "Bob", ""), ("Ann", "", "sweep-1"), ("", "", "")])
def test_a_paused_run_keeps_its_place_for_a_while_beside_others(runs, tiny, monkeypatch, owner, other, group):
    askers = [seat_of(name) if name else TEACHER for name in (owner, other)]
    run, waits = (create_run(tiny, "x", asker=asker, group=group) for asker in askers)
    waits.enqueue(asker=askers[1])
    events, looks = execute_paused(run, monkeypatch, place_kept=60.0)
    assert (looks >= 3, isinstance(events[-1], Finished)) == (True, True)


def test_a_paused_run_keeps_its_place_while_those_that_wait_hold_too(runs, tiny, monkeypatch):
    run, other = (create_run(tiny, name, asker=TEACHER) for name in ("paused", "holds"))
    other.enqueue(asker=TEACHER)
    other.control.request("pause", asker=TEACHER)
    events, looks = execute_paused(run, monkeypatch)
    assert (looks >= 3, isinstance(events[-1], Finished)) == (True, True)
    assert not run.is_set_aside()


@pytest.mark.parametrize("whole_epochs", [0, 1])
def test_a_killed_run_resumes_to_the_same_weights_as_an_uninterrupted_one(runs, tiny, whole_epochs):
    config = tiny.replace(batch_norm=True, dropout=0.2, optimizer="adamw", shift=1.0, batch_size=2, epochs=4)
    whole = create_run(config, "whole", asker=TEACHER)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for _ in execute(whole):
            pass
        run = create_run(config, "killed", asker=TEACHER)
        if not whole_epochs:
            run.control.request("pause", asker=TEACHER)  # at its first report, in the middle of the first epoch
        with spawn(run) as process:
            wait_for(lambda: run.history().steps and (run.state.exists() or not whole_epochs), process)
            run.control.request("pause", asker=TEACHER)
            wait_for(run.snapshot.exists, process)
            process.send_signal(signal.SIGKILL)
        assert run.status(run.history()) == "interrupted"
        assert run.history().steps, "the curve is kept"
        saved = load_state(run.state).epoch if whole_epochs else 0
        run.control.request("run", asker=TEACHER)
        resumed = list(execute(run))
    finally:
        torch.set_num_threads(threads)
    assert isinstance(resumed[0], Started)
    assert resumed[0].epoch == saved >= whole_epochs
    assert isinstance(resumed[-1], Finished)
    same_weights(whole, run)
    assert [e.epoch for e in run.history().epochs] == [1, 2, 3, 4]


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program answers to it."""


def killed_before_write(run, number, monkeypatch):
    """Carry out a run that dies at its write of that number, leaving half of a line; return whether it came so far."""
    writes = itertools.count()

    def dying(write):
        def write_or_die(path, content):
            if next(writes) >= number:
                if write is append_event:
                    with path.open("ab") as file:
                        file.write(to_json(content).encode()[:40])
                raise Killed
            write(path, content)

        return write_or_die

    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.runs.run.append_event", dying(append_event))
        dying_write = dying(write_atomically)
        patch.setattr("mnist_core.model.checkpoint.write_atomically", dying_write)
        patch.setattr("mnist_core.training.state.write_atomically", dying_write)
        try:
            list(execute(run))
        except Killed:
            return True
    return False


def test_killed_before_any_of_its_writes_a_run_resumes_to_the_same_weights(runs, tiny, monkeypatch):
    config = tiny.replace(patience=1, learning_rate=0.2, train_size=200)
    whole = create_run(config, "whole", asker=TEACHER)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        list(execute(whole))
        end = whole.history().end
        assert end.best_epoch * config.steps_per_epoch < end.step, "the weights of the last step are not those to use"
        number = 0
        while killed_before_write(run := create_run(config, "killed", asker=TEACHER), number, monkeypatch):
            assert run.status(run.history()) == "interrupted"
            list(execute(run))
            history = run.history()
            assert (history.end.step, history.end.test_accuracy) == (end.step, end.test_accuracy)
            assert [e.epoch for e in history.epochs] == [e.epoch for e in whole.history().epochs]
            same_weights(whole, run)
            number += 1
    finally:
        torch.set_num_threads(threads)
    assert number > 4 * len(whole.history().epochs)


def same_weights(one, other):
    expected, received = load_file(one.snapshot), load_file(other.snapshot)
    assert expected.keys() == received.keys()
    assert all(torch.equal(expected[name], received[name]) for name in expected)


def test_a_full_disk_ends_the_run_with_a_sentence(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)

    def no_file_over_2_kb():  # stands for a disk on which only the small record still fits
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    with spawn(run, preexec_fn=no_file_over_2_kb) as process:
        process.wait(300)
    assert run.history().end == Failed(
        reason="The disk is full: free some space, then resume the run; what was recorded so far is kept."
    )
    assert run.history().steps
    assert not list(run.path.glob("*.tmp"))
    assert isinstance(list(execute(run))[-1], Finished), "with space it resumes"


def test_a_disk_too_full_for_the_last_line_still_ends_in_a_sentence(runs, tiny, monkeypatch):
    run = create_run(tiny, "x", asker=TEACHER)

    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Run, "append", no_space)
    (event,) = execute(run)
    assert isinstance(event, Failed)
    assert event.reason.startswith("The disk is full")
    assert not run.is_alive()


def test_a_damaged_state_is_a_sentence(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    run.state.write_bytes(b"cut")
    (event,) = execute(run)
    assert isinstance(event, Failed)
    assert "cannot be resumed: start it anew" in event.reason
    assert run.status(run.history()) == "failed"


def test_a_config_edited_by_hand_is_a_sentence(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / "config.json").write_text("{}")
    (event,) = execute(run)
    assert isinstance(event, Failed)
    assert "cannot be read" in event.reason


def test_two_workers_never_train_one_run(runs, endless):
    run = create_run(endless, "x", asker=TEACHER)
    with spawn(run) as process:
        wait_for(run.is_alive, process)
        with pytest.raises(RunError, match="already being trained"):
            next(execute(run))
        run.control.request("stop", asker=TEACHER)
        process.wait(30)


def test_a_worker_passes_over_a_run_that_no_longer_waits(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    assert list(execute(run, if_queued=True)) == [], "called off before the worker came to it"
    run.enqueue(asker=TEACHER)
    assert isinstance(list(execute(run, if_queued=True))[-1], Finished)
    journal = run.journal.read_bytes()
    assert list(execute(run, if_queued=True)) == [], "another server's worker has carried it out"
    assert run.journal.read_bytes() == journal


def test_a_diverged_run_ends_with_a_sentence_and_its_curve(runs, tiny):
    run = create_run(tiny.replace(optimizer="sgd", learning_rate=10.0, weight_decay=1.0, epochs=20), "x", asker=TEACHER)
    run.control.request_steps_per_second(1e9, asker=TEACHER)
    assert isinstance(list(execute(run))[-1], Failed)
    history = run.history()
    assert run.status(history) == "diverged"
    assert "Diverged" in history.end.reason
    assert history.steps, "the curve is kept"
    assert "learning rate lower than 10" in history.end.reason


def test_a_change_of_the_rate_survives_a_kill_right_after_it_bit_for_bit(runs, tiny):
    config = tiny.replace(batch_size=10, epochs=3, weight_averaging=0.9, patience=5)
    whole, killed = create_run(config, "whole", asker=TEACHER), create_run(config, "killed", asker=TEACHER)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        whole.control.request_steps_per_second(1e9, asker=TEACHER)  # every step is reported, none is waited for
        for event in execute(whole):
            if event.kind == "step" and event.step == 70:
                whole.control.request_rate_factor(0.1, asker=TEACHER)
        (change,) = whole.history().rate_changes
        assert (change.step, change.factor) == (70, 0.1)

        killed.control.request_steps_per_second(1e9, asker=TEACHER)
        cut = execute(killed)
        for event in cut:
            if event.kind == "step" and event.step == 70:
                killed.control.request_rate_factor(0.1, asker=TEACHER)
            if event.kind == "rate":
                break
        cut.close()  # as a kill: nothing more is written
        resumed = list(execute(killed))
    finally:
        torch.set_num_threads(threads)
    assert resumed[0].epoch == 1, "from the end of the epoch before"
    assert [e.kind for e in resumed].count("rate") == 0, "it is made again at its step, not anew"
    same_weights(whole, killed)


def test_slow_motion_is_obeyed_and_a_stop_within_a_long_step_too(runs, endless):
    run = create_run(endless, "x", asker=TEACHER)
    run.control.request_steps_per_second(0.001, asker=TEACHER)
    with spawn(run) as process:
        wait_for(lambda: run.history().steps, process)
        run.control.request("stop", asker=TEACHER)
        assert process.wait(30) == 0
    history = run.history()
    assert [s.step for s in history.steps] == [1]
    assert run.status(history) == "stopped"


@pytest.mark.parametrize("word", ["stop", "pause"])
def test_asked_between_two_steps_of_slow_motion_it_keeps_the_weights_of_the_last_report(
    runs, endless, monkeypatch, word
):
    run = create_run(endless, "x", asker=TEACHER)
    run.control.request_steps_per_second(5, asker=TEACHER)
    asleep = []

    def asked(seconds):
        """The second nap after the third step is when somebody asks; what is asked next is an end."""
        asleep.append(run.history().step)
        if asleep.count(3) == 2:
            run.control.request(word, asker=TEACHER)
        if asleep.count(3) == 4:
            assert load_checkpoint(run.snapshot)[1].metrics["step"] == 3
            run.control.request("stop", asker=TEACHER)

    monkeypatch.setattr("mnist_core.jobs.execution.time.sleep", asked)
    stopped = list(execute(run))[-1]
    assert stopped.step == run.history().step == 3
    assert load_checkpoint(run.snapshot)[1].metrics["step"] == 3


def test_what_nobody_foresaw_is_a_sentence_and_its_traceback_in_the_log(runs, tiny, monkeypatch, capfd):
    run = create_run(tiny, "x", asker=TEACHER)
    monkeypatch.setattr("mnist_core.jobs.execution.save_state", lambda *_: 1 / 0)
    failed = list(execute(run))[-1]
    assert "broke off unexpectedly (ZeroDivisionError: division by zero)" in failed.reason
    assert "Traceback" in (run.path / "worker.log").read_text()
    assert capfd.readouterr().err == ""


def test_more_epochs_are_trained_after_the_end_and_early_stopping_says_which_are_used(runs, tiny):
    run = create_run(tiny.replace(patience=1, schedule="one-cycle"), "x", asker=TEACHER)
    list(execute(run))
    first = run.history().end
    run.extend(2, asker=TEACHER)
    assert (run.config().epochs, run.config().schedule_epochs) == (4, 2)
    list(execute(run))
    history = run.history()
    assert [e.epoch for e in history.epochs] == [1, 2, 3, 4]
    assert history.end.step == 40 > first.step
    losses = [e.validation_loss for e in history.epochs]
    assert history.best_epoch == losses.index(min(losses)) + 1
    _, card = load_checkpoint(run.snapshot)
    assert card.metrics["epoch"] == history.best_epoch
    assert card.metrics["validation_accuracy"] == history.epochs[history.best_epoch - 1].validation_accuracy


@pytest.mark.parametrize(
    ("change", "said"),
    [({"epochs": 1}, "at least the 2 that are trained already"), ({"filters": [5]}, "not of the network that config")],
)
def test_a_config_that_no_longer_fits_what_was_trained_is_a_sentence_and_loses_nothing(runs, tiny, change, said):
    run = create_run(tiny, "x", asker=TEACHER)
    list(execute(run))
    state = run.state.read_bytes()
    record = json.loads((run.path / "config.json").read_text())
    (run.path / "config.json").write_text(json.dumps(record | {"config": record["config"] | change}))
    *_, event = execute(run)
    assert isinstance(event, Failed)
    assert said in event.reason
    assert [e.epoch for e in run.history().epochs] == [1, 2]
    assert run.state.read_bytes() == state


SLOWER, FASTER = (2.0, 2.0), (1.0, 1.0)
BFLOAT16 = {(1, "float32"): SLOWER, (1, "bfloat16"): FASTER}
FLOAT32 = {(1, "float32"): FASTER, (1, "bfloat16"): SLOWER}


def test_a_run_computes_as_was_measured_to_be_fastest_and_records_why(machine_file, runs, tiny):
    write_measured(measured(BFLOAT16))
    run = create_run(tiny, "x", asker=TEACHER)
    list(execute(run))
    began = run.history().started
    assert (began.precision, began.precision_reason) == ("bfloat16", "2.00 × as fast as float32")
    assert began.threads == torch.get_num_threads() == 1


def test_what_is_set_by_hand_is_recorded_as_such_and_not_overruled(machine_file, runs, tiny):
    write_measured(measured(BFLOAT16))
    run = create_run(tiny.replace(precision="float32"), "x", asker=TEACHER)
    list(execute(run, Threads(by_hand=1)))
    began = run.history().started
    assert (began.threads, began.precision) == (1, "float32")
    assert began.threads_reason == began.precision_reason == "set by hand"


def test_a_run_measured_anew_meanwhile_resumes_as_it_began_to_the_same_weights(machine_file, runs, tiny):
    write_measured(measured(BFLOAT16))
    whole, killed = create_run(tiny, "whole", asker=TEACHER), create_run(tiny, "killed", asker=TEACHER)
    list(execute(whole))
    cut = execute(killed)
    for event in cut:
        if event.kind == "epoch":
            break
    cut.close()  # as a kill: nothing more is written
    write_measured(measured(FLOAT32))
    resumed = next(events := execute(killed))
    assert (resumed.precision, resumed.precision_reason) == ("bfloat16", "2.00 × as fast as float32")
    list(events)
    same_weights(whole, killed)
    other = create_run(tiny, "other", asker=TEACHER)
    list(execute(other))
    assert other.history().started.precision == "float32", "a new run takes what is measured now"


def test_the_data_a_run_was_trained_on_are_recorded(runs, tiny):
    run = create_run(tiny, "x", asker=TEACHER)
    list(execute(run))
    data = json.loads((run.path / "worker.json").read_text())["data"]
    assert data["t10k-labels-idx1-ubyte"].startswith("ff7bcfd416de3373")
    assert len(data) == 4
