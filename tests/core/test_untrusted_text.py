"""Text from outside: what is dropped, what is cut, and every place where such text is read."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.errors import CheckpointError, ConfigError, RunError
from mnist_core.event_json import from_record, to_json
from mnist_core.events import Failed, Started
from mnist_core.fields import info
from mnist_core.model.card import read_card
from mnist_core.runs.config_file import read_record
from mnist_core.runs.notes import NOTES_FILE, read_notes
from mnist_core.runs.store import create_run, find_run
from mnist_core.untrusted_text import SENTENCE, SHORT, clean, quoted
from tests.support.events import inspection, started

EVIL = "\ud800 lone \u202egnp.exe\u202c \x1b[31m\x00 \u2028 two\n\nlines " + "x" * 10_000


def is_safe(text, longest):
    """Whether a text is UTF-8, is cut, and has no character that nobody sees."""
    text.encode()
    return len(text) <= longest and not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def test_what_nobody_can_see_is_dropped_and_the_rest_is_cut():
    assert clean(EVIL, 40) == "lone gnp.exe [31m two lines xxxxxxxxxxxx"
    assert clean("  a \t b\u3000c ", 40) == "a b c"
    assert clean("a\r\nb\x00\n\nc", 40, lines=True) == "a\nb\n\nc"
    assert clean("Zoë 七 7️", 40) == "Zoë 七 7️"
    assert clean(["\ud800"], 40) == "['\\ud800']"


@given(st.text(), st.integers(1, 30))
def test_whatever_comes_is_safe_and_stays_as_it_is_when_cleaned_again(text, longest):
    once = clean(text, longest)
    assert is_safe(once, longest)
    assert clean(once, longest) == once


@given(st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none()))
def test_a_quoted_value_is_short_and_can_be_printed(value):
    assert is_safe(quoted(value), SHORT)


def test_a_short_value_is_quoted_whole():
    assert quoted("fast") == "'fast'"
    assert len(quoted("\ud800" * 100)) == SHORT


def test_the_texts_of_events_are_cleaned_and_their_words_are_checked():
    record = json.loads(to_json(started())) | {"device": EVIL, "precision_reason": EVIL}
    event = from_record(record)
    assert isinstance(event, Started)
    assert is_safe(event.device, SHORT)
    assert is_safe(event.precision_reason, SENTENCE)
    failed = from_record({"kind": "failed", "reason": EVIL})
    assert isinstance(failed, Failed)
    assert is_safe(failed.reason, SENTENCE)
    with pytest.raises(ValueError, match="precision must be one of float32, bfloat16, received 'evil'"):
        from_record(record | {"precision": "evil"})
    inside = json.loads(to_json(inspection(1))) | {"gradients": {EVIL: 1.0}}
    assert all(is_safe(name, SHORT) for name in from_record(inside).gradients)
    with pytest.raises(ValueError, match="must be numbers by name"):
        from_record(inside | {"gradients": {str(i): 1.0 for i in range(1_000)}})


@pytest.mark.parametrize("value", [0, 0.0, 1e-4, 1e4, float("nan"), float("inf")])
def test_a_learning_rate_is_not_multiplied_by_nothing(value):
    with pytest.raises(ValueError, match="factor must be a possible number"):
        from_record({"kind": "rate", "step": 1, "epoch": 0.1, "factor": value, "old": 0.1, "new": 0.1})


@pytest.mark.parametrize("name", ["step", "epoch", "seconds", "images_per_second", "learning_rate"])
def test_a_number_that_would_fill_a_page_is_refused(name):
    record = {"kind": "step", "step": 1, "epoch": 0.1, "loss": 1.0, "accuracy": 0.5, "learning_rate": 0.1}
    record |= {"images_per_second": 1.0, "seconds": 1.0}
    from_record(record)
    with pytest.raises(ValueError, match=f"step.{name} must be a possible number"):
        from_record(record | {name: 10**290})


def test_the_texts_of_a_run_are_cleaned_where_they_are_read(runs, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    record = json.loads((run.path / "config.json").read_text())
    texts = {"name": EVIL, "created": EVIL, "visitor": EVIL, "group": EVIL}
    (run.path / "config.json").write_text(json.dumps(record | texts))
    (run.path / NOTES_FILE).write_text(json.dumps({"title": EVIL, "note": EVIL}))
    read = read_record(run.path)
    assert all(is_safe(read[name], SHORT) and read[name].startswith("lone") for name in texts)
    assert is_safe(run.owner() + run.group(), 2 * SHORT)
    assert read_notes(run).title.startswith("lone gnp.exe [31m two lines xxx")


@pytest.mark.parametrize("field", [field.name for field in info(TrainConfig)])
def test_a_setting_that_is_refused_is_quoted_safely(field):
    for value in (EVIL, [EVIL], {EVIL: EVIL}):
        with pytest.raises(ConfigError) as refused:
            TrainConfig.from_dict({field: value})
        assert is_safe(str(refused.value), 600)
    with pytest.raises(ConfigError) as refused:
        TrainConfig.from_dict({EVIL: 1})
    assert is_safe(str(refused.value), 2 * SHORT + 500)


def test_a_sentence_is_safe_whatever_it_quotes(runs):
    assert is_safe(str(RunError(f"the folder {EVIL}")), SENTENCE)
    with pytest.raises(RunError) as refused:
        find_run(EVIL)
    assert is_safe(str(refused.value), 200)


def test_a_run_does_not_take_the_name_of_a_shipped_network(runs, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    run.path.rename(runs / "best")
    with pytest.raises(RunError, match="has the name of a network that comes with Digit Lab: give the folder another"):
        find_run("best").config()


def test_a_card_with_an_endless_description_is_not_read(tmp_path):
    path = tmp_path / "a.safetensors"
    header = json.dumps({"__metadata__": {"format": "digit-lab-1", "config": " " * 2**21}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(CheckpointError, match="bytes, expected at most 262,144"):
        read_card(path)
