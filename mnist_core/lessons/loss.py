"""Lesson 2: training lowers a loss. The curve is drawn before it is seen."""

from __future__ import annotations

import math

from mnist_core.lessons.drawn_curve import thinned
from mnist_core.lessons.facts import Facts
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.lesson_network import SMALL
from mnist_core.lessons.prediction import Curve

GUESSING = math.log(10)
"""The loss of ten equally likely digits."""
NEAR = 0.35
"""How far the first reported loss may be from that: it is of the first step's images alone."""

CONFIG = SMALL.replace(
    filters=(8,),
    kernel_sizes=(5,),
    batch_size=32,
    optimizer="sgd",
    learning_rate=0.1,
    epochs=20,
    train_size=30_000,
    max_seconds=8,
)
"""One stage, few images a step and a long step: some forty steps are enough, which a busy machine does, too."""


def check(facts: Facts) -> Outcome:
    """Look for a finished run whose loss began near ln 10 and ended below half of that."""
    done = [run for run in facts.finished if run.history.steps]
    if not done:
        return not_yet(
            "The run is under way: wait for its end."
            if facts.under_way
            else "No run has been finished yet: press Start."
        )
    fitting = [run for run in done if abs(run.losses[0][1] - GUESSING) <= NEAR]
    run = (fitting or done)[-1]
    first, last = run.losses[0][1], run.losses[-1][1]
    if not fitting:
        return not_yet(
            "Train a new network with the lesson's settings.",
            found=f"The first loss was {first:.2f}, not near {GUESSING:.2f}, which guessing gives.",
        )
    if last >= first / 2:
        return not_yet(
            f"It has to fall below {first / 2:.2f}: train once more, with a longer “Longest training (seconds)”.",
            found=f"In {run.history.step:,} steps the loss went from {first:.2f} to {last:.2f} only.",
        )
    return Outcome(
        fulfilled=True,
        told=f"The loss began at {first:.2f} and ended at {last:.2f} after {run.history.step:,} steps. Guessing would "
        f"stay at {GUESSING:.2f}, which is ln 10: the natural logarithm of the number of digits.",
        step=1,
        happened=[[x, y] for x, y in thinned(run.losses)],
        curves=(("training loss", thinned(run.losses)),),
    )


LESSON = Lesson(
    id="loss",
    number=2,
    title="Training lowers a loss",
    question="The loss is one number for how wrong a network is: 0 would be perfect. At the start the network only "
    "guesses, and its loss is 2.30. How does the loss move while the network trains for eight seconds?",
    prediction=Curve(
        label="Draw the loss over the eight seconds, from left to right.",
        across="share of the run",
        up="loss",
        high=3.0,
    ),
    steps=(
        Step(
            text="Train the network for eight seconds and watch the loss.",
            hint="Everything is set. Press Start; the run ends by itself.",
            page="Train",
            opens=(planned("fast", CONFIG),),
        ),
    ),
    meaning="**Training lowers a loss**: one number that says how far the ten probabilities are from the truth, "
    "averaged over images. Each step asks backpropagation in which direction every weight lowers the loss, and "
    "moves it a little that way. At first there is much to gain, and the curve is steep. Later each step gains less. "
    "The curve trembles because each step sees other images.",
    challenge="Can you make the curve tremble less, with one setting?",
    check=check,
)
