"""What a value becomes in a page and in a program, whatever is in it."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jinja2 import DictLoader, UndefinedError

from mnist_core.export import rendering

PLAIN = some.one_of(
    some.none(), some.booleans(), some.integers(), some.floats(allow_nan=False, allow_infinity=False), some.text()
)


@pytest.fixture
def template(monkeypatch):
    """Writes the one template that the environments have."""
    files = {}
    for made in (rendering._pages(), rendering._programs()):
        monkeypatch.setattr(made, "loader", DictLoader(files))
        monkeypatch.setattr(made, "cache", None)

    def write(text):
        files["t"] = text

    return write


@given(
    some.recursive(PLAIN, lambda inner: some.lists(inner, max_size=3) | some.tuples(inner) | some.tuples(inner, inner))
)
def test_a_value_in_a_program_is_a_literal_without_any_filter(value):
    source = rendering._programs().from_string("{{ value }}").render(value=value)
    assert ast.literal_eval(source) == value


@given(some.text())
def test_a_docstring_holds_any_text(text):
    module = ast.parse(rendering._programs().from_string("{{ text | docstring }}").render(text=text))
    (statement,) = module.body
    assert ast.literal_eval(statement.value) == text


@pytest.mark.parametrize(
    ("value", "error"), [(float("nan"), "finite"), (float("inf"), "finite"), (object(), "literal"), ({1: 2}, "literal")]
)
def test_what_has_no_literal_is_refused(template, value, error):
    template("x = {{ value }}")
    with pytest.raises((TypeError, ValueError), match=error):
        rendering.to_python("t", value=value)


def test_what_is_no_name_is_refused(template):
    template("nn.{{ value | name }}()")
    assert rendering.to_python("t", value="ReLU") == "nn.ReLU()"
    with pytest.raises(ValueError, match="expected a Python name, received 'ReLU, x'"):
        rendering.to_python("t", value="ReLU, x")


def test_a_value_that_is_missing_is_no_empty_text(template):
    template("{{ missing }}")
    for render in (rendering.to_python, rendering.to_page):
        with pytest.raises(UndefinedError, match="missing"):
            render("t")


def test_a_value_in_a_page_is_escaped(template):
    template("<b>{{ name }}</b> {{ verdict | bold }}")
    page = rendering.to_page("t", name="<script>", verdict="**High & low**: a <b>")
    assert page == "<b>&lt;script&gt;</b> <b>High &amp; low</b>: a &lt;b&gt;"


def test_pieces_are_set_in_rows_of_the_programs_width(template):
    piece = "x" * 30 + ","
    template("{% filter rows %}\n" + f"{piece}\n" * 5 + "\nlast,\n{% endfilter %}")
    rows = rendering.to_python("t").splitlines()
    assert rows == [f"    {piece} {piece} {piece}", f"    {piece} {piece}", "    last,"]
    assert max(map(len, rows)) <= rendering.WIDTH
