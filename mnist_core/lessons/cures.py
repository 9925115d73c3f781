"""Lesson 7: regularisation and more data. One change to the run of lesson 4 closes a part of its gap."""

from __future__ import annotations

from mnist_core.evaluation.paired_test import SURE
from mnist_core.formatting import in_words
from mnist_core.lessons import unseen_data
from mnist_core.lessons.facts import Facts, LessonRun, PairedCounts, differing_fields
from mnist_core.lessons.lesson import Lesson, Outcome, Step, not_yet, planned
from mnist_core.lessons.prediction import Choice

_BASE = unseen_data.CONFIG
CURES = {
    "train_size": ("ten times as many images", _BASE.replace(train_size=3_000)),
    "rotation": ("images turned at random", _BASE.replace(rotation=15.0)),
    "dropout": ("dropout", _BASE.replace(dropout=0.5)),
    "weight_decay": ("weight decay", _BASE.replace(weight_decay=0.001)),
}
"""By the field that it changes: what each is called, and the settings."""

_MOST = 3
"""A run that differs from lesson 4's in more settings is another lesson's, and no try at a cure."""


def check(facts: Facts) -> Outcome:
    """Look for a run that differs from the one of lesson 4 in one field, and has a smaller gap and fewer mistakes.

    The gap alone does not tell: it also becomes smaller where the training images are read worse.
    """
    bases = [run for run in facts.finished if run.config == _BASE]
    if not bases:
        return not_yet("The run of lesson 4 is needed to compare with: train it first.", 0)
    base = bases[-1]
    changed = [run for run in facts.finished if len(differing_fields(run.config, _BASE)) == 1]
    if not changed:
        others = [fields for run in facts.finished if 1 < len(fields := differing_fields(run.config, _BASE)) <= _MOST]
        if others:
            fields = [name.replace("_", " ") for name in others[-1]]
            return not_yet(
                f"Your last run differs in {len(fields)} settings ({', '.join(fields)}): change one alone.",
                1,
                found="Of several changes at once nobody can say which of them did it.",
            )
        return not_yet(f"The run of lesson 4 has a gap of {100 * base.gap:.1f} points. Now make one change to it.", 1)
    smaller = [run for run in changed if _helps(run, base)]
    run = (smaller or changed)[-1]
    (name,) = differing_fields(run.config, _BASE)
    before, after = (in_words(one.to_dict()[name]) for one in (_BASE, run.config))
    told = (
        f"With {describe_cure(name)} ({name.replace('_', ' ')} {before} → {after}) the gap is {100 * run.gap:.1f} "
        f"points instead of {100 * base.gap:.1f}, and {run.test_accuracy:.1%} of the test images are read right "
        f"instead of {base.test_accuracy:.1%}."
    )
    if not smaller:
        return not_yet("That is no cure: try another change.", 1, found=told)
    pairing = facts.pairings.get((base.id, run.id))
    if pairing is None:
        return not_yet("Both networks are being compared, image by image.", 1, found=told)
    best = max(smaller, key=lambda one: one.test_accuracy)
    (helped,) = differing_fields(best.config, _BASE)
    tried = {differing_fields(one.config, _BASE)[0] for one in changed}
    return Outcome(
        fulfilled=True,
        told=f"{told} {_describe_pairing(pairing)}{_describe_others(smaller)}",
        step=2,
        # Which helps most can be said of those alone that were tried, and another change was no option.
        happened=[helped] if helped in CURES and len(tried & CURES.keys()) > 1 else None,
    )


def wanted_pairing(facts: Facts) -> tuple[LessonRun, LessonRun] | None:
    """Return the two runs whose networks have to be compared on the test images; None where there are none yet."""
    bases = [run for run in facts.finished if run.config == _BASE]
    changed = [run for run in facts.finished if len(differing_fields(run.config, _BASE)) == 1]
    smaller = [run for run in changed if bases and _helps(run, bases[-1])]
    return (bases[-1], smaller[-1]) if smaller else None


def _helps(run: LessonRun, base: LessonRun) -> bool:
    return run.gap < base.gap and run.test_accuracy > base.test_accuracy


def describe_cure(field: str) -> str:
    """Return what a change of that field is called."""
    return CURES[field][0] if field in CURES else f"a change of {field.replace('_', ' ')}"


def _describe_pairing(pairing: PairedCounts) -> str:
    counts = (
        f"Of the 10,000 test images, {pairing.only_second:,} are read right by the new network alone, and "
        f"{pairing.only_first:,} by the old one alone"
    )
    if pairing.p < SURE:
        return f"{counts}: that is no luck."
    return f"{counts}: luck could do that (probability {pairing.p:.2f})."


def _describe_others(smaller: list[LessonRun]) -> str:
    found = {differing_fields(run.config, _BASE)[0]: run.test_accuracy for run in smaller}
    if len(found) < 2:
        return ""
    order = sorted(found, key=lambda name: found[name], reverse=True)
    accuracies = ", ".join(f"{describe_cure(name)} ({found[name]:.1%})" for name in order)
    return f" Of what you tried, the best on the test images comes first: {accuracies}."


LESSON = Lesson(
    id="cures",
    number=7,
    title="Regularisation and more data",
    question="The network of lesson 4 knows its 300 images by heart, and reads new ones much worse. Four changes might "
    "help. Dropout leaves out some units at random in each step; weight decay pulls all weights towards 0. Which "
    "change helps it most with new images?",
    prediction=Choice(
        label="It reads most new images right with …", options={field: name for field, (name, _) in CURES.items()}
    ),
    steps=(
        Step(
            text="Train the network of lesson 4, to compare with.",
            hint="Whoever has done lesson 4 has it already.",
            starts=(planned("overfit", _BASE, "lesson 4's network"),),
        ),
        Step(
            text="Make one change to that run, and train it.",
            hint="Choose a cure: it opens Train with lesson 4's settings and this one change. Press Start there.",
            page="Train",
            opens=tuple(planned("overfit", config, name) for name, config in CURES.values()),
        ),
    ),
    meaning="A network that knows its images by heart is cured by what makes that harder. **More images** help most, "
    "where there are any. **Augmentation** makes new ones from the old. **Dropout** and **weight decay** are "
    "**regularisation**: they keep the network from relying on single units, or on large weights. One change at a time "
    "tells what helped, and a paired test tells whether it was luck.",
    challenge="Try another of the cures. Which one helps more, and is the difference more than luck?",
    check=check,
    earlier_runs=True,
)
