"""Nothing on any page is from another machine: what browsers may load, what they ask for, what the server asks for."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import LONGEST, Visitor, serve
from tests.support.hostile.records import with_texts, write
from tests.support.hostile.texts import ALL_MARKDOWN
from tests.support.network import processes_without_network, without_network


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What the server and its workers have asked of other machines."""
    return without_network(tmp_path_factory.mktemp("network"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, asked):
    folder = tmp_path_factory.mktemp("served")
    write(folder / "runs", "hostile", with_texts(ALL_MARKDOWN))
    yield from serve(folder, PYTHONPATH=str(asked.parent))


SECTIONS = {
    "Explore": "Section",
    "Train": "View",
    "Evaluate": "What to look at",
    "Draw": "Look closer",
    "Inside": "Look at",
}


def test_no_part_of_any_page_is_from_elsewhere_or_is_blocked(visit, server, asked):
    visitor = visit()
    visitor.open()
    visitor.go("Draw")
    visitor.draw([(0.5, 0.2), (0.5, 0.8)])
    visitor.answer(1)
    for page in ("Explore", "Train", "Evaluate", "Draw", "Inside", "Runs"):
        visitor.go(page)
        if page == "Train":
            visitor.open("Train?run=hostile")
        if page not in SECTIONS:
            continue
        choices = visitor.page.get_by_role("radiogroup", name=SECTIONS[page]).get_by_role("radio")
        choices.first.wait_for(timeout=5 * LONGEST)  # Evaluate measures the model in hand first
        for place in range(choices.count()):
            choices.nth(place).click()
            visitor.settle()
    visitor.open("Runs?runs=hostile")
    visitor.page.get_by_role("tab", name="Downloads").click()
    visitor.settle()
    assert asked.read_text() == ""
    assert server.process.pid in processes_without_network(asked)
    assert "Digit Lab is at http://127.0.0.1" in server.said()
    assert visitor.abroad == []
    assert visitor.blocked == []


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 390, "height": 844}])
def test_the_notice_of_what_is_stored_opens_and_closes(visit, size):
    visitor = visit(viewport=size)
    visitor.open("Draw")
    if size["width"] < 768:
        visitor.page.get_by_test_id("stExpandSidebarButton").click()
    visitor.page.get_by_role("button", name="What is stored here?").click()
    notice = visitor.page.get_by_role("dialog")
    expect(notice).to_contain_text("Nothing leaves the machine that serves these pages")
    expect(notice).to_contain_text("in the folder “runs”")
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="What is stored here?")).to_have_count(1)


def test_what_is_from_elsewhere_is_blocked(chromium, server):
    visitor = Visitor(chromium, server)
    visitor.open()
    visitor.page.evaluate(
        """async () => {
            const image = new Image()
            image.src = 'http://127.0.0.2:9/picture.png'
            await fetch('http://127.0.0.2:9/x').catch(() => 0)
            const frame = document.createElement('iframe')
            frame.src = 'http://127.0.0.2:9/'
            const script = document.createElement('script')
            script.src = 'http://127.0.0.2:9/x.js'
            document.body.append(image, frame, script)
        }"""
    )
    while len(visitor.blocked) < 4:
        visitor.page.wait_for_timeout(50)
    kinds = {blocked.partition(":")[0] for blocked in visitor.blocked}
    assert kinds == {"img-src", "connect-src", "frame-src", "script-src-elem"}
    visitor.context.close()


def test_whatever_is_asked_of_another_machine_is_counted(chromium, server):
    """The first test could not fail if it were not: here a browser that knows no policy asks for everything."""
    visitor = Visitor(chromium, server, bypass_csp=True)
    visitor.open()
    assert visitor.abroad == []
    visitor.page.evaluate(
        """async () => {
            const image = new Image()
            image.src = 'http://127.0.0.2:9/picture.png'
            await fetch('http://127.0.0.2:9/x').catch(() => 0)
            await new Promise((ended) => { new WebSocket('ws://127.0.0.2:9/socket').onerror = ended })
        }"""
    )
    while len(visitor.abroad) < 3:
        visitor.page.wait_for_timeout(50)
    asked = {"http://127.0.0.2:9/picture.png", "http://127.0.0.2:9/x", "ws://127.0.0.2:9/socket"}
    assert set(visitor.abroad) == asked
    visitor.context.close()


def test_a_text_from_outside_is_shown_as_it_is(visit, server):
    visitor = visit()
    visitor.open("Train?run=hostile")
    alert = visitor.page.get_by_test_id("stAlert").filter(has_text="evil").first
    alert.wait_for()
    text = alert.get_by_test_id("stMarkdownContainer")
    assert text.inner_text().replace("\u2060", "") == ALL_MARKDOWN
    assert text.locator("p > *").count() == 0
    for page in ("", "Draw?model=hostile", "Runs?runs=hostile", "Train?run=hostile"):
        visitor.open(page)
        for element in ("a[href*='evil.example']", "img[src*=evil]", "img[alt*=Streamlit]", ".katex"):
            assert visitor.page.locator(element).count() == 0
