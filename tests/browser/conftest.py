"""One server a module, one Chromium a session, as many visitors as a test wants."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.driver import Server, Visitor, launch


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served") / "runs")
    yield server
    server.stop()
    assert not tracebacks(server.said())


def tracebacks(said):
    """Every traceback in a server's words, but for one of Streamlit's own: 1.67 can end a script while another script
    of the same session begins, and the triggers that it resets are then a dictionary that grows meanwhile."""
    return [text for text in said.split("Traceback")[1:] if "_reset_triggers" not in text]


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
