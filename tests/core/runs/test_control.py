import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import RunError
from mnist_core.runs.control import LARGEST_FACTOR, Wishes


def test_what_is_asked_is_read_back_and_nothing_is_asked_at_first(tmp_path):
    wishes = Wishes(tmp_path)
    assert (wishes.word(), wishes.rate_factor(), wishes.steps_per_second()) == ("run", None, 0)
    wishes.say("pause")
    wishes.ask_rate_factor(0.1)
    wishes.ask_steps_per_second(5)
    assert (wishes.word(), wishes.rate_factor(), wishes.steps_per_second()) == ("pause", 0.1, 5)


@given(
    content=st.one_of(
        st.binary(max_size=20), st.sampled_from([b"nan", b"-1", b"inf", b"1e999", b"0", b"1e-9", b"stop!"])
    )
)
def test_any_bytes_are_a_wish_or_none(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for name in ("control", "rate", "pace"):
        (folder / name).write_bytes(content)
    wishes = Wishes(folder)
    assert wishes.word() in ("run", "pause", "stop")
    assert wishes.steps_per_second() >= 0
    factor = wishes.rate_factor()
    assert factor is None or 1 / LARGEST_FACTOR <= factor <= LARGEST_FACTOR


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="cannot tell the run gone to pause"):
        Wishes(tmp_path / "gone").say("pause")
