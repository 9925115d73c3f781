import pytest

from mnist_core.asker import COMMAND_LINE, TEACHER, Asker, seat_of
from mnist_core.errors import NotYoursError

MINE, OTHER = seat_of("my secret"), seat_of("another secret")


def test_a_seat_is_known_by_an_id_that_does_not_tell_its_secret():
    assert MINE.seat == "b9d1d013f600ec1b"  # printf 'my secret' | sha256sum
    assert len(MINE.seat) == 16
    assert seat_of("my secret") == MINE != OTHER
    assert len(seat_of("\ud800 no cookie a browser sends").seat) == 16


def test_a_seat_owns_what_carries_its_id_and_nothing_else():
    assert MINE.owns(MINE.owner)
    assert not MINE.owns(OTHER.owner)
    assert not MINE.owns("")


@pytest.mark.parametrize("asker", [TEACHER, COMMAND_LINE])
def test_the_teacher_and_the_command_line_own_everything(asker):
    assert asker.owns(MINE.owner)
    assert asker.owns("")
    assert asker.owner == ""


def test_what_belongs_to_others_is_refused_in_a_sentence():
    MINE.require(MINE.owner, "the run a")
    TEACHER.require(MINE.owner, "the run a")
    with pytest.raises(NotYoursError, match=r"the run a belongs to another seat: .* only that seat and the teacher"):
        MINE.require(OTHER.owner, "the run a")
    with pytest.raises(NotYoursError, match=r"the run a belongs to the teacher: .* only the teacher"):
        MINE.require("", "the run a")


@pytest.mark.parametrize(("kind", "seat"), [("seat", ""), ("teacher", MINE.seat), ("command line", MINE.seat)])
def test_a_seat_and_nobody_else_has_an_id(kind, seat):
    with pytest.raises(ValueError, match="and nobody else, has an id"):
        Asker(kind, seat)
