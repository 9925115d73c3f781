"""Lesson 9: a convolution is a sum of products, worked out by hand."""

from __future__ import annotations

from mnist_core.formatting import brief, signed
from mnist_core.lessons.facts import Answer, Facts
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import Number, Numbers

SHOWN, HIDDEN = "with the products shown", "with the products hidden"
"""The two pixels that are worked out."""
WITHIN = 0.01
"""How far an answer may be from the network's own sum."""


def check(facts: Facts) -> Outcome:
    """Look for an answer within a hundredth of the network's own sum, for each of the two pixels."""
    latest: dict[str, Answer] = {answer.name: answer for answer in facts.answers}
    right = {name: answer for name, answer in latest.items() if abs(answer.given - answer.right) <= WITHIN + 1e-9}
    for step, name in enumerate((SHOWN, HIDDEN)):
        if name in right:
            continue
        if name not in latest:
            return not_yet(f"The pixel {name} is still to be worked out.", step)
        given, apart = latest[name].given, abs(latest[name].given - latest[name].right)
        sign = " Look at the signs." if given * latest[name].right < 0 else ""
        return not_yet(
            f"You answered {brief(given)} for the pixel {name}: that is {apart:.3g} from the network's own sum, and it "
            f"has to be within {WITHIN:g}.{sign}",
            step,
        )
    return Outcome(
        fulfilled=True,
        told=" ".join(
            f"For the pixel {name} you worked out {brief(right[name].given)}; the network's own sum is "
            f"{signed(right[name].right, 4)}."
            for name in (SHOWN, HIDDEN)
        ),
        step=2,
        happened=[right[SHOWN].right],
    )


LESSON = Lesson(
    id="convolution",
    number=9,
    title="A convolution",
    question="A filter is a small square of weights. It lies on a small square of the image. Each weight is "
    "multiplied by the grey value under it, and the products are added up. Look at the two squares below. What is the "
    "sum, roughly?",
    prediction=Numbers((Number(label="Your estimate of the sum", low=-10, high=10, step=0.1, unit=""),)),
    steps=(
        Step(
            text="Add up the products, and type the sum.",
            hint="A pocket calculator is allowed. Most products are 0 where the image is black.",
            part="convolution",
        ),
        Step(
            text="This is another place of the image. Multiply and add up by yourself.",
            hint="Grey value times weight, place by place; then add up the products.",
            part="convolution",
        ),
    ),
    meaning="That was one pixel of one **feature map**. The network does the same at every place of the image with "
    "the same weights: this is a **convolution**. A filter whose weights look like an edge gives large sums where "
    "the image has such an edge. What the weights are, training decides.",
    challenge="On the page Inside, find a filter that answers to upright strokes alone.",
    check=check,
)
