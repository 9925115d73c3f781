"""The whole glossary, in the order of the alphabet, and what is looked up in it."""

from __future__ import annotations

from mnist_core.glossary import data_terms, evaluation_terms, network_terms, training_terms
from mnist_core.glossary.term import Term

GLOSSARY: tuple[Term, ...] = tuple(
    sorted(
        (*data_terms.TERMS, *network_terms.TERMS, *training_terms.TERMS, *evaluation_terms.TERMS),
        key=lambda term: term.name.lower(),
    )
)
BY_NAME = {term.name: term for term in GLOSSARY}


def meaning(name: str) -> str:
    """Return the sentence of the term that the glossary lists under `name`."""
    return BY_NAME[name].sentence
