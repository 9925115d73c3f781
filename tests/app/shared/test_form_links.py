import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.presets import PRESETS, preset
from tests.support.configurations import configs
from tests.support.pages import texts
from ui.shared.form_links import Settings, settings_in, to_query


@given(st.sampled_from(list(PRESETS)), configs())
def test_a_link_opens_with_exactly_the_settings_it_was_made_from(name, config):
    assert settings_in(to_query(name, config)) == Settings(name, config, "")


def test_an_unchanged_default_needs_no_link():
    assert to_query("fast", preset("fast")) == {}


def test_what_cannot_be_read_or_trained_is_left_out_and_said():
    found = settings_in({"preset": "nonsense", "epochs": "many", "batch_size": "0", "dropout": "0.5"})
    assert (found.preset, found.config) == ("fast", preset("fast").replace(dropout=0.5))
    assert found.problem == (
        "this link's preset, epochs, batch_size were left out: there is no preset 'nonsense'; epochs cannot be 'many'; "
        "batch_size must be a whole number from 1 to 1,024, received 0"
    )


IMPOSSIBLE = {"preset": "best", "kernel_sizes": "9,9,9", "padding": "valid", "pooling": "average"}


def test_an_impossible_combination_loses_no_more_than_it_must():
    found = settings_in(IMPOSSIBLE | {"dropout": "0.5"})
    assert found.config == preset("best").replace(kernel_sizes=(9, 9, 9), pooling="average", dropout=0.5)
    assert found.problem.startswith("this link's padding was left out: convolution 3 (stage 2) needs")
    found = settings_in({"filters": "8", "kernel_sizes": "3", "epochs": "0"})
    assert found.config == preset("fast").replace(filters=(8,), kernel_sizes=(3,))
    assert found.problem.startswith("this link's epochs was left out: epochs must be")


def test_what_other_settings_make_possible_is_not_left_out():
    found = settings_in({"train_size": "58000", "validation_size": "2000", "epochs": "0"})
    assert (found.config.train_size, found.config.validation_size) == (58_000, 2_000)
    assert found.problem.startswith("this link's epochs was left out")


def test_the_page_says_once_what_was_left_out(open_page):
    page = open_page("pages/4_Train.py", **IMPOSSIBLE)
    assert "left out: convolution 3" in texts(page)
    assert "padding" not in page.query_params
    assert page.query_params["kernel_sizes"] == "9,9,9"
    page.run()
    assert "left out" not in texts(page)


@pytest.mark.parametrize("name", ["filters", "optimizer"])
def test_a_links_text_stays_text(open_page, name):
    page = open_page("pages/4_Train.py", **{name: "[x](http://y)" * 20})
    shown = [*page.error, *page.warning, *page.info]
    (said,) = [message.value for message in shown if "left out" in message.value]
    assert "[x](http" not in said
    assert said.count("http") < 5
