"""A class for tests: begun, with seats that have joined."""

from mnist_core.asker import TEACHER, seat_of
from mnist_core.classroom.classroom import begin
from mnist_core.classroom.seat_names import NAMES
from mnist_core.classroom.seats import join

ANN, BOB, EVE = (seat_of(name) for name in ("ann", "bob", "eve"))
"""Seats; Eve joins no class."""


def a_class(*members):
    """Return a class with these seats, called by the first names of the list."""
    classroom = begin(asker=TEACHER)
    for place, asker in enumerate(members):
        join(classroom, NAMES[place], asker=asker)
    return classroom
