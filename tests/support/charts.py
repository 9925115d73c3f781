"""Whether what a chart shows is told as text, too."""

import contextlib

from playwright.sync_api import TimeoutError

from tests.support.browser import CHARTS, Visitor

_UNTOLD = """(charts) => {
    const tells = text => text.split("\\n").map(line => line.trim())
        .some(line => line.split(/\\s+/).length > 4 && /[.:!?][)”]?$/.test(line))
    const roles = "[role=img], [role=figure]"
    const picture = one => one.closest(roles) ?? one.querySelector(roles)
    const named = one => picture(one)?.getAttribute("aria-label") ?? ""
    const room = one => one.closest("[data-testid=stColumn], [data-testid=stMainBlockContainer]")
    return [...document.querySelectorAll(charts)]
        .filter(one => one.checkVisibility() && room(one))
        .filter(one => !named(one) || !tells(named(one)) && !tells(room(one).innerText.replace(one.innerText, "")))
        .map(one => `${named(one)}: ${one.outerHTML.slice(0, 200)}`)
}"""


def untold(visitor: Visitor) -> list[str]:
    """Return the charts that have no name for a screen reader, or no sentence beside them."""
    charts = f"{CHARTS}, .js-plotly-plot"
    with contextlib.suppress(TimeoutError):  # a chart that is being drawn is told a moment later
        visitor.page.wait_for_function(f"charts => !({_UNTOLD})(charts).length", arg=charts, timeout=10_000)
    found: list[str] = visitor.page.evaluate(_UNTOLD, charts)
    return found
