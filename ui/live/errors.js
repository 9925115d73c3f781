/** The errors of the live reading. Each message is a sentence for the reader. Twin of mnist_core.errors. */

/** A drawing in which no digit can be seen; the message gives the reason. */
export class DrawingError extends Error {}

/** A file that is no network of this project, or a damaged one. */
export class CheckpointError extends Error {}
