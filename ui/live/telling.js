/** What views tell the server, one thing after the other. */

/** Milliseconds in which Streamlit has sent what it was told. */
const SENT = 20

/** Ends when what was told last has been sent. */
let sent = Promise.resolve()

/**
 * Tell the server something that nothing else is told with.
 *
 * Streamlit sends together what it is told within one task. If one part of it lies in a fragment, that fragment alone
 * runs, and what another part asked of the whole page is lost.
 *
 * @param {() => void} tell
 */
export function tellAlone(tell) {
    sent = sent.then(() => {
        tell()
        return new Promise((done) => setTimeout(done, SENT))
    })
}
