"""The Draw page's bars follow the pen: with the server asleep, gone or slow, and without what a browser may lack.

One window stays for all tests in which the browser lacks nothing: a page that is loaded anew takes seconds.
"""

from __future__ import annotations

import signal
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from mnist_core.asker import TEACHER
from mnist_core.config import TrainConfig
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import create_run
from tests.support.browser import Visitor, serve
from tests.support.strokes import DIGITS
from tests.support.waiting import wait_for

SERVERS = ".st-key-digit-lab-draw-servers-answer"
SCRIBBLE = [(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9), (0.5, 0.1), (0.5, 0.9), (0.1, 0.5), (0.9, 0.5)]
NETWORK = "**/live/networks/everyone/*"


@pytest.fixture
def own_server(tmp_path):
    """A server that a test may stop or kill."""
    yield from serve(tmp_path)


@pytest.fixture
def asleep(server):
    """Call it to have the server do nothing; again, to have it go on."""
    sleeping = False

    def turn():
        nonlocal sleeping
        sleeping = not sleeping
        server.process.send_signal(signal.SIGSTOP if sleeping else signal.SIGCONT)

    yield turn
    if sleeping:
        turn()


SHOWN = f"""[".live", "{SERVERS}"].map(place => {{
    const shown = document.querySelector(`${{place}} [data-answer]`)?.closest(".live, .stHtml").cloneNode(true)
    shown?.querySelectorAll("canvas, img").forEach(image => image.replaceWith("an image"))
    shown?.querySelectorAll("[id$=answer]").forEach(answer => {{ answer.id = "answer" }})
    return shown?.innerHTML
}})"""
"""What the browser and what the server says of the board, as HTML."""


def open_board(visit, **options):
    learner = visit(**options)
    learner.open("Draw")
    learner.ready()
    return learner


@pytest.fixture(scope="module")
def window(stay):
    return open_board(stay)


@pytest.fixture
def learner(window):
    """One who stands before an empty board, with the first network in hand."""
    window.go_to("Draw?model=everyone")
    window.ready()
    if not window.page.locator(SERVERS).get_by_text("Draw a digit from 0 to 9 on the black board").count():
        window.clear()
        window.ready()
    return window


def beside(strokes, left):
    """The same digit, half as wide, from `left` on."""
    return [[(left + x / 2, y) for x, y in stroke] for stroke in strokes]


def image(learner):
    """The pixels of the image that is shown as what the network sees, (28, 28)."""
    pixels = learner.page.locator("canvas[aria-label^='the 28 by 28']").evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0))"
    )
    return np.array(pixels).reshape(28, 28)


def wait_until_read(learner):
    """Wait until the image has stayed as it is for many frames: a slow device reads the last stroke a while later."""
    learner.page.evaluate(
        """() => new Promise(done => {
            let before = "", alike = 0
            const look = () => {
                const now = document.querySelector("canvas[aria-label^='the 28 by 28']").toDataURL()
                alike = now === before ? alike + 1 : 0
                before = now
                if (alike < 60) requestAnimationFrame(look)
                else done()
            }
            look()
        })"""
    )


def shares(learner):
    """The ten bars in sight, in per cent of their full width."""
    return learner.page.locator(".bars:visible [data-digit] span span").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.width))"
    )


def test_bars_and_image_follow_the_pen_before_it_is_lifted_and_with_the_server_asleep(learner, asleep):
    asleep()
    seen = []
    (corners,) = DIGITS[7]
    learner.draw(corners[:2], lift=False)
    learner.page.wait_for_selector("#live-answer")
    seen.append((shares(learner), image(learner)))
    box = learner.page.locator("canvas.upper-canvas").bounding_box()
    learner.page.mouse.move(box["x"] + 0.44 * box["width"], box["y"] + 0.84 * box["height"], steps=10)
    learner.live_answer(7)
    seen.append((shares(learner), image(learner)))
    assert seen[0][0] != seen[1][0]
    assert (seen[0][1] != seen[1][1]).any()
    assert np.argmax(seen[1][0]) == 7
    assert sum(seen[1][0]) == pytest.approx(100, abs=4)  # a bar is 0.3 % wide at least
    expect(learner.page.locator(SERVERS)).to_be_hidden()
    learner.page.mouse.up()
    learner.live_answer(7)
    # While its script runs, Streamlit dims an element that it has not drawn anew yet: but not this one.
    opacity = learner.page.locator("#live-answer").evaluate(
        """answer => {
            const element = answer.closest(".stElementContainer")
            element.style.opacity = 0.33
            return getComputedStyle(element).opacity
        }"""
    )
    assert opacity == "1"
    asleep()
    learner.answer(7)


def test_what_the_browser_knows_of_the_pen_is_what_the_board_sends(learner, asleep):
    """Quick and slow, trembling, straight with the shift key, out of the board and a dot: to the last pixel."""
    mouse, keyboard = learner.page.mouse, learner.page.keyboard
    box = learner.page.locator("canvas.upper-canvas").bounding_box()
    random = np.random.default_rng(0)
    asleep()

    def move(x, y):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    move(0.3, 0.2)
    mouse.down()
    for t in np.linspace(0, 1, 40):
        right, down = random.normal(0, 0.004, 2)
        move(0.3 + 0.4 * t + right, 0.2 + 0.1 * np.sin(9 * t) + down)
    for t in np.linspace(0, 1, 6):
        move(0.7 - 0.3 * t**2, 0.2 + 0.7 * t)
    mouse.up()
    keyboard.down("Shift")
    move(0.35, 0.5)
    mouse.down()
    for t in np.linspace(0, 1, 9):
        move(0.35 + 0.8 * t, 0.5 + 0.03 * t)
    mouse.up()
    keyboard.up("Shift")
    move(0.5, 0.95)
    mouse.down()
    mouse.up()
    learner.page.wait_for_selector("#live-answer")
    wait_until_read(learner)
    mine, said = image(learner), learner.page.locator("#live-answer").get_attribute("data-answer")
    asleep()
    learner.answer(said)
    expect(learner.page.get_by_role("button", name="PNG")).to_be_enabled()
    learner.settle()
    url = learner.page.locator(".st-key-digit-lab-draw-servers-image img").get_attribute("src")
    theirs = np.asarray(Image.open(BytesIO(b64decode(url.partition(",")[2]))).convert("L"))
    assert (mine == theirs).all()
    assert (image(learner) == theirs).all()


def test_with_the_server_asleep_strokes_are_undone_and_redone_and_a_second_digit_makes_a_number(learner, asleep):
    page = learner.page
    asleep()
    learner.draw(*beside(DIGITS[4], 0))
    learner.live_answer(4)
    learner.draw(*beside(DIGITS[2], 0.5))
    learner.live_answer("42")
    expect(page.locator(".live .number figure")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    learner.live_answer(4)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector('#live-answer:not([data-answer="4"])')
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(SERVERS).get_by_text("Draw a digit from 0 to 9 on the black board")).to_be_visible()
    for _ in range(3):
        page.get_by_role("button", name="Redo").click()
    learner.live_answer("42")
    page.get_by_role("button", name="Undo").click()
    learner.draw(*beside(DIGITS[7], 0.5))
    learner.live_answer("47")
    asleep()
    learner.answer("47")
    learner.settle()
    learner.live_answer("47")
    asleep()
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    expect(page.locator(".live").get_by_text("Draw a digit from 0 to 9 on the black board")).to_be_visible()
    expect(page.locator(SERVERS)).to_be_hidden()
    asleep()
    expect(page.locator(SERVERS).get_by_text("Draw a digit from 0 to 9 on the black board")).to_be_visible()


def test_what_is_no_digit_is_refused_under_the_pen(learner, asleep):
    asleep()
    learner.draw(
        [(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9), (0.5, 0.1), (0.5, 0.9), (0.1, 0.5), (0.9, 0.5)], lift=False
    )
    learner.live_answer("?")
    expect(learner.page.locator(".live").get_by_text("Its lines are hardly those of a digit")).to_be_visible()
    learner.page.mouse.up()
    asleep()
    learner.answer("?")


def test_a_mark_too_small_is_said_to_be_so_here_and_there(learner):
    learner.draw([(0.5, 0.5), (0.505, 0.5)])
    expect(learner.page.locator(".live").get_by_text("That mark is too small to be a digit.")).to_be_visible()
    learner.answer("?")
    expect(learner.page.locator(".live").get_by_text("That mark is too small to be a digit.")).to_be_visible()


@pytest.mark.parametrize(
    "strokes",
    [
        DIGITS[5],
        [SCRIBBLE],
        beside(DIGITS[3], 0) + beside(DIGITS[1], 0.5),
        [[(0.5, 0.5), (0.505, 0.5)]],
    ],
    ids=["digit", "no digit", "number", "too small"],
)
def test_what_the_browser_shows_is_what_the_server_shows(learner, strokes):
    """The same words, numbers, bars and colours: but for the images, which one draws and the other sends."""
    learner.draw(*strokes)
    learner.page.wait_for_selector("#live-answer")
    learner.page.wait_for_function(f"() => {{ const [mine, theirs] = {SHOWN}; return theirs && mine === theirs }}")


def test_bars_go_on_when_the_server_is_killed_while_drawing(chromium, own_server):
    learner = Visitor(chromium, own_server)
    learner.open("Draw")
    learner.ready()
    learner.draw(DIGITS[4][0], lift=False)
    own_server.kill()
    learner.page.mouse.up()
    learner.page.wait_for_selector("#live-answer")
    learner.draw(DIGITS[4][1])
    learner.live_answer(4)
    learner.context.close()


def test_the_server_learns_of_a_stroke_without_the_boards_own_wait(visit):
    learner = visit()
    # The board's own timer of 200 ms never fires.
    learner.page.add_init_script(
        """{
            const real = window.setTimeout
            window.setTimeout = (run, wait, ...rest) => wait === 200 ? 0 : real(run, wait, ...rest)
        }"""
    )
    learner.open("Draw")
    learner.ready()
    learner.draw(*DIGITS[0])
    learner.answer(0)


def test_another_model_in_hand_changes_the_bars_without_a_stroke(learner, asleep):
    learner.draw(*DIGITS[7])
    learner.answer(7)
    first = shares(learner)
    learner.page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    learner.page.get_by_role("option", name="notebook").click()
    learner.page.wait_for_url("**model=notebook*")
    learner.ready()
    learner.settle()
    learner.live_answer(7)
    wait_for(lambda: shares(learner) != first)
    live = ".st-key-digit-lab-draw-live-answer .live"
    before = learner.page.locator(live).inner_text()
    asleep()
    learner.draw([(0.1, 0.1), (0.3, 0.4)], lift=False)
    learner.page.wait_for_function(f"before => document.querySelector('{live}').innerText !== before", arg=before)
    learner.page.mouse.up()


def test_bars_agree_with_the_board_after_clear_reload_back_and_in_another_tab(learner, visit, asleep):
    page = learner.page
    learner.draw(*DIGITS[3])
    learner.answer(3)
    page.reload()
    learner.live_answer(3)
    learner.go("Inside")
    learner.go("Draw")
    learner.live_answer(3)
    other = visit()
    other.page.goto(page.url)
    other.ready()
    expect(other.page.locator("#live-answer")).to_have_count(0)
    other.draw(*DIGITS[1])
    other.live_answer(1)
    learner.clear()
    expect(page.locator("#live-answer")).to_have_count(0)
    expect(page.locator(SERVERS)).to_be_visible()
    learner.ready()
    asleep()
    learner.draw(*DIGITS[8])
    learner.live_answer(8)
    asleep()
    learner.answer(8)


def test_a_picture_in_hand_is_shown_by_the_server_until_something_is_drawn(learner):
    learner.page.get_by_role("radio", name="MNIST", exact=True).click()
    learner.page.wait_for_selector("#answer:visible")
    learner.go("Inside")
    learner.go("Draw")
    learner.page.get_by_role("radio", name="Board", exact=True).click()
    learner.settle()
    learner.ready()
    expect(learner.page.locator("#live-answer")).to_have_count(0)
    learner.draw(*DIGITS[6])
    learner.live_answer(6)
    learner.answer(6)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (lambda whole: whole[:1000], "cut off"),
        (lambda whole: whole[:-10], "cut off"),
        (lambda _: b"no network at all", "cut off"),
        (lambda _: (CHECKPOINTS / "strangers.safetensors").read_bytes(), "its file is another network's"),
        (lambda _: None, "could not be fetched"),
    ],
    ids=["truncated header", "truncated", "no network", "another network", "not there"],
)
def test_a_wrong_network_file_is_told_and_the_server_answers(visit, file, reason):
    learner = visit()
    body = file((CHECKPOINTS / "everyone.safetensors").read_bytes())
    if body is None:
        learner.page.route(NETWORK, lambda route: route.abort())
    else:
        learner.page.route(NETWORK, lambda route: route.fulfill(body=body))
    learner.open("Draw")
    learner.draw(*DIGITS[2])
    expect(learner.page.locator(".live [role=status]")).to_contain_text(reason)
    expect(learner.page.locator(".live [role=status]")).to_contain_text("The server reads each stroke")
    learner.answer(2)
    expect(learner.page.locator(SERVERS)).to_be_visible()
    expect(learner.page.locator("#live-answer")).to_have_count(0)


def test_a_network_that_reads_otherwise_than_the_servers_is_given_up(visit):
    """Over plain http a browser cannot tell a network by its content, but by what it reads."""
    learner = visit()
    learner.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    body = (CHECKPOINTS / "notebook.safetensors").read_bytes()
    learner.page.route(NETWORK, lambda route: route.fulfill(body=body))
    learner.open("Draw")
    learner.ready()
    learner.draw(SCRIBBLE)
    expect(learner.page.locator(".live [role=status]")).to_contain_text("in another way here than on the server")
    learner.answer("?")
    expect(learner.page.locator(SERVERS)).to_be_visible()


def test_without_its_code_the_server_answers_and_says_why(visit):
    learner = visit(empty_cache=True)
    learner.page.route("**/live/js/live.js", lambda route: route.abort())
    learner.open("Draw")
    expect(learner.page.get_by_text("their code could not be loaded")).to_be_visible()
    learner.draw(*DIGITS[2])
    learner.answer(2)
    expect(learner.page.locator(SERVERS)).to_be_visible()


@pytest.mark.parametrize(
    "lacking",
    ["delete window.WebAssembly", "WebAssembly.compile = () => Promise.reject(new Error('no SIMD'))"],
    ids=["no WebAssembly", "no SIMD"],
)
def test_without_webassembly_or_simd_the_bars_follow_in_plain_javascript(visit, asleep, lacking):
    learner = visit()
    learner.page.add_init_script(lacking)
    learner.open("Draw")
    learner.ready()
    learner.page.wait_for_selector('[data-kernel="plain"]', state="attached")
    asleep()
    learner.draw(*DIGITS[5])
    learner.live_answer(5)
    asleep()
    learner.answer(5)


def test_with_simd_it_is_used(learner):
    learner.page.wait_for_selector('[data-kernel="SIMD"]', state="attached")


def test_a_network_too_slow_for_a_frame_does_not_hold_the_pen_up(chromium, own_server, monkeypatch):
    """It reads in a thread of its own: the page goes on drawing frames while it does."""
    config = TrainConfig(filters=(128, 128), kernel_sizes=(5, 5), padding="same", pooling="none", dense=())
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(own_server.runs))
    run = create_run(config, "slow", asker=TEACHER)
    network = build_model(config).eval()
    save_checkpoint(run.snapshot, network, ModelCard(config=config, metrics={}))
    learner = Visitor(chromium, own_server)
    learner.open(f"Draw?model={run.id}")
    learner.ready()
    own_server.process.send_signal(signal.SIGSTOP)
    learner.draw(*DIGITS[7])
    learner.page.wait_for_selector("#live-answer")
    assert len(learner.page.workers) == 1
    own_server.process.send_signal(signal.SIGCONT)
    learner.page.wait_for_selector("#answer", state="attached")
    said = learner.page.locator("#answer").get_attribute("data-answer")
    learner.live_answer(said)
    learner.context.close()


def test_on_a_phone_the_bars_follow_the_finger(visit, asleep):
    phone = open_board(visit, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    board = phone.page.locator("canvas.upper-canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    touch = phone.context.new_cdp_session(phone.page)
    asleep()
    across = [(0.28 + 0.42 * i / 8, 0.22) for i in range(9)]
    down = [(0.7 - 0.26 * i / 8, 0.22 + 0.62 * i / 8) for i in range(1, 9)]
    for i, (x, y) in enumerate(across + down):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": 3}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if i else "touchStart", "touchPoints": [point]})
    phone.page.wait_for_selector('#live-answer[data-answer="7"]', state="attached")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    asleep()
    phone.answer(7)
    phone.page.get_by_role("button", name="Undo").tap()
    expect(phone.page.locator("#live-answer")).to_have_count(0)


def test_a_network_comes_to_the_browser_once(visit):
    learner = visit(empty_cache=True)
    fetched = []
    learner.page.on("response", lambda one: fetched.append(one) if "/live/networks/" in one.url else None)
    learner.open("Draw")
    learner.ready()
    for digit in (1, 2):
        learner.draw(*DIGITS[digit])
        learner.answer(digit)
        learner.clear()
    learner.go("Inside")
    learner.go("Draw")
    learner.ready()
    assert sorted(one.url.split("/")[-2] for one in fetched) == ["everyone", "strangers"]
    learner.page.reload()
    learner.ready()
    sent = learner.page.evaluate(
        """performance.getEntriesByType("resource").filter(one => one.name.includes("/live/networks/"))
            .map(one => one.transferSize)"""
    )
    assert sent == [0, 0], "after a reload they come from the browser's own cache"
