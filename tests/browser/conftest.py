"""One Chromium a session, as many visitors as a test wants, and one server for all modules in which nobody trains."""

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


@pytest.fixture
def visit(chromium, server):
    visitors = []

    def visit(**options):
        visitors.append(Visitor(chromium, server, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
        assert visitor.abroad == []
        assert visitor.blocked == []
