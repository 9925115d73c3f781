"""What ends with a test: the trainings that it has begun."""

from mnist_core.asker import TEACHER
from tests.support.waiting import wait_for


def end(jobs):
    """Stop all trainings, those that wait among them, and close."""
    for run in jobs.active():
        jobs.stop(run, asker=TEACHER)
    wait_for(lambda: not jobs.active())
    jobs.close()
