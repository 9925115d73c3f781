"""Every public function of the core that changes something is told who asks, and looks at it."""

import ast

import pytest

from tests.support.changing_functions import Function, changing, functions

PACKAGES = ["runs", "jobs", "cluster", "handwriting", "explore", "classroom", "lessons", "sweeps"]

WITHOUT = {
    "the record of a training, which its worker alone writes": (
        "runs.run.Run.append",
        "runs.run.Run.set_aside",
        "runs.event_log.append_event",
        "runs.event_log.append_lines",
        "runs.event_log.cut_unfinished_line",
        "runs.test_set_log.record_opening",
        "jobs.drawing_reader.DrawingReader.read",
        "jobs.drawing_reader.DrawingReader.read_if_due",
    ),
    "a worker, which carries out what it was handed": (
        "jobs.execution.execute",
        "jobs.worker.main",
        "runs.lock.lock",
        "jobs.rate_search_worker.main",
        "explore.analysis_worker.main",
        "explore.analysis_worker.record",
        "explore.analyses.AnalysisFolder.keep",
        "explore.analyses.AnalysisFolder.report",
        "explore.analyses.AnalysisFolder.forget_the_oldest",
    ),
    "the server's own processes, of which no visitor begins or ends one by itself": (
        "jobs.scheduler.Jobs.__init__",
        "jobs.scheduler.Jobs.close",
        "jobs.worker_process.WorkerProcess.__init__",
        "jobs.worker_process.WorkerProcess.hand_over",
        "jobs.worker_process.WorkerProcess.give_up",
        "jobs.worker_process.WorkerProcess.end",
        "jobs.worker_process.WorkerProcess.kill",
        "jobs.worker_process.LocalWorkers.new_worker",
        "explore.analyses.AnalysisRunner.close",
    ),
    "between the app and a machine of its cluster, which no visitor reaches: who started the run has asked": (
        "cluster.exchange.lay_out",
        "cluster.exchange.lengths_of",
        "cluster.exchange.record",
        "cluster.remote.Held.answer",
        "cluster.remote.Held.carry_out",
        "cluster.remote.answer",
        "cluster.remote.carry_out",
        "cluster.tasks.get_ready",
        "cluster.tasks.look",
        "cluster.tasks.train",
    ),
    "computed or measured once for all, whoever wants it first": (
        "explore.analyses.AnalysisRunner.want",
        "jobs.machine.measure_once",
        "jobs.machine.write_measured",
        "jobs.machine_measurement.measure",
        "jobs.machine_measurement.main",
    ),
    "a process that ends with its iterator, which is in a `BackgroundTask` with an owner": (
        "jobs.rate_search.search_rate",
    ),
    "the one way to write a config.json: who calls it has asked": ("runs.config_file.write_record",),
    "what has been deleted too long ago, or is too much: who calls it has asked": ("runs.trash.drop_the_oldest",),
    "a number of the queue, which is nobody's: who queues a run has asked": ("runs.queue_number.next_number",),
    "the lock under which Optuna writes its journal: who opened the study has asked": (
        "sweeps.study.JournalLock.acquire",
    ),
    "the one way to write a record of a class: who calls it has asked": ("classroom.records.write",),
}
"""Reasons, and the functions that need not be told."""


def test_what_changes_something_is_told_who_asks():
    found = functions(PACKAGES)
    changes = changing(found)
    silent = {one.name for one in found if one.name in changes and one.is_public and not one.takes_an_asker}
    excused = {name for names in WITHOUT.values() for name in names}
    assert silent - excused == set(), "take `asker`, or give a reason here"
    assert excused <= {one.name for one in found}, "a function that is excused has gone"
    assert len(changes) > 40


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        ("def forget(run):\n    (run.path / 'notes.json').unlink()", False),
        ("def forget(run, *, asker=None):\n    asker.require('', 'x')\n    run.path.rename('x')", False),
        ("def forget(run, *, asker):\n    run.path.rename('x')", False),
        ("def forget(run, *, asker):\n    run.require(asker)\n    run.path.rename('x')", True),
    ],
)
def test_a_function_that_does_not_ask_is_found(source, asks):
    (node,) = ast.parse(source).body
    one = Function("runs.made_up.forget", node)
    assert changing([one]) == {one.name}
    assert one.takes_an_asker is asks


def test_what_calls_a_function_that_changes_something_changes_something():
    sources = (
        "def forget(run):\n    run.path.unlink()",
        "def tidy(run):\n    forget(run)",
        "def look(run):\n    run.read()",
    )
    found = [Function(f"runs.made_up.{node.name}", node) for source in sources for node in ast.parse(source).body]
    assert changing(found) == {"runs.made_up.forget", "runs.made_up.tidy"}
