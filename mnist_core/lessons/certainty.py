"""Lesson 12: how sure is sure? Certainty against mistakes, and a drawing that is read wrong with great certainty."""

from __future__ import annotations

from mnist_core.formatting import percent
from mnist_core.lessons.facts import Facts, Threshold
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import Number, Numbers

SURE = 0.99
"""The certainty that the question asks about."""
CONFIDENT = 0.9
"""From which a mistake counts as confident."""


def check(facts: Facts) -> Outcome:
    """Look for two thresholds that were compared, and for a filed drawing that is read wrong with certainty."""
    looked = {threshold.certainty: threshold for threshold in facts.thresholds}
    if len(looked) < 2 or SURE not in looked:
        return not_yet(
            f"Move the threshold to at least two places, {SURE:.0%} among them, and compare what is answered and "
            "what is wrong."
        )
    curve = " ".join(_describe(looked[certainty]) for certainty in sorted(looked)[-4:])
    mistakes = [one for one in facts.filed if one.digit != one.label and not one.rejected]
    confident = [one for one in mistakes if one.certainty >= CONFIDENT]
    if not confident:
        if not facts.filed:
            return not_yet(f"Now draw and file one that it reads wrong, at least {CONFIDENT:.0%} sure.", 1, found=curve)
        if not mistakes:
            return not_yet("None of your filed drawings was read wrong yet.", 1, found=curve)
        surest = percent(max(one.certainty for one in mistakes))
        return not_yet(f"Your surest mistake so far was {surest} sure: {CONFIDENT:.0%} is needed.", 1, found=curve)
    found = max(confident, key=lambda one: one.certainty)
    asked = looked[SURE]
    return Outcome(
        fulfilled=True,
        told=f"{curve} Your drawing of a {found.label} was read as {found.digit}, {percent(found.certainty)} sure.",
        step=2,
        happened=[100 * asked.wrong / max(1, asked.answered)],
    )


def _describe(threshold: Threshold) -> str:
    return (
        f"From {100 * threshold.certainty:g}% sure on it answers {threshold.answered:,} images, and "
        f"{threshold.wrong:,} of the answers are wrong."
    )


LESSON = Lesson(
    id="certainty",
    number=12,
    title="How sure is sure",
    question="The network says how sure it is. Of 100 answers of which it is at least 99% sure, how many are wrong?",
    prediction=Numbers((Number(label="Wrong answers", low=0, high=100, step=0.1, unit=" of 100"),)),
    steps=(
        Step(
            text="Move the threshold: from which certainty on shall the network answer? Compare what is left and "
            "what is wrong.",
            hint="Look at 99% at least once: that answers the question.",
            part="threshold",
        ),
        Step(
            text="Draw a digit that it reads wrong although it is sure, and file it under what it was meant to be.",
            hint="A drawing that is refused as no digit does not count. A 1 with a long flag, a 7 "
            "with a bar, or a 9 with a round foot are worth a try.",
            page="Draw",
            model="notebook",
        ),
    ),
    meaning="A probability of 99% is a claim about many answers: about one in a hundred of them may be wrong. "
    "How well such claims hold is called **calibration**. It can be measured, but only for images like those at "
    "hand. A **threshold** trades: fewer answers, fewer mistakes, but never none. A network can be very sure and "
    "wrong, most of all with drawings unlike those it learned from.",
    challenge="Which threshold would you choose for reading postal codes, and which for a game?",
    check=check,
)
