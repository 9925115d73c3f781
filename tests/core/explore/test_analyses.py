import os

import numpy as np
import pytest

from mnist_core.asker import TEACHER
from mnist_core.errors import AnalysisError
from mnist_core.explore import analyses as module
from mnist_core.explore.analyses import MAP_SIZE, PIXELS, AnalysisFolder, AnalysisRunner, Progress, map_indices


@pytest.fixture
def analyses(tmp_path):
    return AnalysisFolder(tmp_path / "analyses")


@pytest.fixture
def analysis_runner(analyses):
    made = []

    def analysis_runner(*command):
        made.append(AnalysisRunner(analyses, command))
        return made[-1]

    yield analysis_runner
    for one in made:
        one.close()


def test_what_is_kept_is_read_back(analyses):
    assert analyses.progress("a") is None
    assert analyses.findings("a") == {}
    analyses.keep("a", {"read": np.arange(3), "shares": np.array([0.5])})
    analyses.report("a", Progress("reading", 0.5))
    assert analyses.findings("a")["read"].tolist() == [0, 1, 2]
    assert analyses.progress("a") == Progress("reading", 0.5)
    analyses.forget("a", asker=TEACHER)
    assert analyses.progress("a") is None
    assert analyses.findings("a") == {}


def test_damaged_files_are_as_good_as_none(analyses):
    analyses.keep("a", {"read": np.arange(3)})
    whole = analyses.arrays("a").read_bytes()
    for damaged in (b"", whole[:50], b"nonsense"):
        analyses.arrays("a").write_bytes(damaged)
        assert analyses.findings("a") == {}
    analyses.report("a", Progress("done", 1.0))
    analyses.arrays("a").unlink()
    assert analyses.progress("a") is None
    (analyses.folder / "a.json").write_text("{")
    assert analyses.progress("a") is None


def test_only_the_newest_are_kept(analyses, monkeypatch):
    monkeypatch.setattr(module, "_KEPT", 2)
    for age, key in enumerate(["new", "middle", "old", PIXELS]):
        analyses.keep(key, {"read": np.arange(3)})
        analyses.report(key, Progress("done", 1.0))
        os.utime(analyses.folder / f"{key}.json", (1e9 - age, 1e9 - age))
    analyses.forget_the_oldest()
    assert sorted(path.name for path in analyses.folder.iterdir()) == sorted(
        f"{key}.{ending}" for key in ("new", "middle", PIXELS) for ending in ("json", "npz")
    )


def test_a_map_shows_the_same_images_every_time():
    chosen = map_indices(60_000)
    assert len(set(chosen.tolist())) == MAP_SIZE
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_array_equal(chosen, map_indices(60_000))
    assert map_indices(10).tolist() == list(range(10))


def test_one_process_at_a_time(analysis_runner):
    one = analysis_runner("sh", "-c", "sleep 60")
    one.want(PIXELS)
    first = one._process
    assert one.want("another") == Progress()
    assert one.want(PIXELS).doing == "starting"
    assert one._process is first
    assert first.poll() is None
    one.close()
    assert one._process.poll() is not None


def test_a_process_that_died_is_not_started_again_and_again(analysis_runner, analyses):
    one = analysis_runner("false")
    assert not one.want(PIXELS).ended
    one._process.wait()
    failed = one.want(PIXELS)
    assert "ended from outside" in failed.failed
    assert one.want(PIXELS) == failed
    analyses.forget(PIXELS, asker=TEACHER)
    assert not one.want(PIXELS).ended


def test_what_cannot_be_started_or_written_is_a_sentence(analysis_runner, analyses):
    with pytest.raises(AnalysisError, match="nothing can be computed in the background"):
        analysis_runner("/no/such/program").want(PIXELS)
    analyses.forget(PIXELS, asker=TEACHER)
    analyses.folder.rmdir()
    analyses.folder.write_text("in the way")
    with pytest.raises(AnalysisError, match="can be written"):
        analysis_runner("true").want(PIXELS)
