"""The glossary: one plain sentence a term, found in texts by each of its spellings."""

import re

import pytest

from mnist_core.config import field_info
from mnist_core.glossary.terms import BY_NAME, GLOSSARY, meaning
from tests.support.terms import find


def test_there_are_enough_terms_and_each_is_listed_once():
    assert len(GLOSSARY) >= 45
    assert len(BY_NAME) == len(GLOSSARY)
    spellings = [one.lower() for term in GLOSSARY for one in term.spellings]
    assert len(spellings) == len(set(spellings))
    assert [term.name for term in GLOSSARY] == sorted((term.name for term in GLOSSARY), key=str.lower)


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
def test_a_term_has_one_plain_sentence(term):
    assert term.sentence.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", term.sentence), "one sentence"
    assert len(term.sentence.split()) <= 25
    assert term not in find(term.sentence.split(":")[0]) or term.name in ("Adam", "loss"), "it does not explain itself"


def test_a_text_is_searched_for_the_longest_spelling_in_any_case_and_number():
    text = "Weight decay, not weights. Mini-batches; Max pooling! A re-run? The unweighted precisionist."
    assert [term.name for term in find(text)] == ["weight decay", "weight", "batch", "pooling", "run"]
    assert find("nothing of the field") == []


def test_the_settings_are_explained_by_the_same_sentences():
    helps = {info.name: info.help for info in field_info()}
    for field in ("learning_rate", "optimizer", "schedule", "batch_size", "weight_decay", "label_smoothing", "dropout"):
        assert helps[field] == meaning(field.replace("_", " "))
