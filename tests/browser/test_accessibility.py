"""axe-core's rules on every page and its later views, in light and dark; keyboard, charts and motion.

One window stays for all views, since a page that is loaded anew takes seconds. The lessons' views: see `test_lessons`.
"""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.support.axe import ALL, COLOURS, STILL, scheme_of, turn, violations
from tests.support.browser import serve
from tests.support.charts import untold
from tests.support.keyboard import tab_to, unreachable
from tests.support.maps import keep_map
from tests.support.motion import moving
from tests.support.pages import finished_run
from tests.support.sweeps import begin, carry_out
from ui.classroom.state import SECTIONS

THE_TEACHER, A_SEAT = "127.0.0.1", "10.0.0.7"
"""Addresses as a header tells them: all windows are on the server's own machine, where everybody is the teacher."""
STORY = [f"Story?screen={number}" for number in range(1, 11)]
DATA = ["", "Lessons", "Glossary", *(f"Explore?section={name}" for name in ("image", "wall", "statistics", "splits"))]
TRAINING = ["", "Train", "Train?run={0}", "Runs", "Runs?runs={0}", "Runs?runs={0},{1}"]
READING = ["Draw", *(f"Inside?section={name}" for name in ("layers", "pixel", "filters", "why", "softmax"))]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"), DIGIT_LAB_ADDRESS_HEADER="User-Agent")


@pytest.fixture(scope="module")
def teacher(stay):
    teacher = stay(user_agent=THE_TEACHER, color_scheme="light", reduced_motion="reduce")  # nothing is on its way in
    teacher.open()
    return teacher


@pytest.fixture
def two_runs(server, tiny, monkeypatch):
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(server.runs))
    return [finished_run(tiny.replace(seed=seed)) for seed in (1, 2)]


def wrong_here(visitor):
    """Return what breaks a rule in the open view, by colour scheme, and what else is wrong with it."""
    visitor.page.wait_for_function(STILL)
    first = scheme_of(visitor)
    second = "dark" if first == "light" else "light"
    found = {first: violations(visitor, ALL)}
    found |= {"keyboard": unreachable(visitor), "charts": untold(visitor), "motion": moving(visitor)}
    turn(visitor, second)
    found[second] = violations(visitor, COLOURS)
    return {name: wrong for name, wrong in found.items() if wrong}


def choose(visitor, group, option):
    visitor.page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True).click()
    visitor.settle()


def test_a_violation_is_found(teacher):
    turn(teacher, "light")
    teacher.go_to("")
    wrong = [
        "<h4>too deep</h4>",
        '<p style="color:#555">grey</p>',  # faint where the page is dark
        '<span style="cursor:pointer">click me</span>',
        '<div class="chart" role="img">curve</div>',
        '<hr style="transition: opacity 2ms !important">',
    ]
    put = "html => { document.querySelector('h1').insertAdjacentHTML('afterend', html) }"
    teacher.page.evaluate(put, f"<section>{''.join(wrong)}</section>")
    found = wrong_here(teacher)
    teacher.page.evaluate("() => document.querySelector('h1 + section').remove()")
    assert {one.partition(":")[0] for one in found["light"]} == {"heading-order", "role-img-alt"}
    assert {one.partition(":")[0] for one in found["dark"]} == {"color-contrast"}
    assert found["keyboard"] == [wrong[2]]
    assert len(found["charts"]) == 1
    assert found["motion"] == [wrong[4]]


def test_things_move_for_those_who_have_not_asked_for_less_motion(teacher):
    teacher.page.emulate_media(reduced_motion="no-preference")
    assert moving(teacher)
    teacher.page.emulate_media(reduced_motion="reduce")
    assert not moving(teacher)


def look_at(visitor, places):
    """Go to each place, and see that nothing is wrong there."""
    found = {}
    for place in places:
        visitor.go_to(place)
        expect(visitor.page.locator("h1")).to_be_visible()
        found[place] = wrong_here(visitor)
    assert not any(found.values()), found


@pytest.mark.parametrize("places", [STORY, DATA, READING], ids=["story", "data", "reading"])
def test_no_page_violates_a_rule_in_light_or_dark(teacher, places):
    look_at(teacher, places)


def test_no_page_of_runs_violates_a_rule(teacher, two_runs):
    look_at(teacher, [place.format(*(run.id for run in two_runs)) for place in TRAINING])


def test_no_view_of_a_sweep_violates_a_rule(teacher, server, tmp_path):
    sweep, *rest = begin(tmp_path)
    carry_out(sweep, *rest)
    shutil.copytree(tmp_path, server.runs, dirs_exist_ok=True)  # the server would go on with one that has not ended
    look_at(teacher, ["Runs?view=sweeps&sweep=new"])
    tab_to(teacher, "Or choose it from a list")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        teacher.page.keyboard.press(key)
    expect(teacher.page.get_by_text("Your prediction: learning rate")).to_be_visible()
    tab_to(teacher, "Start")
    look_at(teacher, [f"Runs?view=sweeps&sweep={sweep.id}"])
    found = {}
    for picture in ("Each point as a line", "Heat map"):
        choose(teacher, "Picture", picture)
        found[picture] = wrong_here(teacher)
    assert not any(found.values()), found


def test_no_later_view_of_evaluate_violates_a_rule(teacher, two_runs):
    teacher.go_to(f"Evaluate?model={two_runs[0].id}")
    found = {}
    for view, shown in (
        ("Confusion", "The diagonal, where it is right"),
        ("Per digit", "Click a column's name to sort."),
        ("Mistakes", "mistakes, the surest first"),
        ("Confidence", "The temperature was fitted"),
        ("Two models", "McNemar's exact test"),
        ("Robustness", "what is left of the accuracy"),
    ):
        choose(teacher, "What to look at", view)
        expect(teacher.page.get_by_text(shown).first).to_be_visible()
        found[view] = wrong_here(teacher)
    teacher.page.get_by_text("Measure the robustness").click()
    expect(teacher.page.get_by_text("Look closer")).to_have_count(1)
    found["robustness measured"] = wrong_here(teacher)
    found["robustness measured"].pop("charts", None)  # before the first point there is nothing to tell
    assert not any(found.values()), found


def test_the_map_violates_no_rule(teacher, server):
    keep_map(server.runs, np.random.default_rng(0).normal(0, 10, (5_000, 2)).astype(np.float32))
    teacher.go_to("Explore?section=map&model=best")  # the last view's model would have to be analysed
    expect(teacher.page.get_by_role("img", name=re.compile("training images by the last layer"))).to_be_visible()
    assert wrong_here(teacher) == {}


def test_no_view_of_a_class_violates_a_rule(teacher, visit):
    found = {}
    teacher.go_to("Class")
    found["before"] = wrong_here(teacher)
    teacher.page.get_by_role("button", name="Begin a class").click()
    teacher.page.locator(".code").wait_for()
    code = teacher.page.locator(".code").inner_text()
    seat = visit(user_agent=A_SEAT, reduced_motion="reduce", viewport={"width": 390, "height": 844})
    seat.open("Class")
    expect(seat.page.get_by_role("heading", name="Join the class")).to_be_visible()
    found["joining"] = wrong_here(seat)
    seat.go_to(f"Class?code={code}")
    found["names"] = wrong_here(seat)
    with seat.page.expect_response(re.compile("brought=.")):  # the browser says that it has left the page
        seat.page.get_by_test_id("stMain").get_by_role("button").first.click()
    seat.go_to("Class")
    expect(seat.page.get_by_role("heading", name=re.compile("^You are"))).to_be_visible()
    found["seat"] = wrong_here(seat)
    for section in SECTIONS:
        choose(teacher, "Part", section)
        found[section] = wrong_here(teacher)
    teacher.go_to("Class?view=projector")
    found["projector"] = wrong_here(teacher)
    assert not any(found.values()), found
