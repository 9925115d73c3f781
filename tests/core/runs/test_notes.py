import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_core.asker import TEACHER
from mnist_core.errors import RunError
from mnist_core.runs.notes import LONGEST_NOTE, LONGEST_TITLE, NOTES_FILE, Notes, read_notes, write_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run


def test_a_run_nobody_wrote_on_has_no_title_and_no_note(runs, tiny):
    assert read_notes(create_run(tiny, "x", asker=TEACHER)) == Notes()


@example(title="0 \ud7fc\r0", note="")  # a character that is none, between two spaces
@settings(max_examples=25)  # each is flushed to disk
@given(title=st.text(max_size=90), note=st.text(max_size=200))
def test_what_was_written_is_read_back(title, note, tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("run"))
    notes = Notes(title=title, note=note)
    write_notes(run, notes, asker=TEACHER)
    assert read_notes(run) == notes
    assert "\n" not in notes.title


def test_what_cannot_be_shown_is_dropped():
    notes = Notes(title=" a\x00b\u202e\n c  " + "x" * 100, note="first\n\x1bsecond" + "y" * 3_000)
    assert notes.title.startswith("ab c x")
    assert len(notes.title) == LONGEST_TITLE
    assert notes.note.startswith("first\nsecondy")
    assert len(notes.note) == LONGEST_NOTE


@pytest.mark.parametrize("text", ["", "[]", "3", '{"title": "a"}', "\x00", "[" * 50_000])
def test_notes_edited_by_hand_are_no_notes(runs, tiny, text):
    run = create_run(tiny, "x", asker=TEACHER)
    (run.path / NOTES_FILE).write_text(text)
    assert read_notes(run) == Notes()


def test_a_run_that_is_gone_is_a_sentence(runs):
    with pytest.raises(RunError, match="the title of the run gone cannot be recorded"):
        write_notes(Run(runs / "gone"), Notes(title="x"), asker=TEACHER)
