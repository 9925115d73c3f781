"""axe-core's rules on the page that a visitor sees: contrast, the order of headings, names of what can be used."""

from functools import cache

from mnist_core.paths import PROJECT
from tests.support.browser import Visitor

_AXE = PROJECT / "ui" / "live" / "node_modules" / "axe-core" / "axe.min.js"
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
"""The rules of WCAG 2.1 AA, and what axe counts as good practice."""
COLOURS = ("color-contrast", "link-in-text-block")
"""Those of them that ask for colours: another scheme can break no others."""
_RUN = """(runOnly) => axe.run(document, { runOnly, resultTypes: ["violations"] }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary, target }) => `${id}: ${target} ${html.slice(0, 200)} ${failureSummary}`)))"""
_STREAMLITS_OWN = ("region:", 'empty-table-header: th[aria-colindex="1"]')
"""What Streamlit draws by itself: where its tooltips lie in the page, and the column of ticks of its tables."""

STILL = """() =>
    [...document.querySelectorAll("style")].some(one => one.textContent.includes("prefers-reduced-motion"))
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]') && document.getAnimations().every(
    moving => moving.playState !== "running" || moving.effect.getComputedTiming().endTime === Infinity)"""
"""Whether the page has its own style, no grey box holds the place of a widget that is still being fetched, and nothing
fades in or out: a text on its way has less contrast than the one that stays."""
_BRIGHT = """bright => {
    const channels = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor.match(/[0-9]+/g)
    return (Number(channels[0]) > 127) === bright
}"""
"""Whether the page is drawn in the light or the dark theme by now."""


@cache
def _axe() -> str:
    return _AXE.read_text()


def scheme_of(visitor: Visitor) -> str:
    """Return the browser's colour scheme, "light" or "dark"."""
    dark = visitor.page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    return "dark" if dark else "light"


def turn(visitor: Visitor, scheme: str) -> None:
    """Change the browser's colour scheme, "light" or "dark", and wait until the page has followed."""
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.page.wait_for_function(_BRIGHT, arg=scheme == "light")


def violations(visitor: Visitor, rules: tuple[str, ...] = ALL) -> list[str]:
    """Return what stays wrong: a page that is just being drawn anew shows texts on their way in or out."""
    if not visitor.page.evaluate("() => 'axe' in window"):
        visitor.page.evaluate(_axe())
    run_only = {"type": "rule" if rules == COLOURS else "tag", "values": list(rules)}
    found: list[str] = []
    for _ in range(3):
        visitor.settle()
        visitor.page.wait_for_function(STILL)
        found = [wrong for wrong in visitor.page.evaluate(_RUN, run_only) if not wrong.startswith(_STREAMLITS_OWN)]
        if not found:
            break
    return found
