"""No text from outside reaches Markdown unescaped: found in the source, where a page hands it to Streamlit.

`test_hostile_texts` looks at what pages show; it does not come to every sentence of every error.
"""

import ast
from collections.abc import Iterator

import pytest

from mnist_core.paths import PROJECT

MARKDOWN = {"error", "warning", "info", "success", "caption", "markdown", "title", "header", "progress", "toast"}
MARKDOWN |= {"button", "download_button", "checkbox", "selectbox", "metric", "expander", "page_link"}
"""What shows its first argument and its help as Markdown, of `st` or of a column."""
ATTRIBUTES = {"sentence", "called", "title", "reason", "device", "precision_reason", "failed", "note", "message"}
"""What holds a text that somebody wrote, that a file says, or that an error quotes."""
VARIABLES = {"problem", "failed", "message", "error", "luck"}
CALLED = {"title_of", "name_of", "names_of", "told_apart", "called", "describe_curves", "describe_importance"}
"""Functions that return such a text."""
OURS = {"lesson", "following", "corruption", "kind", "choice", "term"}
"""What has a title or a sentence that is our own."""
SAFE = {"in_markdown", "escape"}


def unescaped(source: str) -> Iterator[int]:
    """Yield the lines in which a text from outside is handed to a function of Streamlit's as it is."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MARKDOWN:
            shown = call.args[1:2] if call.func.attr == "progress" else call.args[:1]
            for argument in [*shown, *(k.value for k in call.keywords if k.arg in ("label", "help", "body", "text"))]:
                yield from _outside(argument)


def _outside(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SAFE:
            return
        if name in CALLED:
            yield node.lineno
            return
    if isinstance(node, ast.IfExp):  # what decides is not shown
        yield from _outside(node.body)
        yield from _outside(node.orelse)
        return
    if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        if not (isinstance(node.value, ast.Name) and node.value.id in OURS):
            yield node.lineno
        return
    if isinstance(node, ast.Name) and node.id in VARIABLES:
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _outside(child)


PAGES = [*(PROJECT / "ui").glob("*.py"), *(PROJECT / "ui").glob("*/*.py"), *(PROJECT / "pages").glob("*.py")]
PAGES = sorted([*PAGES, PROJECT / "home.py"])


def test_what_is_from_outside_is_escaped():
    found = [f"{path.relative_to(PROJECT)}:{line}" for path in PAGES for line in unescaped(path.read_text())]
    assert found == [], "names.in_markdown escapes"
    assert len(PAGES) > 150


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("st.error(error.sentence)", [1]),
        ("st.caption(f'It is {model.called}.')", [1]),
        ("st.button('Go', help=f'{title_of(run)}')", [1]),
        ("right.warning(f'Not possible: {problem}.')", [1]),
        ("x = 1\nst.info(a if b else names.name_of(run))", [2]),
        ("st.progress(run.share, run.title)", [1]),
        ("st.error(names.in_markdown(error.sentence))", []),
        ("st.info(names.in_markdown(problem) if problem else 'fine')", []),
    ],
)
def test_such_a_text_is_found(source, lines):
    assert list(unescaped(source)) == lines
