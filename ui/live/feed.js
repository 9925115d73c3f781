/** Asks the server for something again and again, while somebody looks at it. */

/** Milliseconds after which a question without an answer is asked again; and one that the server has refused. */
const RETRY = 2000
const REFUSED = 10_000

/** Milliseconds after which an answer is taken to be lost: a phone out of reach may never hear that it is. */
const LONGEST = 15_000
const LOST = "no answer"

/** One address that is asked as long as the page is in sight and has a listener. */
export class Feed {
    /**
     * @param {() => string} address Relative to the app's own.
     * @param {(answer: any) => number | null} take Takes an answer and says in how many milliseconds to ask again; null:
     *     not before somebody wants to know.
     * @param {(problem: string | null) => void} tell Told a sentence when there is no answer, and null when there is one
     *     again.
     */
    constructor(address, take, tell) {
        this.address = address
        this.take = take
        this.tell = tell
        this.timer = 0
        this.due = true
        /** @type {AbortController | null} */
        this.asking = null
        this.turned = () => (document.hidden ? this.pause() : this.go())
        document.addEventListener("visibilitychange", this.turned)
    }

    /** Ask now, unless nobody sees the page or a question is under way. */
    async go() {
        this.due = true
        if (document.hidden || this.asking) return
        clearTimeout(this.timer)
        this.due = false
        const asking = new AbortController()
        this.asking = asking
        const lost = setTimeout(() => asking.abort(LOST), LONGEST)
        const again = await this.ask(asking.signal)
        clearTimeout(lost)
        if (this.asking !== asking) return // paused or ended meanwhile
        this.asking = null
        if (this.due) this.go()
        else if (again !== null) this.timer = setTimeout(() => this.go(), again)
    }

    /**
     * @param {AbortSignal} signal
     * @returns {Promise<number | null>} Milliseconds until it is worth asking again.
     */
    async ask(signal) {
        const ended = () => signal.aborted && signal.reason !== LOST
        try {
            const response = await fetch(new URL(this.address(), document.baseURI), { signal, cache: "no-store" })
            const answer = await response.json()
            if (ended()) return null
            if (!response.ok) {
                this.tell(answer.problem)
                return response.status < 500 ? REFUSED : RETRY
            }
            this.tell(null)
            return this.take(answer)
        } catch (error) {
            if (ended()) return null
            console.warn(error)
            this.tell("The server does not answer: asking again.")
            return RETRY
        }
    }

    /** Ask no more until the page is seen again. */
    pause() {
        clearTimeout(this.timer)
        this.asking?.abort()
        this.asking = null
    }

    /** Ask no more. */
    end() {
        this.pause()
        document.removeEventListener("visibilitychange", this.turned)
    }
}
