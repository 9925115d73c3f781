/**
 * The words of the field on a page: where one comes up first, it is underlined and explains itself, to a pointer that
 * rests on it and to a finger that taps it. All of them are in a list in the sidebar, for the keyboard.
 *
 * The page's own text is left as it is, since Streamlit replaces it: the words are marked with the CSS custom highlight
 * API, and what is under the pointer is worked out from where they lie. A browser without it has the list alone.
 */

import { CAPTION } from "./texts.js"

/** @typedef {{name: string, spellings: string[], sentence: string, see: string}} Term */
/** @typedef {{pattern: string, terms: Term[]}} Glossary */
/** A term where it comes up first. @typedef {{term: Term, range: Range}} Place */

const MARK = "digit-lab-term"
const PAGE = '[data-testid="stMain"]'
/** Texts that are no prose, or that a click is for. Labels have help of their own, with the same sentences. */
const PASSED_OVER =
    "a, button, label, input, textarea, select, svg, canvas, code, pre, style, script, h1, [role=radio], [role=tab], " +
    "[role=status] [data-testid=stSpinner], [aria-hidden=true], [hidden], .katex, .words, .no-terms"
/** Milliseconds: from the page's last change to the next look; from the pointer's rest to the tip, and back. */
const QUIET = 500
const REST = 250
const GRACE = 350

/** What the tip, outside Streamlit's elements, takes from the theme each time: a browser may change from light to dark. */
const THEME = ["--st-text-color", "--st-background-color", "--st-border-color", "--st-primary-color", "--st-link-color"]

const STYLE = `
    ::highlight(${MARK}) { text-decoration: underline dotted color-mix(in srgb, currentColor 60%, transparent) }
    .words summary { cursor: pointer; ${CAPTION} }
    .words dl { margin: .4rem 0 0; font-size: .85rem; line-height: 1.45 }
    .words dt { font-weight: 600; margin-top: .5rem }
    .words dd { margin: 0 }
    .words button, .term-tip button { all: unset; cursor: pointer; display: block; margin-top: .2rem;
        color: var(--st-link-color, var(--st-primary-color)); text-decoration: underline }
    .words button:focus-visible, .term-tip button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
    .term-tip { position: fixed; z-index: 999990; max-width: min(22rem, calc(100vw - 2rem)); padding: .6rem .8rem;
        border-radius: 8px; font-size: .9rem; line-height: 1.45; color: var(--st-text-color);
        background: var(--st-background-color); border: 1px solid var(--st-border-color);
        box-shadow: 0 4px 16px rgb(0 0 0 / .25) }
`

/** @type {Promise<Glossary> | null} */
let fetched = null

function glossary() {
    fetched ??= fetch(new URL("live/glossary", document.baseURI)).then((answer) => answer.json())
    return fetched
}

/** The list in the sidebar, and what is under the pointer. */
class Words {
    /**
     * @param {HTMLElement} root
     * @param {Glossary} known
     * @param {(name: string, value: string) => void} tell
     */
    constructor(root, known, tell) {
        this.tell = tell
        this.found = new RegExp(known.pattern, "gi")
        this.bySpelling = new Map(known.terms.flatMap((term) => term.spellings.map((one) => [one, term])))
        /** @type {Place[]} */
        this.places = []
        /** Under the pointer. @type {Place | null} */
        this.over = null
        this.listed = ""
        this.timer = 0
        this.tipTimer = 0
        root.innerHTML =
            `<style>${STYLE}</style><details class="words" hidden><summary>Words on this page</summary><dl></dl></details>` +
            '<div class="term-tip" role="tooltip" hidden></div>'
        this.list = /** @type {HTMLDetailsElement} */ (root.querySelector(".words"))
        this.tip = /** @type {HTMLElement} */ (root.querySelector(".term-tip"))
        this.here = new AbortController()
        const { signal } = this.here
        // In a narrow window the sidebar lies outside it, and what is in it with it: the tip belongs to the page.
        document.body.append(this.tip)
        document.addEventListener("pointermove", (event) => this.point(event), { signal, passive: true })
        document.addEventListener("click", (event) => this.tap(event), { signal })
        document.addEventListener("keydown", ({ key }) => key === "Escape" && this.hide(), { signal })
        document.addEventListener("scroll", () => this.hide(), { signal, capture: true, passive: true })
        this.observer = new MutationObserver(() => this.soon())
        this.observer.observe(document.body, { childList: true, characterData: true, subtree: true })
        this.look()
    }

    leave() {
        this.here.abort()
        this.observer.disconnect()
        clearTimeout(this.timer)
        clearTimeout(this.tipTimer)
        this.tip.remove()
        window.CSS.highlights?.delete(MARK)
    }

    soon() {
        this.timer ||= setTimeout(() => {
            this.timer = 0
            this.look()
        }, QUIET)
    }

    /** Find each term where it comes up first. */
    look() {
        const page = document.querySelector(PAGE)
        if (!page) return
        const seen = new Set()
        this.places = []
        const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT)
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (const match of (node.nodeValue ?? "").matchAll(this.found)) {
                const term = this.term(match[0])
                if (!term || seen.has(term) || !isProse(node)) continue
                seen.add(term)
                const range = new Range()
                range.setStart(node, match.index)
                range.setEnd(node, match.index + match[0].length)
                this.places.push({ term, range })
            }
        }
        window.CSS.highlights?.set(MARK, new Highlight(...this.places.map(({ range }) => range)))
        this.show()
    }

    /** @param {string} written */
    term(written) {
        const small = written.toLowerCase()
        return this.bySpelling.get(small) ?? this.bySpelling.get(small.replace(/s$/, ""))
    }

    /** Show the list, if it is another one. */
    show() {
        const terms = this.places.map(({ term }) => term).sort((a, b) => a.name.localeCompare(b.name))
        const listed = terms.map(({ name }) => name).join("|")
        if (listed === this.listed) return
        this.listed = listed
        this.list.hidden = !terms.length
        const items = terms.flatMap((term) => {
            const name = document.createElement("dt")
            const meaning = document.createElement("dd")
            name.textContent = term.name
            meaning.append(term.sentence, this.way(term))
            return [name, meaning]
        })
        this.list.querySelector("dl")?.replaceChildren(...items)
    }

    /** @param {Term} term */
    way(term) {
        const button = document.createElement("button")
        button.type = "button"
        button.textContent = `See it on ${term.see}`
        button.setAttribute("aria-label", `See ${term.name} on ${term.see}`)
        button.onclick = () => {
            this.hide()
            this.tell("see", term.name)
        }
        return button
    }

    /** @param {PointerEvent} event */
    point(event) {
        if (event.pointerType === "touch" || event.buttons) return
        if (event.target instanceof Node && this.tip.contains(event.target)) {
            clearTimeout(this.tipTimer)
            this.tipTimer = 0
            this.over = null
            return
        }
        const place = this.at(event)
        if (place === this.over) return
        this.over = place
        clearTimeout(this.tipTimer)
        this.tipTimer = setTimeout(() => (place ? this.explain(place) : this.hide()), place ? REST : GRACE)
    }

    /** @param {MouseEvent} event */
    tap(event) {
        if (event.target instanceof Node && this.tip.contains(event.target)) return
        const place = this.at(event)
        if (place) this.explain(place)
        else this.hide()
    }

    /**
     * The term at a point, where nothing else lies over it.
     *
     * @param {{clientX: number, clientY: number, target: EventTarget | null}} point
     */
    at({ clientX: x, clientY: y, target }) {
        const place = this.places.find(({ range }) =>
            [...range.getClientRects()].some(
                ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
            ),
        )
        const written = place?.range.startContainer.parentElement
        return place && target instanceof Node && written?.contains(target) ? place : null
    }

    /** @param {Place} place */
    explain({ term, range }) {
        const name = document.createElement("b")
        name.textContent = `${term.name[0].toUpperCase()}${term.name.slice(1)}. `
        this.tip.replaceChildren(name, term.sentence, this.way(term))
        const sidebars = getComputedStyle(this.list)
        for (const name of THEME) this.tip.style.setProperty(name, sidebars.getPropertyValue(name))
        this.tip.style.fontFamily = sidebars.fontFamily
        this.tip.hidden = false
        const at = range.getBoundingClientRect()
        const { offsetWidth: width, offsetHeight: height } = this.tip
        const below = at.bottom + 4 + height <= innerHeight
        this.tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`
        this.tip.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`
    }

    hide() {
        this.tip.hidden = true
        this.over = null
    }
}

/**
 * Whether a text is part of what is read, and in sight.
 *
 * @param {Node} node
 */
function isProse(node) {
    const around = node.parentElement
    return !!around && !around.closest(PASSED_OVER) && around.checkVisibility()
}

/** @type {WeakMap<HTMLElement, Words>} */
const shown = new WeakMap()

/**
 * @param {HTMLElement} root
 * @param {(name: string, value: string) => void} tell Called with "see" and a term's name.
 */
export async function show(root, tell) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".glossary"))
    const known = await glossary()
    const words = shown.get(place)
    if (words) words.tell = tell
    else if (place.isConnected) shown.set(place, new Words(place, known, tell))
}

/** @param {HTMLElement} root */
export function hide(root) {
    const place = /** @type {HTMLElement} */ (root.querySelector(".glossary"))
    shown.get(place)?.leave()
    shown.delete(place)
}
