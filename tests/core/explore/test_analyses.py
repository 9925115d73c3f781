import os

import numpy as np
import pytest

from mnist_core.errors import SurveyError
from mnist_core.explore import analyses as module
from mnist_core.explore.analyses import MAP_SIZE, PIXELS, Progress, Surveyor, Surveys, map_indices


@pytest.fixture
def surveys(tmp_path):
    return Surveys(tmp_path / "surveys")


@pytest.fixture
def surveyor(surveys):
    made = []

    def surveyor(*command):
        made.append(Surveyor(surveys, command))
        return made[-1]

    yield surveyor
    for one in made:
        one.close()


def test_what_is_kept_is_read_back(surveys):
    assert surveys.progress("a") is None
    assert surveys.findings("a") == {}
    surveys.keep("a", {"read": np.arange(3), "shares": np.array([0.5])})
    surveys.report("a", Progress("reading", 0.5))
    assert surveys.findings("a")["read"].tolist() == [0, 1, 2]
    assert surveys.progress("a") == Progress("reading", 0.5)
    surveys.forget("a")
    assert surveys.progress("a") is None
    assert surveys.findings("a") == {}


def test_damaged_files_are_as_good_as_none(surveys):
    surveys.keep("a", {"read": np.arange(3)})
    whole = surveys.arrays("a").read_bytes()
    for damaged in (b"", whole[:50], b"nonsense"):
        surveys.arrays("a").write_bytes(damaged)
        assert surveys.findings("a") == {}
    surveys.report("a", Progress("done", 1.0))
    surveys.arrays("a").unlink()
    assert surveys.progress("a") is None
    (surveys.folder / "a.json").write_text("{")
    assert surveys.progress("a") is None


def test_only_the_newest_are_kept(surveys, monkeypatch):
    monkeypatch.setattr(module, "_KEPT", 2)
    for age, key in enumerate(["new", "middle", "old", PIXELS]):
        surveys.keep(key, {"read": np.arange(3)})
        surveys.report(key, Progress("done", 1.0))
        os.utime(surveys.folder / f"{key}.json", (1e9 - age, 1e9 - age))
    surveys.forget_the_oldest()
    assert sorted(path.name for path in surveys.folder.iterdir()) == sorted(
        f"{key}.{ending}" for key in ("new", "middle", PIXELS) for ending in ("json", "npz")
    )


def test_a_map_shows_the_same_images_every_time():
    chosen = map_indices(60_000)
    assert len(set(chosen.tolist())) == MAP_SIZE
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_array_equal(chosen, map_indices(60_000))
    assert map_indices(10).tolist() == list(range(10))


def test_one_process_at_a_time(surveyor):
    one = surveyor("sh", "-c", "sleep 60")
    one.want(PIXELS)
    first = one._process
    assert one.want("another") == Progress()
    assert one.want(PIXELS).doing == "starting"
    assert one._process is first
    assert first.poll() is None
    one.close()
    assert one._process.poll() is not None


def test_a_process_that_died_is_not_started_again_and_again(surveyor, surveys):
    one = surveyor("false")
    assert not one.want(PIXELS).ended
    one._process.wait()
    failed = one.want(PIXELS)
    assert "ended from outside" in failed.failed
    assert one.want(PIXELS) == failed
    surveys.forget(PIXELS)
    assert not one.want(PIXELS).ended


def test_what_cannot_be_started_or_written_is_a_sentence(surveyor, surveys):
    with pytest.raises(SurveyError, match="nothing can be computed in the background"):
        surveyor("/no/such/program").want(PIXELS)
    surveys.forget(PIXELS)
    surveys.folder.rmdir()
    surveys.folder.write_text("in the way")
    with pytest.raises(SurveyError, match="can be written"):
        surveyor("true").want(PIXELS)
