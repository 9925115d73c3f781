"""Lesson 1: a model is a function. A drawing is changed until the answer flips."""

from __future__ import annotations

from itertools import pairwise

from mnist_core.formatting import percent
from mnist_core.lessons.facts import Facts, Reading
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import Choice


def check(facts: Facts) -> Outcome:
    """Look for a drawing that was read as a 4 and then as another digit. What is refused as no digit does not count."""
    if not facts.readings:
        return not_yet("Nothing has been read yet.")
    accepted = [(i, reading) for i, reading in enumerate(facts.readings) if not reading.rejected]
    flips = [
        (before, after)
        for before, after in pairwise(accepted)
        if before[1].drawing == after[1].drawing and before[1].digit == 4 != after[1].digit
    ]
    if flips:
        (first, before), (second, after) = flips[-1]
        more = "One stroke more" if second - first == 1 else f"{second - first} strokes more"
        return Outcome(
            fulfilled=True,
            told=f"The drawing was read as {_describe(before)}. {more}, and it was read as {_describe(after)}.",
            step=1,
            happened=[str(after.digit)],
        )
    now = facts.readings[-1]
    if now.rejected:
        return not_yet("This is taken for no digit: draw on, or take the last stroke back and change less.")
    if now.digit != 4:
        return not_yet(f"It is read as {_describe(now)}: first draw a 4 with a wide open top.")
    return not_yet(f"It is read as {_describe(now)}. Now close the top a little more.")


def _describe(reading: Reading) -> str:
    return f"a **{reading.digit}**, {percent(reading.certainty)} sure"


LESSON = Lesson(
    id="function",
    number=1,
    title="y = F(x)",
    question="A network is a function: the 784 grey values of an image go in, and ten probabilities come out, one for "
    "each digit. What does it make of a 4 whose top closes, stroke by stroke?",
    prediction=Choice(
        label="A 4 whose open top is closed is read as a …", options={str(digit): str(digit) for digit in range(10)}
    ),
    steps=(
        Step(
            text="Draw a 4 with an open top. Then close the top with small strokes until the answer is another digit.",
            hint="Lift the pen after each stroke: each time the network reads the drawing anew. A slanted line across "
            "the top is enough.",
            part="board",
        ),
    ),
    meaning="The network has no idea of a 4. It is a function **y = F(x)**: each grey value x that you changed moved "
    "all ten outputs y a little, without a jump. The answer is the digit with the largest output. At some stroke "
    "another output became the largest, and so the answer flipped. Training finds this function F from examples.",
    challenge="Find the smallest stroke that flips the answer. Where on the digit is it?",
    check=check,
)
