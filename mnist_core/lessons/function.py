"""Lesson 1: a model is a function. A drawing is changed until the answer flips."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mnist_core.formatting import percent
from mnist_core.lessons.facts import Facts, Reading
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import Choice


def check(facts: Facts) -> Outcome:
    """Look for two readings of one drawing that differ and are both taken for digits."""
    flips = [(a, b) for a, b in pairwise(facts.readings) if a.drawing == b.drawing and a.digit != b.digit]
    accepted = [(a, b) for a, b in flips if not a.rejected and not b.rejected]
    if accepted:
        before, after = accepted[-1]
        return Outcome(
            fulfilled=True,
            told=f"The drawing was read as {_describe(before)}. One stroke more, and it was read as "
            f"{_describe(after)}.",
            step=1,
            happened=[str(after.digit)],
        )
    if flips:
        before, after = flips[-1]
        which = "second" if after.rejected else "first"
        return not_yet(
            f"The answer went from {before.digit} to {after.digit}, but the {which} drawing was refused as no digit. "
            "Both have to pass for digits: clear the board and change less at a time."
        )
    if not facts.readings:
        return not_yet("Nothing has been read yet.")
    return not_yet(f"{_describe_so_far(facts.readings)} Add a stroke that closes the top of the 4 a little more.")


def _describe(reading: Reading) -> str:
    return f"a **{reading.digit}**, {percent(reading.certainty)} sure"


def _describe_so_far(readings: Sequence[Reading]) -> str:
    last = [reading for reading in readings if reading.drawing == readings[-1].drawing]
    times = "once" if len(last) == 1 else f"{len(last)} times"
    return f"This drawing was read {times}, each time as {last[-1].digit}."


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
