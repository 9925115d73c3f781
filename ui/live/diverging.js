/** The one colour scale of signed numbers. Twin of mnist_core.figures.diverging. */

const STOPS = [
    [0xcf, 0xe8, 0xff],
    [0x3d, 0x8f, 0xe0],
    [0x00, 0x00, 0x00],
    [0xe0, 0x7b, 0x1f],
    [0xff, 0xe6, 0xbf],
]

/**
 * Red, green and blue, 0 to 255, of a number between -limit and limit.
 *
 * @param {number} value
 * @param {number} limit
 */
export function colour(value, limit) {
    const place = (Math.min(Math.max(value / limit, -1), 1) / 2 + 0.5) * (STOPS.length - 1)
    const before = Math.min(Math.floor(place), STOPS.length - 2)
    return STOPS[before].map((part, i) => Math.round(part + (STOPS[before + 1][i] - part) * (place - before)))
}
