"""A class as a directory: begun, joined, set, ended; what is refused, and what damaged files do."""

import json
import threading
from dataclasses import replace

import pytest

from mnist_core.asker import COMMAND_LINE, TEACHER, seat_of
from mnist_core.classroom import classroom as core
from mnist_core.classroom.classroom import begin, classes, end, find, open_class
from mnist_core.classroom.doing import Doing, doing, reading, record_doing, record_reading
from mnist_core.classroom.predictions import predictions, record_prediction
from mnist_core.classroom.seat_names import MATHEMATICIANS, NAMES, hidden, offer
from mnist_core.classroom.seats import MOST_SEATS, join, offered_names, readmit, remove, seats
from mnist_core.classroom.seats import seat_of as seat_in
from mnist_core.classroom.settings import MOST_PINNED, Settings, bring_all, change_settings, read_settings
from mnist_core.errors import ClassError, NotYoursError
from tests.support.classes import ANN, BOB, EVE, a_class


@pytest.fixture(autouse=True)
def own_folder(runs):
    return runs


def test_a_class_begins_once_and_ends(mnist):
    assert open_class() is None
    classroom = begin(asker=TEACHER)
    assert begin(asker=TEACHER) == classroom  # a click that is sent twice
    assert len(classroom.code) == 4
    assert set(classroom.code) <= set(core.LETTERS)
    assert find(f" {classroom.code.lower()} ") == classroom
    end(classroom, asker=TEACHER)
    assert open_class() is None
    assert classes() == [classroom]
    when = classroom.ended
    end(classroom, asker=TEACHER)
    assert classroom.ended == when is not None
    with pytest.raises(ClassError, match="there is no class"):
        find(classroom.code)
    assert begin(asker=COMMAND_LINE) != classroom


def test_only_the_teacher_begins_leads_and_ends():
    with pytest.raises(NotYoursError):
        begin(asker=ANN)
    classroom = a_class(ANN)
    for act in (
        lambda: end(classroom, asker=ANN),
        lambda: change_settings(classroom, asker=ANN, paused=True),
        lambda: bring_all(classroom, "Draw", asker=ANN),
        lambda: remove(classroom, ANN.seat, asker=ANN),
        lambda: readmit(classroom, ANN.seat, asker=ANN),
    ):
        with pytest.raises(NotYoursError, match="belongs to the teacher"):
            act()
    assert classroom.is_open
    assert read_settings(classroom) == Settings()


def test_a_seat_joins_under_an_offered_name_and_keeps_it():
    classroom = a_class()
    names = offered_names(classroom)
    assert len(set(names)) == 3
    seat = join(classroom, names[0], asker=ANN)
    assert join(classroom, names[1], asker=ANN) == seat  # two taps
    with pytest.raises(ClassError, match="somebody is called"):
        join(classroom, names[0], asker=BOB)
    join(classroom, names[1], asker=BOB)
    assert [one.name for one in seats(classroom)] == names[:2]
    assert not {names[0], names[1]} & set(offered_names(classroom))


@pytest.mark.parametrize("name", ["", "Anna", "Brave", "Brave Otter ", "<b>Brave Otter</b>", "Otter Brave"])
def test_no_free_text_is_a_name(name):
    with pytest.raises(ClassError, match="one of the names"):
        join(a_class(), name, asker=ANN)


def test_the_teacher_takes_no_seat_and_an_ended_class_nobody():
    classroom = a_class()
    with pytest.raises(ClassError, match="takes no seat"):
        join(classroom, NAMES[0], asker=TEACHER)
    end(classroom, asker=TEACHER)
    with pytest.raises(ClassError, match="has ended"):
        join(classroom, NAMES[0], asker=ANN)


def test_a_class_has_a_most_of_seats():
    classroom = a_class(*(seat_of(str(i)) for i in range(MOST_SEATS)))
    with pytest.raises(ClassError, match="full"):
        join(classroom, NAMES[-1], asker=ANN)


def test_all_join_at_once_under_different_names():
    classroom, refused = a_class(), []

    def come(number):
        try:
            join(classroom, NAMES[number // 2], asker=seat_of(str(number)))
        except ClassError as error:
            refused.append(error)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.name for one in seats(classroom)) == sorted(NAMES[:8])
    assert len(refused) == 8


def test_a_removed_seat_comes_back_only_through_the_teacher():
    classroom = a_class(ANN, BOB)
    remove(classroom, ANN.seat, asker=TEACHER)
    assert [one.id for one in seats(classroom)] == [BOB.seat]
    assert seat_in(classroom, ANN).removed
    with pytest.raises(ClassError, match="let it in again"):
        join(classroom, NAMES[5], asker=ANN)
    assert NAMES[0] not in offer({one.name for one in seats(classroom, removed=True)})
    readmit(classroom, ANN.seat, asker=TEACHER)
    assert [one.name for one in seats(classroom)] == list(NAMES[:2])
    with pytest.raises(ClassError, match="no such seat"):
        remove(classroom, "../settings", asker=TEACHER)


def test_names_are_kind_words_and_hidden_names_differ():
    assert len(set(NAMES)) == len(NAMES) >= 1_000
    assert all(len(name.split()) == 2 for name in NAMES)
    shown = [hidden(place) for place in range(2 * len(MATHEMATICIANS))]
    assert len(set(shown)) == len(shown)
    assert len(offer(set(NAMES) - {NAMES[7]})) == 1
    assert offer(set(NAMES)) == []


def test_settings_change_one_by_one_and_survive_nonsense():
    classroom = a_class()
    change_settings(classroom, asker=TEACHER, message="  Look\n up ", hidden_pages=("Runs",))
    change_settings(classroom, asker=TEACHER, paused=True, pinned=(ANN.seat, BOB.seat, ANN.seat))
    settings = read_settings(classroom)
    assert settings == Settings(message="Look up", hidden_pages=("Runs",), paused=True, pinned=(ANN.seat, BOB.seat))
    bring_all(classroom, "Train?epochs=3", asker=TEACHER)
    assert bring_all(classroom, "Draw", asker=TEACHER).brought == 2
    file = classroom.path / "settings.json"
    for nonsense in ("", "[]", "{", '{"runs_at_once": "many"}', '{"pinned": 3}', '{"sees": "nobody"}', "[" * 99_999):
        file.write_text(nonsense)
        assert read_settings(classroom) == Settings()
    file.write_text(json.dumps({"paused": True, "later": 1}))
    assert read_settings(classroom) == Settings(paused=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs_at_once": -1},
        {"runs_at_once": 1.5},
        {"longest_run": 10**9},
        {"sees": "nobody"},
        {"shown": "all"},
        {"pinned": tuple(str(i) for i in range(MOST_PINNED + 1))},
    ],
)
def test_what_is_out_of_range_is_refused_and_nothing_changes(wrong):
    classroom = a_class()
    with pytest.raises(ClassError):
        change_settings(classroom, asker=TEACHER, message="Hello", **wrong)
    assert read_settings(classroom) == Settings()


def test_what_a_seat_does_draws_and_expects(mnist):
    classroom = a_class(ANN)
    assert doing(classroom, ANN.seat) == Doing()
    assert reading(classroom, ANN.seat) is None
    record_doing(classroom, Doing("Draw", "Lesson one", "step 2"), asker=ANN)
    written = (classroom.path / "doing" / f"{ANN.seat}.json").stat().st_mtime_ns
    record_doing(classroom, Doing("Draw", "Lesson one", "step 2"), asker=ANN)
    assert (classroom.path / "doing" / f"{ANN.seat}.json").stat().st_mtime_ns == written
    assert doing(classroom, ANN.seat).step == "step 2"
    record_reading(classroom, mnist.test_images[0], 7, 0.98, asker=ANN)
    found = reading(classroom, ANN.seat)
    assert (found.image == mnist.test_images[0]).all()
    assert (found.read, found.confidence) == (7, 0.98)
    record_reading(classroom, mnist.test_images[0], None, 0.5, asker=ANN)
    assert reading(classroom, ANN.seat).read is None
    record_prediction(classroom, "run-1", 0.97, asker=ANN)
    record_prediction(classroom, "run-2", 0.5, asker=ANN)
    assert predictions(classroom, ANN.seat) == {"run-1": 0.97, "run-2": 0.5}
    for act in (
        lambda: record_doing(classroom, Doing("Train"), asker=TEACHER),
        lambda: record_reading(classroom, mnist.test_images[0], 7, 1, asker=TEACHER),
        lambda: record_prediction(classroom, "run-1", 0.1, asker=TEACHER),
    ):
        act()
    assert not list(classroom.path.glob("*/.json"))


@pytest.mark.parametrize("folder", ["doing", "readings", "predictions", "seats", "tasks"])
@pytest.mark.parametrize("content", ["", "null", '{"image": "AAAA"}', '{"name": "x"}', '{"run": 7}', "\x00", "[" * 99])
def test_damaged_records_are_none(folder, content):
    classroom = a_class(ANN)
    file = classroom.path / folder / f"{BOB.seat}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    assert doing(classroom, BOB.seat) == Doing()
    assert reading(classroom, BOB.seat) is None
    assert predictions(classroom, BOB.seat) == {}
    assert [one.id for one in seats(classroom)] == [ANN.seat]


def test_a_class_that_has_gone_is_a_sentence():
    classroom = a_class(ANN)
    gone = replace(classroom, path=classroom.path.with_name("GONE"))
    for act in (
        lambda: change_settings(gone, asker=TEACHER, paused=True),
        lambda: join(gone, NAMES[9], asker=EVE),
        lambda: record_prediction(gone, "run", 0.5, asker=ANN),
    ):
        with pytest.raises(ClassError, match="there is no class GONE"):
            act()
    assert not gone.path.exists()
