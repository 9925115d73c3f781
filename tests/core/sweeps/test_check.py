"""The best point measured again: new seeds, the default beside it, and what may be claimed."""

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import NotYoursError, QuotaError, SweepError
from mnist_core.runs.store import list_runs
from mnist_core.sweeps.check import Check, begin_check, read_check
from mnist_core.sweeps.points import ranked
from tests.support.sweeps import begin, carry_out


@pytest.fixture
def ended(runs):
    sweep, jobs, driver = begin(runs, seeds=2)
    carry_out(sweep, jobs, driver)
    return sweep, jobs, driver


def test_the_best_point_and_the_default_get_seeds_that_no_point_had(ended):
    sweep, jobs, driver = ended
    before = len(jobs.started)
    begin_check(sweep, jobs, 3, asker=TEACHER)
    made = jobs.started[before:]
    assert sorted(run.config().seed for run in made) == [2, 2, 3, 3, 4, 4]
    best = ranked(driver.points())[0]
    rates = {run.config().learning_rate for run in made}
    assert rates == {best.values["learning_rate"], sweep.settings().base.learning_rate}
    found = read_check(sweep)
    assert found.under_way
    assert "3 new seeds: 0 of them are done" in found.describe()
    with pytest.raises(SweepError, match="already"):
        begin_check(sweep, jobs, 3, asker=TEACHER)
    for run in made:
        jobs.finish(run)
    found = read_check(sweep)
    assert not found.under_way
    assert found.before == best.accuracy
    assert "The best point is better than the default." in found.describe()


def test_nothing_is_claimed_of_a_difference_that_may_be_chance():
    same = Check(0, (0.96, 0.95, 0.97), (0.95, 0.96, 0.96), under_way=False, before=0.99)
    assert "The interval includes 0: nothing shows" in same.describe()
    assert "In the search it read 99.00%: 3.00 percentage points of that were luck." in same.describe()
    worse = Check(0, (0.90, 0.91, 0.90), (0.95, 0.96, 0.95), under_way=False, before=0.9)
    assert "The default is better" in worse.describe()
    assert "and no less now" in worse.describe()
    lost = Check(0, (0.9, None, None), (0.9, 0.9, None), under_way=False, before=None)
    assert "Too few" in lost.describe()


def test_a_run_that_is_lost_leaves_its_pair_out(ended):
    sweep, jobs, _ = ended
    before = len(jobs.started)
    begin_check(sweep, jobs, 3, asker=TEACHER)
    first, *others = jobs.started[before:]
    jobs.diverge(first)
    for run in others:
        jobs.finish(run)
    assert read_check(sweep).best[0] is None
    assert "With 2 new seeds" in read_check(sweep).describe()


def test_a_check_that_cannot_be_begun_leaves_no_run(ended):
    sweep, jobs, _ = ended
    known, start = list_runs(sweep.runs_folder), jobs.start

    def third_is_refused(*arguments, **more):
        if len(list_runs(sweep.runs_folder)) == len(known) + 2:
            raise QuotaError("this makes too many")
        return start(*arguments, **more)

    jobs.start = third_is_refused
    with pytest.raises(QuotaError):
        begin_check(sweep, jobs, 3, asker=TEACHER)
    assert list_runs(sweep.runs_folder) == known
    assert read_check(sweep) is None


def test_what_cannot_be_measured_again_is_a_sentence(runs, ended):
    sweep, jobs, _ = ended
    with pytest.raises(NotYoursError):
        begin_check(sweep, jobs, 3, asker=seat_of("x"))
    with pytest.raises(ValueError, match="3 to 10"):
        begin_check(sweep, jobs, 2, asker=TEACHER)
    other, jobs, _ = begin(runs)
    with pytest.raises(SweepError, match="still running"):
        begin_check(other, jobs, 3, asker=TEACHER)
    other.say("ended", "Enough.", asker=TEACHER)
    with pytest.raises(SweepError, match="no point of the sweep is measured"):
        begin_check(other, jobs, 3, asker=TEACHER)
    (sweep.path / "check.json").write_text("[]")
    assert read_check(sweep) is None
