"""The teacher's key: entered, kept as a hash, and not guessed."""

import pytest

from mnist_core.asker import seat_of
from ui.server import teacher_key
from ui.server.teacher_key import SETTING, TeacherKey, WrongKeyError

TABLET, LEARNER = seat_of("tablet"), seat_of("learner")


@pytest.fixture
def clock(monkeypatch):
    """Seconds since the server's start, which a test sets."""
    now = [1000.0]
    monkeypatch.setattr(teacher_key.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.delenv(SETTING, raising=False)
    return tmp_path / "runs" / ".teacher.json"


def test_who_enters_the_key_is_the_teacher_from_then_on(file, clock):
    server = TeacherKey(file)
    key = server.prepare()
    assert not server.is_teacher(TABLET)
    server.enter(f" {key} ", TABLET, "192.168.1.7")
    assert server.is_teacher(TABLET)
    assert not server.is_teacher(LEARNER)


def test_only_a_hash_is_kept_and_for_the_servers_user_alone(file, clock):
    key = TeacherKey(file).prepare()
    assert key not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_each_start_has_another_key_unless_one_is_set(file, clock, monkeypatch):
    first = TeacherKey(file)
    key = first.prepare()
    first.enter(key, TABLET, "")
    second = TeacherKey(file)
    assert second.prepare() != key
    assert not second.is_teacher(TABLET)
    with pytest.raises(WrongKeyError):
        second.enter(key, TABLET, "")
    monkeypatch.setenv(SETTING, "our own key")
    third = TeacherKey(file)
    assert third.prepare() == "", "it is known, and not printed"
    third.enter("our own key", TABLET, "")
    fourth = TeacherKey(file)
    fourth.prepare()
    assert fourth.is_teacher(TABLET), "with the same key after a restart"


def test_a_key_that_is_too_short_is_refused(file, monkeypatch):
    monkeypatch.setenv(SETTING, "short")
    server = TeacherKey(file)
    with pytest.raises(WrongKeyError, match=f"{SETTING} has 5 characters: set at least 8"):
        server.prepare()
    with pytest.raises(WrongKeyError):
        server.enter("short", LEARNER, "")


def tried(server, clock, address, seconds):
    """Return how many keys an address can try in so many seconds, with a try every half second."""
    count = 0
    for _ in range(2 * seconds):
        clock[0] += 0.5
        with pytest.raises(WrongKeyError) as error:
            server.enter("guess", LEARNER, address)
        count += "is not the teacher's key" in str(error.value)
    return count


def test_attempts_become_ever_slower(file, clock):
    server = TeacherKey(file)
    key = server.prepare()
    assert tried(server, clock, "192.168.1.66", 10 * 60) < 20
    with pytest.raises(WrongKeyError, match=r"wait [0-9]+ s before the next attempt"):
        server.enter(key, LEARNER, "192.168.1.66")
    server.enter(key, TABLET, "192.168.1.7")  # the teacher, elsewhere, need not wait
    assert server.is_teacher(TABLET)


@pytest.mark.parametrize("content", ["", "[]", '{"seats": 3}', '{"seats": ["x"], "salt": "zz", "hash": 1}'])
def test_a_damaged_file_lets_nobody_in(file, clock, content):
    file.parent.mkdir()
    file.write_text(content)
    server = TeacherKey(file)
    key = server.prepare()
    assert not server.is_teacher(LEARNER)
    server.enter(key, TABLET, "")
    assert server.is_teacher(TABLET)
