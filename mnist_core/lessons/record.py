"""What a learner keeps of the lessons: predictions, what was recorded meanwhile, results, a sentence of their own.

One small JSON file a lesson, in a folder of the learner's own, written aside and renamed. No torch, no Streamlit.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mnist_core import quotas
from mnist_core.asker import Asker
from mnist_core.errors import LessonError, QuotaError
from mnist_core.lessons.catalogue import LESSONS, find_lesson
from mnist_core.lessons.facts import Answer, Reading, Threshold
from mnist_core.lessons.lesson import Lesson, Measure, Outcome
from mnist_core.lessons.prediction import Prediction
from mnist_core.paths import lessons_folder
from mnist_core.storage.atomic import write_atomically
from mnist_core.storage.untrusted_file import LARGEST_RECORD, read_at_most
from mnist_core.untrusted_text import SENTENCE, clean

LONGEST_SENTENCE = 500
"""Characters of a learner's own sentence."""
_MOST = 200
"""Readings, answers or thresholds that are kept: the newest."""
TEACHERS = "teacher"
"""Whose record it is where no seat is the owner: the teacher's, in whatever browser."""
_OWNER = re.compile(r"[a-z0-9]{1,64}")
_IMAGE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]{1,8000}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How a lesson ended: the outcome of its check at that time."""

    told: str
    happened: Prediction | None
    curves: Sequence[tuple[str, Sequence[tuple[float, float]]]] = ()
    measure: Measure = "loss"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one learner keeps of one lesson."""

    begun: float = 0.0
    """When the prediction was kept: seconds since 1970; 0: not yet."""
    passes: int = 0
    """How often the lesson has been done."""
    prediction: Prediction | None = None
    readings: Sequence[Reading] = ()
    answers: Sequence[Answer] = ()
    thresholds: Sequence[Threshold] = ()
    images: Sequence[str] = ()
    """Drawings of the result, as data URLs of PNG files."""
    result: Result | None = None
    skipped: bool = False
    sentence: str = ""
    """What the learner would tell a friend."""
    earlier: Sequence[str] = field(default_factory=tuple)
    """Results of earlier passes, in words."""

    @property
    def open(self) -> bool:
        """Whether the lesson is under way: predicted, and neither done nor skipped."""
        return self.begun > 0 and self.result is None and not self.skipped


class LearnerRecord:
    """The entries of one learner. Every method reads or writes the files anew.

    Every change raises NotYoursError where the record is another's.
    """

    def __init__(self, owner: str, folder: str | Path | None = None, *, earlier: str = "") -> None:
        """Take the record of `owner`, the learner's public id.

        A lesson of which nothing is kept there is read from the record of the id `earlier`, which the same learner had
        before.

        Raises:
            LessonError: that can be nobody's id.
        """
        if not all(_OWNER.fullmatch(one) for one in (owner, earlier or owner)):
            raise LessonError("a learner's id has small letters and digits alone")
        root = Path(folder or lessons_folder())
        self._owner = owner
        self.folder, self._earlier = root / owner, root / (earlier or owner)

    def entry(self, lesson: Lesson) -> Entry:
        """Return what is kept of a lesson; an empty entry where nothing is, or where the file is damaged."""
        path = self._path(lesson)
        if not path.exists():
            path = self._earlier / path.name
        try:
            return _from_record(lesson, json.loads(read_at_most(path, 4 * LARGEST_RECORD)))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return Entry()

    def entries(self) -> dict[str, Entry]:
        """Return the entry of each lesson by its id."""
        return {lesson.id: self.entry(lesson) for lesson in LESSONS}

    def predict(self, lesson: Lesson, prediction: object, *, asker: Asker) -> Entry:
        """Keep a prediction and begin the lesson, once more where it has been done before.

        Raises:
            LessonError: the prediction is none for this lesson, or the record cannot be written, as of all changes.
        """
        before = self.entry(lesson)
        earlier = [*before.earlier, before.result.told] if before.result else before.earlier
        begun = Entry(
            begun=time.time(),
            passes=before.passes,
            prediction=lesson.prediction.taken(prediction),
            sentence=before.sentence,
            earlier=tuple(earlier[-5:]),
        )
        return self._write(lesson, begun, asker)

    def note(self, lesson: Lesson, fact: Reading | Answer | Threshold, *, asker: Asker) -> Entry:
        """Add a fact to a lesson that is under way; the same fact twice in a row is one."""
        before = self.entry(lesson)
        name = {Reading: "readings", Answer: "answers", Threshold: "thresholds"}[type(fact)]
        kept = list(getattr(before, name))
        if kept and kept[-1] == fact:
            return before
        changes: dict[str, Any] = {name: tuple([*kept, fact][-_MOST:])}
        return self._write(lesson, replace(before, **changes), asker)

    def finish(self, lesson: Lesson, outcome: Outcome, images: Sequence[str] = (), *, asker: Asker) -> Entry:
        """Keep the outcome of a check that is fulfilled."""
        before = self.entry(lesson)
        result = Result(told=outcome.told, happened=outcome.happened, curves=outcome.curves, measure=outcome.measure)
        done = replace(before, result=result, images=tuple(images), passes=before.passes + 1, skipped=False)
        return self._write(lesson, done, asker)

    def skip(self, lesson: Lesson, *, asker: Asker) -> Entry:
        """Go on to what the lesson means without having done it."""
        return self._write(lesson, replace(self.entry(lesson), skipped=True), asker)

    def say(self, lesson: Lesson, sentence: str, *, asker: Asker) -> Entry:
        """Keep what the learner would tell a friend."""
        said = clean(sentence, LONGEST_SENTENCE)
        return self._write(lesson, replace(self.entry(lesson), sentence=said), asker)

    def again(self, lesson: Lesson, *, asker: Asker) -> Entry:
        """Begin a lesson anew with an empty prediction; what it was done with before is kept in words."""
        before = self.entry(lesson)
        earlier = [*before.earlier, before.result.told] if before.result else before.earlier
        begun = Entry(passes=before.passes, sentence=before.sentence, earlier=tuple(earlier[-5:]))
        return self._write(lesson, begun, asker)

    def folders(self) -> list[tuple[Path, Path]]:
        """Return the learner's folders, each with the one in which it lies once it is cleared (`clearing`)."""
        own = dict.fromkeys((self.folder, self._earlier))
        return [(folder, folder.with_name(f".{folder.name}.cleared")) for folder in own]

    def require(self, asker: Asker) -> None:
        """Do nothing if the record is the asker's to change; raise NotYoursError if it is not."""
        asker.require("" if self._owner == TEACHERS else self._owner, "the record of these lessons")

    def _path(self, lesson: Lesson) -> Path:
        return self.folder / f"{find_lesson(lesson.id).id}.json"

    def _write(self, lesson: Lesson, entry: Entry, asker: Asker) -> Entry:
        self.require(asker)
        try:
            if not self.folder.exists():
                quotas.require_free_disk(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(lesson), json.dumps(asdict(entry), allow_nan=False))
        except OSError as error:
            raise LessonError(
                f"the record of the lessons cannot be written: {error.strerror}. Free some space or make the folder of "
                "lessons writable"
            ) from error
        except QuotaError as error:
            raise LessonError(str(error)) from error
        return entry


def lesson_under_way(record: LearnerRecord) -> Lesson | None:
    """Return the lesson that was begun last and is neither done nor skipped; None where there is none."""
    entries = record.entries()
    begun = [lesson for lesson in LESSONS if entries[lesson.id].open]
    return max(begun, key=lambda lesson: entries[lesson.id].begun, default=None)


def _from_record(lesson: Lesson, record: dict[str, Any]) -> Entry:
    """Rebuild an entry from JSON; raises what odd values make Python raise."""
    kind, result = lesson.prediction, record["result"]
    return Entry(
        begun=max(0.0, float(record["begun"])),
        passes=max(0, int(record["passes"])),
        prediction=None if record["prediction"] is None else kind.taken(record["prediction"]),
        readings=tuple(
            Reading(
                drawing=int(one["drawing"]),
                digit=_digit(one["digit"]),
                certainty=float(one["certainty"]),
                rejected=bool(one["rejected"]),
            )
            for one in record["readings"][-_MOST:]
        ),
        answers=tuple(
            Answer(name=clean(one["name"], 80), given=float(one["given"]), right=float(one["right"]))
            for one in record["answers"][-_MOST:]
        ),
        thresholds=tuple(
            Threshold(certainty=float(one["certainty"]), answered=int(one["answered"]), wrong=int(one["wrong"]))
            for one in record["thresholds"][-_MOST:]
        ),
        images=tuple(image for image in map(str, record["images"]) if _IMAGE.fullmatch(image)),
        result=None if result is None else _result(lesson, result),
        skipped=bool(record["skipped"]),
        sentence=clean(record["sentence"], LONGEST_SENTENCE),
        earlier=tuple(clean(told, SENTENCE) for told in record["earlier"]),
    )


def _result(lesson: Lesson, result: dict[str, Any]) -> Result:
    happened = result["happened"]
    return Result(
        told=clean(result["told"], SENTENCE),
        happened=None if happened is None else lesson.prediction.recorded(happened),
        curves=tuple(
            (clean(name, 80), tuple((float(x), float(y)) for x, y in points)) for name, points in result["curves"]
        ),
        measure="accuracy" if result.get("measure") == "accuracy" else "loss",
    )


def _digit(value: object) -> int:
    if type(value) is not int or value not in range(10):
        raise ValueError(value)
    return value
