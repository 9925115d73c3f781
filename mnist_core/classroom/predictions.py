"""What seats expected of their runs before they started them: test accuracies, by the run's id. No torch."""

from __future__ import annotations

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom


def predictions(classroom: Classroom, seat: str) -> dict[str, float]:
    """Return the test accuracies, 0 to 1, that a seat expected of its runs, by their ids."""
    record = records.read(classroom.path / "predictions" / f"{seat}.json")
    return {run: float(share) for run, share in record.items() if type(share) in (int, float) and 0 <= share <= 1}


def record_prediction(classroom: Classroom, run: str, accuracy: float, *, asker: Asker) -> None:
    """Record what the seat that asks expects of its run; the teacher's expectation is not the class's.

    Raises:
        ClassError: the class has gone, or its directory cannot be written.
    """
    if not asker.seat:
        return
    with classroom.changing():
        expected = predictions(classroom, asker.seat) | {run: accuracy}
        records.write(classroom.path / "predictions" / f"{asker.seat}.json", expected)
