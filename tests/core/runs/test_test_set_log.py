from mnist_core.asker import TEACHER
from mnist_core.events import Finished
from mnist_core.jobs.execution import execute
from mnist_core.runs import trash
from mnist_core.runs.store import create_run
from mnist_core.runs.test_set_log import openings


def test_every_finished_run_opens_the_test_set_once(runs, tiny):
    assert openings() == 0
    first, stopped, second = (create_run(tiny, name, asker=TEACHER) for name in ("first", "stopped", "second"))
    for event in execute(first):
        assert openings() == (1 if isinstance(event, Finished) else 0)
    stopped.control.request("stop", asker=TEACHER)
    for _ in execute(stopped):
        pass
    assert openings() == 1
    for _ in execute(second):
        pass
    assert openings() == 2
    trash.delete(first, asker=TEACHER)
    assert openings() == 2, "what was seen stays seen"


def test_a_folder_without_a_seal_was_never_opened(tmp_path):
    assert openings(tmp_path / "none") == 0
