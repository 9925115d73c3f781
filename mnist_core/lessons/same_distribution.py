"""Lesson 8: the data in use must be like the data in training. The class's own digits."""

from __future__ import annotations

from mnist_core.evaluation.intervals import Accuracy, difference
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.lessons.facts import Facts, LessonRun
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet
from mnist_core.lessons.prediction import accuracy_prediction


def check(facts: Facts) -> Outcome:
    """Look for twenty filed drawings, and for a network that was taught with them and measured on others."""
    if facts.collected < LEAST_DRAWINGS:
        return not_yet(
            f"{LEAST_DRAWINGS} filed drawings are needed; there are {facts.collected}: draw "
            f"{LEAST_DRAWINGS - facts.collected} more."
        )
    if facts.own is None or facts.test is None:
        return not_yet(f"{facts.collected} drawings are filed; the network is reading them.")
    measured = _describe_own(facts.own, facts.test)
    taught = [run for run in facts.finished if run.kept_aside and len(run.history.validations) > 1]
    if not taught:
        if facts.under_way:
            return not_yet("The network is being taught: wait for the end of that run.", 1, found=measured)
        return not_yet("Now teach the network with them.", 1, found=measured)
    return Outcome(
        fulfilled=True,
        told=f"{measured} {_describe_teaching(taught[-1])}",
        step=2,
        happened=[100 * facts.own.share],
    )


def _describe_own(own: Accuracy, test: Accuracy) -> str:
    (low, high), (test_low, test_high) = own.interval, test.interval
    told = (
        f"It reads {own.share:.1%} of the {own.count} filed drawings right (95% interval {low:.1%} to {high:.1%}), "
        f"and {test.share:.2%} of MNIST's test images ({test_low:.2%} to {test_high:.2%})."
    )
    least, most = difference(own, test)
    if most < 0:
        return f"{told} The class's digits are read worse: they are not like those it learned from."
    if least > 0:
        return f"{told} The class's digits are read even better."
    return f"{told} These are not enough drawings to tell whether the class's digits are harder."


def _describe_teaching(run: LessonRun) -> str:
    validations = run.history.validations
    before, after = (
        Accuracy(round(one.accuracy * run.kept_aside), run.kept_aside) for one in (validations[0], validations[-1])
    )
    told = (
        f"After the teaching it reads {after.correct} of the {run.kept_aside} drawings kept aside right; before, it "
        f"read {before.correct}."
    )
    if before.interval[1] < after.interval[0]:
        return f"{told} The two intervals do not overlap: teaching helped."
    if after.interval[1] < before.interval[0]:
        return f"{told} The two intervals do not overlap: teaching did harm."
    return f"{told} The two intervals overlap: not enough drawings to tell whether teaching helped."


LESSON = Lesson(
    id="same-distribution",
    number=8,
    title="The same distribution",
    question="The network that comes with the app reads about 99 of 100 test images right. American clerks and "
    "students wrote them, around 1990. How many of 100 digits of your own class does it read right?",
    prediction=accuracy_prediction("Accuracy on the class's own digits"),
    steps=(
        Step(
            text=f"Draw {LEAST_DRAWINGS} digits as you write them, and file each under what it was meant to be.",
            hint="Draw, then choose the digit under “That was a …”. Do not help the network: write as you always do. "
            "Everybody's drawings count together.",
            page="Draw",
        ),
        Step(
            text="Choose “Your hand” under the board, look at the test there, and press Teach.",
            hint="Every fifth drawing is kept aside, so that the taught network is measured on drawings that it has "
            "not learned from.",
            page="Draw",
        ),
    ),
    meaning="A test set tells how a network does on data **from the same distribution**: here, MNIST's scanned "
    "digits. Digits that are drawn with a finger, or by people who write a 1 or a 7 in another way, come from "
    "another one, and no test accuracy promises anything for them. The cure is to train on data like those in use, "
    "and to measure on some of those that were kept aside.",
    challenge="Whose digits does it read worst? Find out what is different about them.",
    check=check,
)
