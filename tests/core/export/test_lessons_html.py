"""A learner's lessons as a page: what was predicted, what came, and nothing from the network."""

import re
from html import unescape

import pytest

from mnist_core.asker import TEACHER
from mnist_core.export.lessons_html import lessons_to_html
from mnist_core.lessons.catalogue import LESSONS, find_lesson
from mnist_core.lessons.lesson import Outcome
from mnist_core.lessons.record import LearnerRecord

IMAGE = "data:image/png;base64,AAAA"
LOSS, FUNCTION = find_lesson("loss"), find_lesson("function")


@pytest.fixture
def record(tmp_path):
    record = LearnerRecord("0a1b", tmp_path)
    record.predict(LOSS, [[0.0, 2.5], [1.0, 0.1]], asker=TEACHER)
    real = ((0.0, 2.3), (0.5, 0.4), (1.0, 9.0))
    happened = [list(point) for point in real]
    done = Outcome(fulfilled=True, told="From **2.3** down.", happened=happened, curves=(("training loss", real),))
    record.finish(LOSS, done, [IMAGE], asker=TEACHER)
    record.say(LOSS, "It learns <b>fast</b>.", asker=TEACHER)
    return record


def test_the_page_has_prediction_result_curves_drawing_and_sentence(record):
    page = lessons_to_html(record.entries(), "28 November 2026")
    assert "1 of 12 lessons done. Written on 28 November 2026." in page
    assert all(f"{lesson.number}. {lesson.title}" in unescape(page) for lesson in LESSONS)
    section = page[page.index("2. Training lowers a loss") : page.index("3. Hyperparameters")]
    assert "My prediction: <b>a curve from 2.50 to 0.10</b>" in section
    assert "The curve that you drew is" in section
    assert "From <b>2.3</b> down." in section
    assert section.count("<polyline") == 2
    assert IMAGE in section
    assert "It learns &lt;b&gt;fast&lt;/b&gt;." in section
    assert "What it means" in section


def test_what_a_lesson_means_is_not_told_before_it_is_done(record):
    page = lessons_to_html(record.entries(), "today")
    assert FUNCTION.meaning[:30] not in page
    record.skip(FUNCTION, asker=TEACHER)
    assert FUNCTION.meaning[:30] in lessons_to_html(record.entries(), "today")


def test_the_page_asks_the_network_for_nothing(record):
    page = lessons_to_html(record.entries(), "today")
    assert not re.findall(r"(?:src|href)=\"(?!data:)[^\"]*\"|url\(|<script|@import", page)


def test_an_empty_record_is_a_page_too(tmp_path):
    page = lessons_to_html(LearnerRecord("ffff", tmp_path).entries(), "today")
    assert "0 of 12 lessons done" in page
    assert page.count("Not done yet.") == 12
