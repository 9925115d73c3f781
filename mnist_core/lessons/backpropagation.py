"""Lesson 10: backpropagation, for one weight of the last layer: (p - y) times h."""

from __future__ import annotations

from mnist_core.formatting import brief, signed
from mnist_core.lessons.facts import Answer, Facts
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import Choice

GRADIENT, LOSS = "gradient", "loss"
"""What an answer is of: the weight's gradient beside autograd's; and the loss after the step beside the one before."""
WITHIN = 0.02
"""How far the gradient may be from autograd's, as a share of it."""


def check(facts: Facts) -> Outcome:
    """Look for a gradient within 2 % of autograd's, and for a step after which the loss was lower."""
    latest: dict[str, Answer] = {answer.name: answer for answer in facts.answers}
    gradient, loss = latest.get(GRADIENT), latest.get(LOSS)
    if gradient is None:
        return not_yet("The gradient is still to be worked out: (p − y) · h.")
    apart = abs(gradient.given - gradient.right)
    if apart > WITHIN * abs(gradient.right):
        sign = " The sign is the other one." if gradient.given * gradient.right < 0 else ""
        return not_yet(
            f"You answered {brief(gradient.given)}: that is {apart / abs(gradient.right):.0%} from the gradient that "
            f"PyTorch computes, and it has to be within {WITHIN:.0%}.{sign}"
        )
    right = f"You worked out {brief(gradient.given)}; PyTorch computes {signed(gradient.right, 4)}."
    if loss is None:
        return not_yet(f"{right} Now do one step on this image.", 1)
    if loss.given >= loss.right:
        return not_yet(f"{right} But the loss went from {loss.right:.4f} to {loss.given:.4f}: take a shorter step.", 1)
    return Outcome(
        fulfilled=True,
        told=f"{right} One step against the gradient took the loss of this image from {loss.right:.4f} to "
        f"{loss.given:.4f}.",
        step=2,
        happened=["up" if gradient.right < 0 else "down"],
    )


LESSON = Lesson(
    id="backpropagation",
    number=10,
    title="Backpropagation",
    question="The network reads the image below, and is not sure of its true digit. The output of that digit adds up "
    "what the units of the layer before put out, each times a weight. Which way does training move one of these "
    "weights?",
    prediction=Choice(
        label="Training makes the weight …",
        options={"up": "larger", "down": "smaller", "same": "neither larger nor smaller"},
    ),
    steps=(
        Step(
            text="Work out the weight's gradient, (p − y) · h, with its sign, and type it.",
            hint="p is the probability that the network gives the digit, y is 1 for the true digit and 0 for any "
            "other, and h is what the unit puts out.",
            part="gradient",
        ),
        Step(
            text="Do one step on this one image, and see what its loss does.",
            hint="A step moves every weight a little against its gradient.",
            part="gradient",
        ),
    ),
    meaning="The **gradient** of a weight says how the loss changes when the weight grows. Its sign says which way "
    "to go, its size how much there is to gain. In the last layer it is the output's error, p − y, times what came "
    "in, h. **Backpropagation** takes that error back through the layers, from the last to the first, so that every "
    "weight gets its own gradient. A step moves all weights against their gradients at once.",
    challenge="From the same unit a weight leads to each other digit. Which of them has the largest gradient, and why "
    "has it the other sign?",
    check=check,
)
