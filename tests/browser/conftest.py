"""One Chromium a session, as many visitors as a test wants, and one server for all modules in which nobody trains."""

from collections import defaultdict

import pytest
from playwright.sync_api import sync_playwright

from tests.support.browser import Visitor, launch, serve


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A module in which runs come and go has a fixture of this name of its own."""
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium, server):
    """A page of the server's in which a test runs the app's own JavaScript."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()


@pytest.fixture(scope="session")
def gone():
    """Visitors who have left, by their options: who comes next need not load and compile Streamlit's code again."""
    gone = defaultdict(list)
    yield gone
    for visitors in gone.values():
        for visitor in visitors:
            visitor.context.close()


@pytest.fixture
def visit(chromium, server, gone):
    """Makes visitors, each new to the server; `empty_cache` for one whose browser has none of its files."""
    yield from _visits(chromium, server, gone)


@pytest.fixture(scope="module")
def stay(chromium, server, gone):
    """Makes visitors who stay for all tests of a module: a page that is loaded anew for each takes seconds."""
    yield from _visits(chromium, server, gone)


def _visits(chromium, server, gone):
    here = []

    def visit(*, empty_cache=False, **options):
        kind = repr(sorted(options.items()))
        if gone[kind] and not empty_cache:
            visitor = gone[kind].pop()
            visitor.come_anew(server)
        else:
            visitor = Visitor(chromium, server, **options)
        here.append((kind, visitor))
        return visitor

    yield visit
    for kind, visitor in here:
        visitor.leave()
        assert visitor.abroad == []
        assert visitor.blocked == []
        assert visitor.failed == []
        gone[kind].append(visitor)
