"""A class of phones in a real browser: joined by the code, drawing, training, paused, resumed, and ended."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from mnist_core import asker
from mnist_core.classroom.classroom import classes, end
from mnist_core.classroom.seat_names import MATHEMATICIANS, NAMES
from mnist_core.classroom.seats import seats
from mnist_core.runs.store import list_runs
from tests.support.browser import Visitor, serve
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for
from ui.shared.seat import PAUSED, REMOVED

PHONES = 12
# All windows are on the server's own machine, where everybody is the teacher. So a header that a browser sends with all
# that it asks for, its websocket included, tells the server where it is, as a proxy's would.
TEACHER = {"user_agent": "127.0.0.1"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "user_agent": "10.0.0.7"}
LONG = "Train?epochs=50&batch_size=8&train_size=10000&validation_size=1000"
# A network so small that the 10,000 test images at the end of each run take no time.
SHORT = "Train?preset=underfit&epochs=1&train_size=1000&validation_size=200"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"), DIGIT_LAB_ADDRESS_HEADER="User-Agent")


@pytest.fixture
def teacher(visit, server):
    """The teacher's window, with a class begun; afterwards that class is gone."""
    teacher = visit(**TEACHER)
    teacher.open("Class")
    teacher.page.get_by_role("button", name="Begin a class").click()
    teacher.page.locator(".code").wait_for()
    yield teacher
    server.stop_runs()
    for classroom in classes(server.runs / ".classes"):
        end(classroom, asker=asker.TEACHER)
        shutil.rmtree(classroom.path)


def code(teacher):
    return teacher.page.locator(".code").inner_text()


def join(phone, teacher):
    """Scan the code and take the first name that is offered: two taps."""
    phone.open(f"Class?code={code(teacher)}")
    first = phone.page.get_by_test_id("stMain").get_by_role("button").first
    name = first.inner_text()
    first.click()
    phone.page.get_by_text("Teach a network to read digits").wait_for()
    return name


def section(teacher, name):
    teacher.page.get_by_role("radiogroup", name="Part").get_by_role("radio", name=name).click()
    teacher.settle()


def tile(teacher, name):
    return teacher.page.locator(".tiles .tile").filter(has=teacher.page.get_by_text(name, exact=True))


def lead(teacher, to):
    """Bring all to a page by a link, from the part Lead."""
    link = teacher.page.get_by_role("textbox", name="or with a link")
    link.fill(f"{teacher.server.url}/{to}")
    link.press("Enter")
    teacher.page.get_by_role("button", name="Bring all there").click()
    expect(link).to_have_value("")


def test_twelve_phones_from_the_code_to_the_end(visit, server, teacher):
    page = teacher.page
    phones = [visit(**PHONE) for _ in range(PHONES)]
    names = [join(phone, teacher) for phone in phones]
    assert len(set(names)) == PHONES
    assert set(names) <= set(NAMES)
    expect(page.locator(".joined")).to_have_text(f"{PHONES} have joined")

    section(teacher, "Lead")
    lead(teacher, "Draw")
    drawn = [(7, 3, 8)[place % 3] for place in range(PHONES)]
    for phone, digit in zip(phones, drawn, strict=True):
        phone.page.wait_for_url("**/Draw*")
        phone.settle()
        phone.draw(*DIGITS[digit])
    section(teacher, "Board")
    expect(page.locator(".tiles .tile")).to_have_count(PHONES)
    for name, digit in zip(names, drawn, strict=True):
        expect(tile(teacher, name).locator(".read")).to_have_text(str(digit))
        expect(tile(teacher, name).locator(".where")).to_have_text("Draw")

    section(teacher, "Lead")
    lead(teacher, SHORT)
    phones[0].open(LONG)  # it is at work until it is stopped: all others wait, and are paused as they wait
    for phone in phones:
        phone.page.wait_for_url("**/Train*")
        phone.page.get_by_role("button", name="Start", exact=True).click()
    wait_for(lambda: len(list_runs(server.runs)) == PHONES)
    runs = {run.owner(): run for run in list_runs(server.runs)}
    assert len(runs) == PHONES
    (first,) = [run for run in runs.values() if run.config().epochs == 50]
    wait_for(lambda: first.history().steps)
    server.slow_down()
    section(teacher, "Board")
    expect(tile(teacher, names[0]).locator(".status")).to_contain_text("running")

    page.get_by_role("button", name="Pause everybody").click()
    wait_for(lambda: all(run.control.command() == "pause" for run in runs.values()))
    for phone in phones:
        expect(phone.page.get_by_text(PAUSED)).to_be_visible()
    expect(tile(teacher, names[0]).locator(".status")).to_contain_text("paused")
    assert {run.status(run.history()) for run in runs.values()} == {"paused", "queued"}
    step = first.history().step
    page.get_by_role("button", name="Go on").click()
    for phone in phones:
        expect(phone.page.get_by_text(PAUSED)).to_be_hidden()
    wait_for(lambda: first.history().step > step)
    phones[0].page.get_by_role("button", name="Stop").click()
    phones[1].open("Draw")
    phones[1].answer(drawn[1])  # what it drew is where it was
    others = [run for run in runs.values() if run != first]
    wait_for(lambda: all(run.status(run.history()) == "finished" for run in others), seconds=400)
    for name in names[1:]:
        expect(tile(teacher, name).locator(".status")).to_contain_text("finished")

    page.get_by_role("button", name="Hide names").click()
    expect(page.locator(".tiles .name").first).to_have_text(MATHEMATICIANS[0])
    teacher.settle()
    page.get_by_role("button", name="Show names").click()
    expect(tile(teacher, names[0])).to_be_visible()

    section(teacher, "Lead")
    page.get_by_role("combobox", name="Take a seat out of the class").click()
    page.get_by_role("option", name=names[-1]).click()
    page.get_by_role("button", name="Take out").click()
    expect(phones[-1].page.get_by_text(REMOVED)).to_be_visible()
    assert len(seats(classes(server.runs / ".classes")[0])) == PHONES - 1
    page.get_by_role("button", name=f"Let {names[-1]} in again").click()
    expect(phones[-1].page.get_by_text(REMOVED)).to_be_hidden()

    section(teacher, "End")
    page.get_by_role("button", name="End the class").click()
    expect(page.get_by_text("has ended")).to_be_visible()
    wait_for(lambda: not any(run.is_alive() for run in runs.values()))
    page.get_by_text("Delete everything of this class for good").click()
    page.get_by_role("button", name=re.compile(r"Delete [\d,]+ files")).click()
    expect(page.get_by_text("nothing of it remains")).to_be_visible()
    assert list_runs(server.runs) == []
    assert classes(server.runs / ".classes") == []


def test_a_seat_goes_on_in_another_browser(visit, server, teacher):
    phone, tablet = visit(**PHONE), visit(**PHONE | {"user_agent": "10.0.0.8"})
    name = join(phone, teacher)
    phone.open("Class")
    phone.page.get_by_role("button", name="Another device").click()
    phone.page.get_by_role("button", name="Make a link").click()
    link = phone.page.get_by_text("/live/seats/").inner_text()
    tablet.page.goto(link)
    tablet.page.get_by_role("button", name=f"I am {name}").click()
    tablet.settle()
    for one in (tablet, phone):
        one.open("Class")
        expect(one.page.get_by_role("heading", name=f"You are {name}")).to_be_visible()
    section(teacher, "Board")
    expect(teacher.page.locator(".tiles .tile")).to_have_count(1)


def test_a_seat_survives_a_reload_and_a_server_that_was_killed(visit, server, teacher, chromium):
    phone = visit(**PHONE)
    name = join(phone, teacher)
    phone.page.reload()
    phone.open("Class")
    expect(phone.page.get_by_role("heading", name=f"You are {name}")).to_be_visible()
    server.kill()
    server.start()
    phone.open("Class")
    expect(phone.page.get_by_role("heading", name=f"You are {name}")).to_be_visible()
    section_of_teacher = Visitor(chromium, server, **TEACHER)
    section_of_teacher.open("Class?section=Board")
    expect(section_of_teacher.page.locator(".tiles .name")).to_have_text([name])
    section_of_teacher.context.close()
