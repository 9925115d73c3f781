"""Where the keys of the session's state are spelled: in the modules of state alone."""

import ast
import re

import pytest

from mnist_core.paths import PROJECT

APP = [PROJECT / "app.py", PROJECT / "home.py", *sorted((PROJECT / "pages").glob("*.py"))]
APP += sorted((PROJECT / "ui").rglob("*.py"))
OF_STATE = {"session.py", "visitor.py", "board_state.py", "form.py", "lesson_state.py", "seat_state.py", "state.py"}
"""Modules that spell keys: six of ui/shared, and each page's state.py."""
OTHERS = [path for path in APP if not (path.name in OF_STATE and path.is_relative_to(PROJECT / "ui"))]
CONSTANT = PROJECT / "ui" / "components"
"""Each component is one element of a page; nothing reads what it shows, so its key is a constant beside it."""


def places(text):
    """Return where Python code takes the session's state, or spells the key of a widget, by line."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr == "session_state":
            found[node.lineno] = "session_state"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("digit-lab."):
            found[node.lineno] = node.value
        if isinstance(node, ast.keyword) and node.arg == "key" and isinstance(node.value, ast.Constant | ast.JoinedStr):
            found[node.value.lineno] = ast.unparse(node.value)
    return found


def test_the_search_sees_each_way_of_spelling_a_key():
    assert places('st.session_state["x"]') == {1: "session_state"}
    assert places('KEY = "digit-lab.x"') == {1: "digit-lab.x"}
    assert places('KEY = f"digit-lab.{name}.x"') == {1: "digit-lab."}
    assert places('st.button("A", key="a")') == {1: "'a'"}
    assert places('st.button("A", key=f"a.{b}")') == {1: "f'a.{b}'"}
    assert places('st.button("A", key=state.key("a"))') == {}


def test_the_modules_of_state_are_looked_at_apart():
    assert {path.parent.name for path in APP if path not in OTHERS} >= {"shared", "train", "draw", "runs"}
    assert len(OTHERS) > 60


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_key_is_spelled_outside_the_modules_of_state(path):
    found = places(path.read_text())
    if path.is_relative_to(CONSTANT):
        found = {line: text for line, text in found.items() if not re.fullmatch(r"'[a-z-]+'", text)}
    assert not found, f"line {min(found)}: move the key into ui/<page>/state.py, or make it with its `key` function"


def test_no_two_names_of_state_share_a_key():
    spelled = [
        value
        for path in APP
        if path not in OTHERS
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        for value in ([node.value] if isinstance(node.value, ast.Constant) else getattr(node.value, "elts", []))
    ]
    keys = [v.value for v in spelled if isinstance(v, ast.Constant) and str(v.value).startswith("digit-lab.")]
    assert len(keys) > 25
    assert len(keys) == len(set(keys))
