"""A run that is watched: what moves, what it costs, and what happens to those who hide, leave, come back or fail.

One window stays for all tests and watches one long run in slow motion: each start of a run or a page takes seconds.
"""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.figures.colours import TRAINING
from mnist_core.runs.store import list_runs
from tests.support.axe import turn
from tests.support.browser import CHARTS, CURVE_ENDS, LONG, serve
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def window(stay):
    """A window that notes what it sends over the socket, which addresses it asks for, and what ends its page."""
    visitor = stay()
    visitor.sent, visitor.asked, visitor.errors = [], [], []
    visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: visitor.sent.append(frame)))
    visitor.page.on("request", lambda request: visitor.asked.append(request.url))
    return visitor


@pytest.fixture
def watcher(window):
    """A visitor who watches a training; what ends the page in the browser fails the test."""
    if not any(run.is_alive() for run in list_runs(window.server.runs)):
        window.open(LONG)
        window.page.get_by_role("button", name="Start", exact=True).click()
        expect(window.page.get_by_role("button", name="Take in hand")).to_be_enabled()
        window.server.slow_down()
        window.watch_curves_move()
    elif "/Train?" not in window.page.url:
        window.go("Train")
        window.watch_curves_move()
    window.settle()
    window.asked.clear()
    yield window
    window.page.unroute_all()
    assert window.errors == []


def running(server):
    (run,) = [run for run in list_runs(server.runs) if run.is_alive()]
    return run


def status(visitor):
    return visitor.page.locator(".headline .status")


def events_asked(visitor):
    return [url for url in visitor.asked if "/events?" in url]


def wait_for_reports(run, count=4):
    before = len(run.history().steps)
    wait_for(lambda: len(run.history().steps) >= before + count)


def test_curves_numbers_and_progress_move_without_a_run_of_the_script(watcher):
    run = running(watcher.server)
    watcher.sent.clear()
    before = status(watcher).text_content()
    accuracy = watcher.page.locator('[data-metric="training"]').text_content()
    watcher.watch_curves_move()
    expect(status(watcher)).not_to_have_text(before)
    expect(watcher.page.locator('[data-metric="training"]')).not_to_have_text(accuracy)
    watcher.page.wait_for_function("() => parseFloat(document.querySelector('.headline .done').style.width) > 0")
    assert watcher.sent == [], "the browser has asked for a run of the script"
    run.control.request("pause", asker=TEACHER)
    expect(watcher.page.get_by_role("button", name="Resume")).to_be_visible()
    watcher.settle()
    assert len(watcher.sent) == 1, "once for each change of the run's stage"
    run.control.request("run", asker=TEACHER)
    expect(watcher.page.get_by_role("button", name="Pause", exact=True)).to_be_enabled()


def test_a_server_that_was_started_anew_is_asked_again(watcher):
    watcher.page.evaluate("window.sameDocument = true")
    watcher.server.kill()
    expect(watcher.page.get_by_text("The server does not answer: asking again.")).to_be_attached()
    watcher.server.start()
    expect(watcher.page.get_by_text("The server does not answer: asking again.")).not_to_be_attached()
    watcher.watch_curves_move()
    assert watcher.page.evaluate("window.sameDocument")


HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event("visibilitychange"))
}"""


def test_a_hidden_tab_asks_for_nothing_and_catches_up_when_it_is_seen(watcher):
    run = running(watcher.server)
    watcher.page.evaluate(HIDE, True)
    watcher.page.evaluate("() => new Promise(done => setTimeout(done))")  # what was under way has been called off
    watcher.asked.clear()
    before = watcher.page.evaluate(f"() => ({CURVE_ENDS})({[TRAINING]})")
    wait_for_reports(run, 8)
    assert [url for url in watcher.asked if "/live/" in url] == []
    assert watcher.page.evaluate(f"() => ({CURVE_ENDS})({[TRAINING]})") == before
    watcher.page.evaluate(HIDE, False)
    watcher.watch_curves_move()
    assert all("from=0" not in url for url in events_asked(watcher)), "it goes on where it was"


def test_who_leaves_the_page_asks_no_more_and_finds_the_whole_curve_again(watcher):
    run = running(watcher.server)
    watcher.go("Explore")
    watcher.asked.clear()
    wait_for_reports(run, 8)
    assert events_asked(watcher) == []
    watcher.go("Train")
    watcher.watch_curves_move()
    assert "from=0" in events_asked(watcher)[0]
    watcher.page.reload()
    watcher.watch_curves_move()


def test_a_second_tab_watches_for_itself(watcher):
    run = running(watcher.server)
    tab = watcher.context.new_page()
    tab.goto(f"{watcher.server.url}/Train?run={run.id}")
    tab.wait_for_function(f"() => ({CURVE_ENDS})({[TRAINING]}).length == 2")
    tab.close()
    watcher.watch_curves_move()


def test_a_pointer_over_a_chart_is_told_the_values_there(watcher):
    chart = watcher.page.locator(".chart").first
    box = chart.bounding_box()
    watcher.page.mouse.move(box["x"] + 60, box["y"] + 120)
    tooltip = chart.locator(".tooltip")
    expect(tooltip).to_contain_text(re.compile(r"epochs: [\d.e-]+not smoothed[\d.]+training[\d.]+"))
    watcher.page.mouse.move(0, 0)
    expect(tooltip).to_be_hidden()


def test_the_charts_fit_a_phone_and_follow_the_theme(watcher, visit):
    run = running(watcher.server)
    phone = visit(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True, is_mobile=True)
    phone.open(f"Train?run={run.id}")
    phone.watch_curves_move()
    for scheme in ("dark", "light"):
        turn(phone, scheme)
        for chart in phone.page.locator(".chart svg").all():
            box = chart.bounding_box()
            assert 0 <= box["x"] < box["x"] + box["width"] <= 390
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        title, page = (
            [int(part) for part in re.findall(r"\d+", phone.page.evaluate(f"getComputedStyle({element}).{what}"))[:3]]
            for element, what in (
                ("document.querySelector('.chart text')", "fill"),
                ("document.querySelector('.stApp')", "backgroundColor"),
            )
        )
        assert (sum(title) > sum(page)) == (scheme == "dark")
        assert abs(sum(title) - sum(page)) > 300, "it can be read"
    phone.watch_curves_move()


def test_where_the_code_cannot_be_loaded_the_server_draws(watcher, visit):
    run = running(watcher.server)
    other = visit(empty_cache=True)
    other.page.route("**/live/js/**", lambda route: route.abort())
    other.open(f"Train?run={run.id}")
    expect(other.page.locator("[_echarts_instance_]")).to_have_count(2)
    other.watch_curves_move()
    expect(other.page.get_by_test_id("stMetric")).to_have_count(3)
    expect(other.page.locator(".chart")).to_have_count(0)


def test_a_run_that_is_gone_is_a_sentence(watcher):
    gone = '{"problem": "there is no run of that name"}'
    watcher.page.route("**/events?*", lambda route: route.fulfill(status=404, body=gone))
    expect(watcher.page.get_by_text("there is no run of that name")).to_be_visible()
    expect(watcher.page.locator(CHARTS)).to_have_count(2)
    watcher.go("Explore")  # who comes back asks again


def test_home_and_the_sidebar_say_what_runs_and_lead_there(watcher, visit):
    run = running(watcher.server)
    other, sent = visit(), []
    other.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    other.open()
    line = other.page.get_by_test_id("stSidebar").get_by_text(": running, ")
    expect(line).to_be_visible()
    bar = other.page.get_by_test_id("stMain").get_by_text(": running, ")
    sent.clear()
    before = line.text_content(), bar.text_content()
    expect(line).not_to_have_text(before[0])
    expect(bar).not_to_have_text(before[1])
    assert sent == []
    other.page.locator(".running").get_by_role("button", name="Watch it").click()
    other.page.wait_for_url(f"**/Train*run={run.id}*")
    other.watch_curves_move()
