import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError
from mnist_core.events import LARGEST_FACTOR
from mnist_core.runs.control import Control


def test_what_is_asked_is_read_back_and_nothing_is_asked_at_first(tmp_path):
    control = Control(tmp_path)
    assert (control.command(), control.rate_factor(), control.steps_per_second()) == ("run", None, 0)
    assert control.longest() == 0
    control.request("pause", asker=TEACHER)
    control.request_rate_factor(0.1, asker=TEACHER)
    control.request_steps_per_second(5, asker=TEACHER)
    control.request_longest(60, asker=TEACHER)
    assert (control.command(), control.rate_factor(), control.steps_per_second()) == ("pause", 0.1, 5)
    assert control.longest() == 60


@given(
    content=st.one_of(
        st.binary(max_size=20), st.sampled_from([b"nan", b"-1", b"inf", b"1e999", b"0", b"1e-9", b"stop!"])
    )
)
def test_any_bytes_are_a_request_or_none(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for name in ("control", "rate", "pace", "longest"):
        (folder / name).write_bytes(content)
    control = Control(folder)
    assert control.command() in ("run", "pause", "stop")
    assert control.steps_per_second() >= 0
    assert control.longest() >= 0
    factor = control.rate_factor()
    assert factor is None or 1 / LARGEST_FACTOR <= factor <= LARGEST_FACTOR


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="cannot tell the run gone to pause"):
        Control(tmp_path / "gone").request("pause", asker=TEACHER)
