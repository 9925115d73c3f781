"""From a move of the pen to the painted bars, in a real browser: python -m benchmarks.drawing

Chromium slows its own processor down by the factors that are measured: 4 stands for a usual phone, 6 for a cheap one.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence

from benchmarks.machine import machine
from benchmarks.served import only_visitor
from mnist_core.architecture import multiply_adds
from mnist_core.model.card import read_card
from mnist_core.paths import CHECKPOINTS
from tests.support.browser import Visitor
from tests.support.strokes import DIGITS

MODELS = ("best", "notebook")
SLOWDOWNS = (1, 4, 6)

# The page has asked for the frame before this does, so that its bars have changed when this looks. What is posted in a
# frame arrives when the frame has been painted. A move after which the bars stay as they are is not counted; where a
# thread of its own reads, which answers frames later, it counts from the first move that is not shown yet.
_LISTEN = """inItsOwnThread => {
    window.painted = []
    window.moves = 0
    let moved = null, changed = false, frame = 0, shown = []
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
        for (const since of shown.splice(0)) window.painted.push(performance.now() - since)
    }
    const look = () => {
        frame = 0
        if (changed && moved !== null) {
            shown.push(moved)
            channel.port2.postMessage(0)
        }
        if (changed || !inItsOwnThread) moved = null
        changed = false
    }
    addEventListener("mousemove", event => {
        if (!event.buttons) return
        window.moves++
        moved ??= event.timeStamp
        frame ||= requestAnimationFrame(look)
    }, true)
    new MutationObserver(() => {
        changed = true
        if (inItsOwnThread && !frame) look()
    }).observe(document.querySelector(".st-key-digit-lab-draw-live-answer .live"), {
        childList: true, subtree: true, attributes: true, characterData: true,
    })
}"""
_LISTEN_FOR_THE_SERVER = """selector => {
    window.answered = []
    let lifted = null
    addEventListener("mouseup", () => { lifted = performance.now() }, true)
    new MutationObserver(() => {
        if (lifted === null || !document.querySelector(selector)) return
        window.answered.push(performance.now() - lifted)
        lifted = null
    }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-answer"] })
}"""
_SERVERS = ".st-key-digit-lab-draw-servers-answer #answer"


def measure(visitor: Visitor, model: str, slowdown: int, moves: int) -> tuple[list[float], float]:
    """Measure at least `moves` moves of the pen.

    Returns:
        milliseconds from each move to the painted bars, and the milliseconds that the page's own thread worked for a
        move, which other work on the machine does not change.
    """
    chromium = visitor.context.new_cdp_session(visitor.page)
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})  # before the page finds out how fast it reads
    visitor.page.goto(f"{visitor.server.url}/Draw?model={model}")
    visitor.ready()
    visitor.settle()
    visitor.page.evaluate(_LISTEN, bool(visitor.page.workers))
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = chromium.send("Performance.getMetrics")["metrics"]
        return 1000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    painted: list[float] = []
    work = 0.0
    while len(painted) < moves:
        for strokes in DIGITS.values():
            for stroke in strokes:
                before = worked()
                visitor.draw(stroke, lift=False)
                work += worked() - before
                visitor.page.mouse.up()
            visitor.page.wait_for_selector(_SERVERS, state="attached")
            painted += visitor.page.evaluate("window.painted.splice(0)")
            visitor.clear()
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return painted, work / visitor.page.evaluate("window.moves")


def measure_the_server(visitor: Visitor, strokes: int) -> list[float]:
    """Return milliseconds from the lifted pen to the server's own answer in the page, one for each of the strokes."""
    visitor.open("Draw")
    visitor.ready()
    visitor.page.evaluate(_LISTEN_FOR_THE_SERVER, _SERVERS)
    answered: list[float] = []
    while len(answered) < strokes:
        for digit in DIGITS.values():
            visitor.draw(digit[0])
            visitor.page.wait_for_function("() => window.answered.length")
            answered += visitor.page.evaluate("window.answered.splice(0)")
            visitor.clear()
    return answered


def describe(milliseconds: Sequence[float]) -> str:
    """Return median and 95th percentile, in words."""
    high = statistics.quantiles(milliseconds, n=20)[-1]
    return f"median {statistics.median(milliseconds):.1f} ms, 95 % under {high:.1f} ms (n = {len(milliseconds)})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing", description=__doc__)
    parser.add_argument("--moves", type=int, default=300, help="how many moves of the pen to measure (default: 300)")
    parser.add_argument("--strokes", type=int, default=20, help="how many answers of the server (default: 20)")
    arguments = parser.parse_args()
    print(machine())
    with only_visitor() as visitor:
        for model in MODELS:
            adds = multiply_adds(read_card(CHECKPOINTS / f"{model}.safetensors").config)
            print(f"{model}, {adds / 1e6:.1f} million multiply-adds, from a move of the pen to the painted bars:")
            for slowdown in SLOWDOWNS:
                painted, work = measure(visitor, model, slowdown, arguments.moves)
                print(f"  {slowdown} x slower: {describe(painted)}; {work:.1f} ms of processor time each")
        print(f"from the lifted pen to the server's answer: {describe(measure_the_server(visitor, arguments.strokes))}")


if __name__ == "__main__":
    main()
