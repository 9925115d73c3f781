import pytest

from mnist_core.errors import LessonError
from mnist_core.lessons.typed_number import read_number


@pytest.mark.parametrize(
    ("typed", "number"), [("0.534", 0.534), ("−0,309", -0.309), ("–2", -2), (" - 0.5 ", -0.5), ("-.25", -0.25)]
)
def test_a_number_is_read_as_people_type_it(typed, number):
    assert read_number(typed) == number


@pytest.mark.parametrize("typed", ["", "a half", "1,234.5", "nan", "inf", "1e999", "1 2"])
def test_what_is_no_number_is_refused_in_a_sentence(typed):
    with pytest.raises(LessonError, match="type one number"):
        read_number(typed)
