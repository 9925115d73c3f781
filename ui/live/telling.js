/** What views tell the server: one thing after the other, and nothing while the visitor is on the way to another page. */

/** Milliseconds in which Streamlit has sent what it was told. */
const SENT = 20

/** Milliseconds after which a link that was clicked is taken to have led nowhere. */
const LED_NOWHERE = 10_000

/** Milliseconds that the browser's own buttons take to another page; the address is that page's at once. */
const BACK = 2000

/** From which path the visitor goes to another page, and how long that may take. */
let leaving = { path: "", until: 0 }

/** Ends when what was told last has been sent. */
let sent = Promise.resolve()

addEventListener(
    "click",
    (event) => {
        const link = event.composedPath().find((place) => place instanceof HTMLAnchorElement)
        const here = !(event.ctrlKey || event.metaKey || event.shiftKey) && link && (link.target || "_self") === "_self"
        if (here && link.origin === location.origin && link.pathname !== location.pathname) {
            leaving = { path: location.pathname, until: performance.now() + LED_NOWHERE }
        }
    },
    true,
)
addEventListener("popstate", () => {
    leaving = { path: location.pathname, until: performance.now() + BACK }
})

/**
 * Tell the server something that nothing else is told with.
 *
 * Streamlit sends together what it is told within one task. If one part of it lies in a fragment, that fragment alone
 * runs, and what another part asked of the whole page is lost. Until a new page's script has begun, whatever is told
 * has the old page's script run, and the visitor would stay there.
 *
 * @param {() => void} tell
 */
export function tellAlone(tell) {
    sent = sent.then(async () => {
        while (location.pathname === leaving.path && performance.now() < leaving.until) await rest()
        try {
            tell()
        } catch (error) {
            reportError(error) // what comes after it is told all the same
        }
        await rest()
    })
}

/** @returns {Promise<void>} */
function rest() {
    return new Promise((done) => setTimeout(done, SENT))
}
