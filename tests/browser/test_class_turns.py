"""A page of a class that must be drawn anew has its script run when it is its turn."""

WAITS = """async () => {
    const { show, hide } = await import("/live/js/class_view.js")
    const { fetch, setTimeout } = window
    const root = document.createElement("div")
    root.innerHTML = '<div class="class-view"></div>'
    const seen = []
    const answers = [{ stage: "old", after: 0 }, { stage: "new", after: 77 }, { stage: "new", after: 0 }]
    const page = { view: "stage", stage: "old", window: "w", brought: "", leads: false }
    await new Promise((done) => {
        window.fetch = async (address) => {
            seen.push(new URL(address).search)
            return new Response(JSON.stringify(answers.shift()))
        }
        window.setTimeout = (run, wait, ...rest) => {
            if (wait === 15_000) return 0
            if (wait > 20) seen.push(wait)
            return setTimeout(run, 0, ...rest)
        }
        show(root, page, (name, stage) => done(seen.push([name, stage])))
    })
    Object.assign(window, { fetch, setTimeout })
    hide(root)
    return seen
}"""


def test_a_page_waits_for_its_turn(page):
    *seen, told = (one for one in page.evaluate(WAITS) if one != 1000)
    assert seen[:4] == ["?stage=old", "?stage=old", 77, "?stage=old"]
    assert told == ["changed", "new"]
