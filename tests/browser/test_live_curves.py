"""The browser's charts of a run: the core's numbers, on axes with round ones; and what views tell the server."""

from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core.event_json import from_json
from mnist_core.figures.colours import TEST, TRAINING, VALIDATION
from mnist_core.figures.training import MOST_POINTS, accuracy_figure, loss_figure
from mnist_core.history import History
from tests.support.events import started, step
from ui.live.run_events import compact

HISTORIES = sorted((Path(__file__).parents[1] / "support" / "histories").glob("*.jsonl"))
COLOURS = {"training": TRAINING, "validation": VALIDATION, "test": TEST}
DRAW = """async ({ events, colours, smoothing, logarithmic, guess }) => {
    const { History } = await import("/live/js/history.js")
    const { lossFigure, accuracyFigure } = await import("/live/js/training_figure.js")
    const history = new History()
    for (const event of events) history.add(event)
    return [lossFigure(history, colours, smoothing, logarithmic), accuracyFigure(history, colours, smoothing, guess)]
}"""


def events_of(path):
    return [from_json(line) for line in path.read_bytes().splitlines()[1:]]  # the first is the configuration


CASES = {path.stem: events_of(path) for path in HISTORIES} | {
    "nothing": [],
    "started": [started()],
    "resumed": [started(), *(step(number) for number in range(1, 16)), started(epoch=1), step(11)],
    "no loss": [started(), step(1), replace(step(2), loss=0.0), step(3)],
    "too long for a chart": [started(), *(replace(step(n), loss=1 / n) for n in range(1, MOST_POINTS + 99))],
}


def core_series(option):
    """What the core draws, as training_figure.js has it."""
    marks = []
    curves = {}
    for one in option["series"]:
        for mark in one.get("markLine", {}).get("data", []):
            marks.append({"x": mark["xAxis"], "text": mark["label"]["formatter"]})
        style = one["lineStyle"]
        star = str(one["symbol"]).startswith("path")
        symbol = "star" if star else "circle" if one["symbol"] == "circle" and one["showSymbol"] else None
        curves[one["name"]] = {
            "points": one["data"],
            "colour": style["color"],
            "width": style["width"],
            "opacity": style.get("opacity", 1),
            "dotted": style.get("type") == "dotted",
            "symbol": symbol,
            "label": one.get("endLabel", {}).get("formatter"),
        }
    return curves, marks


@pytest.mark.parametrize("smoothing", [0.0, 0.6, 0.98])
@pytest.mark.parametrize("name", CASES)
def test_the_browser_draws_what_the_core_does(page, name, smoothing):
    logarithmic, guess = smoothing == 0.6, 0.975 if smoothing else None
    history = History.of(CASES[name])
    drawn = page.evaluate(
        DRAW,
        {
            "events": [kept for event in CASES[name] if (kept := compact(event))],
            "colours": COLOURS,
            "smoothing": smoothing,
            "logarithmic": logarithmic,
            "guess": guess,
        },
    )
    options = loss_figure(history, smoothing, logarithmic=logarithmic), accuracy_figure(history, smoothing, guess)
    for figure, option in zip(drawn, options, strict=True):
        assert figure["title"] == option["title"]["text"]
        for axis, told in ((figure["x"], option["xAxis"]), (figure["y"], option["yAxis"])):
            assert axis["name"] == told["name"]
            assert axis["logarithmic"] == (told["type"] == "log")
            assert (axis["min"], axis["max"]) == (told.get("min"), told.get("max"))
        curves, marks = core_series(option)
        assert figure["marks"] == [{"x": pytest.approx(mark["x"]), "text": mark["text"]} for mark in marks]
        assert figure["legend"] == option["legend"]["data"]
        assert {one.pop("name"): one for one in figure["curves"]} == {
            name: {
                **curve,
                "points": [[v and pytest.approx(v, rel=2e-4, abs=1e-9) for v in p] for p in curve["points"]],
            }
            for name, curve in curves.items()
        }


TICKS = """async ({ axis, values }) => {
    const { scaleOf } = await import("/live/js/scale.js")
    const { ticks, at } = scaleOf(axis, values)
    return [ticks, values.map(at)]
}"""


@pytest.mark.parametrize(
    ("axis", "values", "ticks"),
    [
        ({"min": 0, "max": None}, [2.3, 0.1], [0, 0.5, 1, 1.5, 2, 2.5]),
        ({"min": 0, "max": 2.5}, [], [0, 0.5, 1, 1.5, 2, 2.5]),
        ({"min": 0, "max": 7}, [], [0, 1, 2, 3, 4, 5, 6, 7]),
        ({"min": None, "max": 100}, [97.2, 99.5], [97, 97.5, 98, 98.5, 99, 99.5, 100]),
        ({"min": None, "max": 100}, [100, 100], [50, 60, 70, 80, 90, 100]),
        ({"min": 0, "max": None}, [0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ({"min": 0, "max": 1e30}, [5], [0, 2e29, 4e29, 6e29, 8e29, 1e30]),
        ({"min": None, "max": None, "logarithmic": True}, [2.3, 0.02], [0.01, 0.1, 1, 10]),
        ({"min": 0.01, "max": 10, "logarithmic": True}, [], [0.01, 0.1, 1, 10]),
        ({"min": None, "max": None, "logarithmic": True}, [], [0.1, 1]),
        ({"min": None, "max": None, "logarithmic": True}, [1e-30, 1], [1e-30, 1e-24, 1e-18, 1e-12, 1e-6, 1]),
    ],
)
def test_axes_have_a_few_round_numbers_and_all_that_is_shown_lies_between_them(page, axis, values, ticks):
    found, places = page.evaluate(TICKS, {"axis": {"logarithmic": False} | axis, "values": values})
    assert found == pytest.approx(ticks)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)


TELL = """async () => {
    const { tellAlone } = await import("/live/js/telling.js")
    const batches = []
    let batch = null
    const tell = (value) => {
        if (!batch) {
            batches.push((batch = []))
            setTimeout(() => (batch = null), 0)
        }
        batch.push(value)
    }
    return new Promise((done) => {
        tellAlone(() => tell("a run has ended"))
        tellAlone(() => tell("the class is paused"))
        tellAlone(() => done(batches))
    })
}"""


def test_what_two_views_tell_at_once_is_sent_apart(page):
    """Streamlit sends together what it is told within one task, as `tell` does."""
    assert page.evaluate(TELL) == [["a run has ended"], ["the class is paused"]]


WHILE_LEAVING = """async () => {
    const { tellAlone } = await import("/live/js/telling.js")
    const here = location.pathname
    const told = []
    const sent = () => new Promise((done) => tellAlone(done))
    const rest = () => new Promise((done) => setTimeout(done, 100))
    const click = async (address, change = {}) => {
        const link = Object.assign(document.createElement("a"), { href: address, ...change })
        link.onclick = (event) => event.preventDefault()  // as Streamlit does
        document.body.append(link)
        link.click()
        link.remove()
    }
    await click(here)
    await click("/Runs", { target: "_blank" })
    await click("http://127.0.0.2/Runs")
    await sent()
    told.push("what leads to no other page holds nothing up")
    await click("/Runs")
    tellAlone(() => told.push("told"))
    await rest()
    told.push("still on the old page")
    history.pushState({}, "", "/Runs")
    await sent()
    history.replaceState({}, "", here)
    await click("/Runs")
    history.pushState({}, "", "/Runs")
    tellAlone(() => { throw new Error("this view is gone") })
    await sent()
    told.push("told after an error")
    history.back()
    return told
}"""


def test_nothing_is_told_between_a_click_on_a_link_and_the_page_to_which_it_leads(page):
    errors = []
    page.on("pageerror", lambda error: errors.append(error.message))
    assert page.evaluate(WHILE_LEAVING) == [
        "what leads to no other page holds nothing up",
        "still on the old page",
        "told",
        "told after an error",
    ]
    assert errors == ["this view is gone"]


FEED = """async () => {
    const { Feed } = await import("/live/js/feed.js")
    const { fetch, setTimeout } = window
    window.setTimeout = (run, wait, ...rest) => setTimeout(run, wait / 100, ...rest)
    const answers = [
        (signal) => new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason))),
        () => new Response('{"problem": "there is no class"}', { status: 404 }),
        () => new Response('{"tiles": 12}'),
    ]
    const told = []
    window.fetch = async (_, { signal }) => answers.shift()(signal)
    await new Promise((done) => {
        setTimeout(done, 10_000)  // so long as nothing is asked again
        const take = ({ tiles }) => { told.push(tiles); done(); return null }
        new Feed(() => "/live/class/board", take, (problem) => told.push(problem)).go()
    })
    Object.assign(window, { fetch, setTimeout })
    return told
}"""


def test_what_gets_no_answer_or_is_refused_is_asked_again(page):
    assert page.evaluate(FEED) == ["The server does not answer: asking again.", "there is no class", None, 12]
