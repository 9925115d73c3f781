"""Every technical word in the app's texts is in the glossary, and what the glossary says of places is true."""

import ast
import json
import re
from typing import get_args

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.architecture import Activation, Kind, Pooling
from mnist_core.config import Optimizer, field_info
from mnist_core.diagnosis.diagnoses import Verdict
from mnist_core.glossary.terms import GLOSSARY
from mnist_core.paths import PROJECT
from tests.support.terms import find
from ui.live.routes import ROUTES
from ui.shell import PAGES

APP = [PROJECT / "home.py", *sorted((PROJECT / "pages").glob("*.py")), *sorted((PROJECT / "ui").rglob("*.py"))]
SENTENCES = [
    *(path for room in ("diagnosis", "lessons") for path in sorted((PROJECT / "mnist_core" / room).glob("*.py"))),
    PROJECT / "mnist_core" / "presets.py",
]
"""Modules of the core whose sentences the pages show."""

WORDS = PROJECT / "tests" / "support" / "words"
FIELD = (WORDS / "field.txt").read_text().split()
"""Words of the field, more than the app uses: whoever uses a new one explains it."""


def _in_words(name):
    return str(name).replace("_", " ").replace("-", " ")


CODE = {
    *(info.name for info in field_info()),
    *(path.stem for path in (PROJECT / "mnist_core").glob("*/*.py") if path.stem != "__init__"),
    *(name for kind in (Kind, Optimizer, Verdict, Pooling, Activation) for name in get_args(kind)),
}
"""What our own code calls its settings, modules, layers and verdicts: the field's own words, by its rules."""

PLAIN = set((WORDS / "plain.txt").read_text().split())
"""Names in the code that are plain English, or that are looked for under FIELD already."""


def texts_of(python):
    """Return what a module's strings say: neither its docstrings nor keys and addresses."""
    tree = ast.parse(python)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in statements
        and re.search(r"[A-Za-z] [a-z(]|^[A-Z][a-z]+", node.value)
        and not re.search(r"[{};]|const |=>", node.value)
    ]


def texts_of_script(javascript):
    """Return what a script's strings say."""
    without = re.sub(r"/\*.*?\*/|//[^\n]*", "", javascript, flags=re.DOTALL)
    return [text for text in re.findall(r'"([^"\n]*)"', without) if re.search(r"[A-Za-z] [a-z]", text)]


@pytest.fixture(scope="module")
def said():
    python = [text for path in (*APP, *SENTENCES) for text in texts_of(path.read_text())]
    scripts = [text for path in (PROJECT / "ui" / "live").glob("*.js") for text in texts_of_script(path.read_text())]
    assert len(python) > 400
    assert len(scripts) > 20
    return "\n".join([*python, *scripts, *(info.help for info in field_info())])


def unexplained(text, words):
    """Return which of some words a text uses though the glossary has none of them."""
    used = {word for word in words if re.search(rf"\b{re.escape(word)}(?:s|es)?\b", text, re.IGNORECASE)}
    return {word for word in used if not find(word)}


def test_a_word_that_is_not_explained_is_found():
    assert unexplained("Its perplexity falls with each epoch.", FIELD) == {"perplexity"}
    assert texts_of('def f():\n    """Of entropy."""\n    st.caption("The entropy of it")') == ["The entropy of it"]
    assert texts_of_script('/* the entropy */ const a = "The entropy of it"') == ["The entropy of it"]


def test_every_word_of_the_field_in_the_apps_texts_is_explained(said):
    assert unexplained(said, {word.replace("-", " ") for word in FIELD} | set(FIELD)) == set()


def test_every_name_of_the_code_in_the_apps_texts_is_explained(said):
    names = {_in_words(name) for name in CODE}
    assert unexplained(said, {name for name in names if not PLAIN.issuperset(name.split())}) == set()


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.name)
def test_a_term_can_be_seen_on_a_page_that_there_is(term):
    assert term.page in {label for _, label, _ in PAGES}


def test_the_browser_gets_the_glossary():
    answer = TestClient(Starlette(routes=ROUTES)).get("/live/glossary")
    known = json.loads(answer.text)
    assert {term["name"]: term["sentence"] for term in known["terms"]} == {t.name: t.sentence for t in GLOSSARY}
    assert re.search(known["pattern"], "the LOSSES", re.IGNORECASE)[0] == "LOSSES"


def test_the_glossary_page_lists_each_term_with_its_place(open_page):
    page = open_page("pages/10_Glossary.py")
    links = [link.proto.label for link in page.main.get("page_link")]
    assert links == [f"**{term.name}**" for term in GLOSSARY]
    assert [caption.value for caption in page.main.caption][1:] == [term.sentence for term in GLOSSARY]
