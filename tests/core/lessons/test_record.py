import json
from pathlib import Path

import pytest

from mnist_core.asker import TEACHER, seat_of
from mnist_core.errors import LessonError, NotYoursError
from mnist_core.lessons.catalogue import find_lesson
from mnist_core.lessons.clearing import bring_back, clear, is_cleared, remove_for_good
from mnist_core.lessons.facts import Answer, Reading, Threshold
from mnist_core.lessons.lesson import Outcome
from mnist_core.lessons.record import TEACHERS, Entry, LearnerRecord, lesson_under_way

FUNCTION, LOSS = find_lesson("function"), find_lesson("loss")
READING = Reading(drawing=0, digit=4, certainty=0.9, rejected=False)
DONE = Outcome(
    fulfilled=True,
    told="It flipped.",
    step=1,
    happened=["9"],
    curves=(("loss", ((0.0, 2.3), (1.0, 0.2))),),
    measure="accuracy",
)
IMAGE = "data:image/png;base64,AAAA"


@pytest.fixture
def record(tmp_path):
    return LearnerRecord("0a1b", tmp_path)


def again(record):
    """The same learner after the server was started anew."""
    return LearnerRecord(record.folder.name, record.folder.parent)


def test_prediction_facts_result_and_sentence_outlive_the_process(record):
    assert record.entry(FUNCTION) == Entry()
    begun = record.predict(FUNCTION, ["9"], asker=TEACHER)
    assert begun.open
    assert begun.begun > 0
    record.note(FUNCTION, READING, asker=TEACHER)
    record.note(FUNCTION, Answer(name="x", given=1.0, right=2.0), asker=TEACHER)
    record.note(FUNCTION, Threshold(certainty=0.5, answered=10, wrong=1), asker=TEACHER)
    record.finish(FUNCTION, DONE, [IMAGE], asker=TEACHER)
    said = record.say(FUNCTION, "  A network\x00 is a function. ", asker=TEACHER)
    assert said.sentence == "A network is a function."
    kept = again(record).entry(FUNCTION)
    assert kept == said
    assert (kept.prediction, kept.passes, kept.open) == (["9"], 1, False)
    assert kept.result.told == "It flipped."
    assert kept.result.curves[0][1][0] == (0.0, 2.3)
    assert kept.result.measure == "accuracy"
    assert kept.images == (IMAGE,)
    assert kept.readings == (READING,)


def test_what_was_kept_under_an_earlier_id_is_read_until_it_is_kept_anew_or_cleared(record, tmp_path):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    record.predict(LOSS, [[0.0, 2.0], [1.0, 1.0]], asker=TEACHER)
    teachers = LearnerRecord(TEACHERS, tmp_path, earlier=record.folder.name)
    assert teachers.entry(FUNCTION) == record.entry(FUNCTION)
    teachers.say(FUNCTION, "Now the teacher's.", asker=TEACHER)
    assert record.entry(FUNCTION).sentence == ""
    assert LearnerRecord(TEACHERS, tmp_path).entry(FUNCTION).prediction == ["9"]
    assert LearnerRecord(TEACHERS, tmp_path).entry(LOSS) == Entry()
    kept = teachers.entries()
    clear(teachers, asker=TEACHER)
    assert teachers.entries() == dict.fromkeys(teachers.entries(), Entry())
    assert not record.folder.exists()
    bring_back(teachers, asker=TEACHER)
    assert teachers.entries() == kept


def test_the_same_reading_twice_is_one(record):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    record.note(FUNCTION, READING, asker=TEACHER)
    assert len(record.note(FUNCTION, READING, asker=TEACHER).readings) == 1


def test_a_second_pass_begins_anew_and_keeps_the_sentence_and_what_was_found_before(record):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    record.note(FUNCTION, READING, asker=TEACHER)
    record.finish(FUNCTION, DONE, asker=TEACHER)
    record.say(FUNCTION, "Mine.", asker=TEACHER)
    second = record.again(FUNCTION, asker=TEACHER)
    assert (second.prediction, second.readings, second.result) == (None, (), None)
    assert (second.passes, second.sentence, list(second.earlier)) == (1, "Mine.", ["It flipped."])
    assert record.predict(FUNCTION, ["4"], asker=TEACHER).passes == 1
    assert list(again(record).entry(FUNCTION).earlier) == ["It flipped."]


def test_the_lesson_under_way_is_the_one_begun_last_that_is_neither_done_nor_skipped(record):
    assert lesson_under_way(record) is None
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    assert lesson_under_way(record) is FUNCTION
    record.predict(LOSS, [[0.0, 2.0], [1.0, 0.1]], asker=TEACHER)
    assert lesson_under_way(record) is LOSS
    record.skip(LOSS, asker=TEACHER)
    assert record.entry(LOSS).skipped
    assert lesson_under_way(record) is FUNCTION
    record.finish(FUNCTION, DONE, asker=TEACHER)
    assert lesson_under_way(record) is None


def test_what_is_no_prediction_is_refused_and_changes_nothing(record):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    before = record.entry(FUNCTION)
    with pytest.raises(LessonError, match="choose one of"):
        record.predict(FUNCTION, ["12"], asker=TEACHER)
    assert record.entry(FUNCTION) == before


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        json.dumps({"begun": "x"}).encode(),
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_an_empty_entry_and_can_be_written_over(record, damage):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    next(record.folder.iterdir()).write_bytes(damage)
    assert record.entry(FUNCTION) == Entry()
    assert record.predict(FUNCTION, ["9"], asker=TEACHER).open


@pytest.mark.parametrize(
    ("field", "value"),
    [("prediction", ["77"]), ("readings", [{"drawing": 0, "digit": 12, "certainty": 1, "rejected": False}])],
)
def test_values_that_no_lesson_writes_make_an_empty_entry(record, field, value):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    path = next(record.folder.iterdir())
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    assert record.entry(FUNCTION) == Entry()


def test_an_image_that_is_no_picture_of_ours_is_left_out(record):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    record.finish(FUNCTION, DONE, [IMAGE, "https://example.org/x.png", "data:text/html;base64,AAAA"], asker=TEACHER)
    assert again(record).entry(FUNCTION).images == (IMAGE,)


def test_clearing_takes_this_learner_s_record_alone_and_can_be_undone(record):
    other = LearnerRecord("ffff", record.folder.parent)
    for one in (record, other):
        one.predict(FUNCTION, ["9"], asker=TEACHER)
        one.predict(LOSS, [[0.0, 2.0], [1.0, 0.1]], asker=TEACHER)
    kept = record.entries()
    assert not is_cleared(record)
    clear(record, asker=TEACHER)
    clear(record, asker=TEACHER)
    assert record.entry(FUNCTION) == Entry()
    assert other.entry(FUNCTION).open
    assert is_cleared(again(record))
    anew = record.predict(FUNCTION, ["4"], asker=TEACHER)
    bring_back(record, asker=TEACHER)
    assert record.entries() == {**kept, FUNCTION.id: anew}, "what was begun since then stays"
    assert not is_cleared(record)
    clear(record, asker=TEACHER)
    bring_back(record, asker=TEACHER)
    assert record.entry(FUNCTION) == anew


def test_what_was_removed_for_good_does_not_come_back_and_leaves_no_file(record):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    clear(record, asker=TEACHER)
    remove_for_good(record, asker=TEACHER)
    bring_back(record, asker=TEACHER)
    assert list(record.folder.parent.iterdir()) == []


def test_clearing_and_bringing_back_write_nothing(record, monkeypatch):
    record.predict(FUNCTION, ["9"], asker=TEACHER)
    monkeypatch.setattr(Path, "mkdir", None)
    monkeypatch.setattr(Path, "open", None)
    clear(record, asker=TEACHER)
    bring_back(record, asker=TEACHER)


@pytest.mark.parametrize("owner", ["", "../x", "a/b", "A", "x" * 65])
def test_nobody_is_called_so(owner, tmp_path):
    with pytest.raises(LessonError, match="small letters and digits"):
        LearnerRecord(owner, tmp_path)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "0a1b").write_text("a file in the way")
    with pytest.raises(LessonError, match=r"cannot be written: .* Free some space"):
        LearnerRecord("0a1b", tmp_path).predict(FUNCTION, ["9"], asker=TEACHER)


@pytest.mark.parametrize("owner", [TEACHERS, seat_of("another").seat])
def test_anothers_record_is_not_changed(tmp_path, owner):
    record, me = LearnerRecord(owner, tmp_path), seat_of("me")
    kept = record.predict(FUNCTION, ["9"], asker=TEACHER)
    for change in (
        lambda: record.predict(FUNCTION, ["4"], asker=me),
        lambda: record.note(FUNCTION, READING, asker=me),
        lambda: record.finish(FUNCTION, DONE, asker=me),
        lambda: record.skip(FUNCTION, asker=me),
        lambda: record.say(FUNCTION, "Mine.", asker=me),
        lambda: record.again(FUNCTION, asker=me),
        lambda: clear(record, asker=me),
        lambda: bring_back(record, asker=me),
        lambda: remove_for_good(record, asker=me),
    ):
        with pytest.raises(NotYoursError, match="the record of these lessons belongs to"):
            change()
    assert record.entry(FUNCTION) == kept
    LearnerRecord(me.seat, tmp_path).predict(FUNCTION, ["9"], asker=me)
