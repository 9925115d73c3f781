"""A page of a class that must be drawn anew has its script run when it is its turn."""

import pytest

WAITS = """async ({ seen }) => {
    const { show, hide } = await import("/live/js/class_view.js")
    const { fetch, setTimeout } = window
    const root = document.createElement("div")
    root.innerHTML = '<div class="class-view"></div>'
    const asked = []
    const told = []
    const waits = []
    const page = { view: "stage", stage: "old", window: "w", brought: "", leads: false }
    await new Promise((done) => {
        window.fetch = async (address) => {
            asked.push(new URL(address).search)
            return new Response('{"stage": "new", "after": 1234}')
        }
        window.setTimeout = (run, wait, ...rest) => {
            if (wait !== 1234) return setTimeout(run, wait, ...rest)
            waits.push(told.length)
            if (seen) show(root, { ...page, stage: "new" }, (_, stage) => told.push(stage))
            run()
            return setTimeout(done, 100)  // longer than what is told takes to be sent
        }
        show(root, page, (_, stage) => told.push(stage))
    })
    Object.assign(window, { fetch, setTimeout })
    hide(root)
    return { asked: asked[0], told, waits }
}"""


@pytest.mark.parametrize("seen", [False, True], ids=["waited", "drawn meanwhile"])
def test_a_page_waits_for_its_turn_and_is_drawn_once(page, seen):
    found = page.evaluate(WAITS, {"seen": seen})
    assert found["asked"] == "?stage=old"
    assert found["waits"] == [0], "nothing is told before its turn"
    assert found["told"] == ([] if seen else ["new"])
