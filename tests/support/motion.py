"""Whether anything on a page still moves for those who have asked their computer for less motion."""

from tests.support.browser import Visitor

_MOVING = """longest => {
    const moves = (one, part) => {
        const { transitionDuration, animationDuration } = getComputedStyle(one, part)
        return `${transitionDuration}, ${animationDuration}`.split(", ").some(time => Number.parseFloat(time) > longest)
    }
    return [...document.querySelectorAll("body *")]
        .filter(one => [null, "::before", "::after"].some(part => moves(one, part)))
        .map(one => one.outerHTML.slice(0, 200))
}"""
_LONGEST = 0.001
"""Seconds."""


def moving(visitor: Visitor) -> list[str]:
    """Return what fades, slides or turns for longer than a millisecond."""
    found: list[str] = visitor.page.evaluate(_MOVING, _LONGEST)
    return found
