import os

from mnist_core.asker import TEACHER
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import all_seats, join, remove
from tests.support.classes import ANN, BOB, EVE, a_class
from ui.cached import classes


def test_seats_are_read_again_when_one_has_joined_or_was_taken_out(monkeypatch):
    classroom, read = a_class(ANN), []
    monkeypatch.setattr(classes, "all_seats", lambda found: read.append(found) or all_seats(found))

    def now():
        classes.forget()
        return classes.now()

    for second in (1.0, 2.0):
        os.utime(classroom.path / "seats", (second, second))
        read.clear()
        for _ in range(2):
            assert list(now().seats) == [ANN.seat]
        assert len(read) == 1
    join(classroom, NAMES[1], asker=BOB)
    assert list(now().seats) == [ANN.seat, BOB.seat]
    last = (classroom.path / "seats").stat().st_mtime_ns
    join(classroom, NAMES[2], asker=EVE)
    os.utime(classroom.path / "seats", ns=(last, last))  # within the same tick of the clock
    assert list(now().seats) == [ANN.seat, BOB.seat, EVE.seat]
    remove(classroom, ANN.seat, asker=TEACHER)
    assert (list(now().seats), list(now().removed)) == ([BOB.seat, EVE.seat], [ANN.seat])
