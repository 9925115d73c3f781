"""Whether what a page offers to the pointer can be reached by keyboard, too."""

from tests.support.axe import STILL
from tests.support.browser import Visitor

MOST_TABS = 80
"""So often Tab is pressed at most, to get to something."""
_UNREACHABLE = """() => {
    const stops = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])"
    const shown = one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const pointed = one => getComputedStyle(one).cursor === "pointer"
    const around = one => one.closest(`${stops}, label, [role=radiogroup], [role=listbox], [role=tablist]`)
    // The whole page is a stop, too, by which it is scrolled.
    const within = one => [...one.querySelectorAll(stops)].some(stop => stop.checkVisibility())
    const charted = one => one.closest("[_echarts_instance_], .js-plotly-plot")  // fields beside a chart do the same
    const reached = one => around(one) && !around(one).querySelector("h1") || within(one) || charted(one)
    return [...document.querySelectorAll("[data-testid=stApp] *")]
        .filter(one => pointed(one) && !pointed(one.parentElement) && shown(one) && !reached(one))
        .map(one => one.outerHTML.slice(0, 200))
}"""


def unreachable(visitor: Visitor) -> list[str]:
    """Return what shows the pointer that it can be clicked, and is no stop of the Tab key."""
    found: list[str] = visitor.page.evaluate(_UNREACHABLE)
    return found


def tab_to(visitor: Visitor, name: str) -> None:
    """Press Tab until what bears that name has the focus."""
    visitor.settle()
    visitor.page.wait_for_function(STILL)  # what is drawn anew loses the focus
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(
            """() => {
                const one = document.activeElement
                return one.querySelector("h1") ? "" : one.getAttribute("aria-label") || one.innerText  // not the page
            }"""
        )
        if name in focused:
            return
    raise AssertionError(f"Tab does not lead to {name!r}")
