"""The kinds of prediction: what a learner may answer, how it is written, and how it lies beside what happened.

A prediction is a list of texts, of numbers or of points, as JSON has it. No torch, no Streamlit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mnist_core.errors import LessonError
from mnist_core.formatting import brief
from mnist_core.lessons.drawn_curve import describe_distance, thinned
from mnist_core.untrusted_text import quoted

Prediction: TypeAlias = list[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of several options."""

    label: str
    options: Mapping[str, str]
    """The text of each, by its key."""

    def taken(self, value: object) -> Prediction:
        """Return a prediction of this kind; raises LessonError for anything else, as all kinds do."""
        if not isinstance(value, list) or len(value) != 1 or value[0] not in self.options:
            raise LessonError(f"choose one of {', '.join(self.options.values())}, received {quoted(value)}")
        return value

    def recorded(self, value: Any) -> Prediction:
        """Return what happened, read back from a record, as all kinds do; raises LessonError where it is none."""
        return self.taken(value)

    def describe(self, value: Prediction) -> str:
        """Return the prediction in words."""
        return self.options[value[0]]

    def describe_comparison(self, predicted: Prediction, happened: Prediction) -> str:
        """Return what was predicted beside what happened, in a sentence."""
        said, came = self.describe(predicted), self.describe(happened)
        if predicted == happened:
            return f"You predicted **{said}**, and so it was."
        return f"You predicted **{said}**; it was **{came}**."


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One of the numbers of a prediction."""

    label: str
    low: float
    high: float
    step: float
    unit: str
    """As it follows the number, with its space."""

    def rounded(self, value: float) -> float:
        """Round what happened to one decimal more than can be predicted: more would say nothing of the prediction."""
        return round(value, 1 + max(0, -math.floor(math.log10(self.step))))

    def write(self, value: float) -> str:
        """Return a value with its unit, of 1 in the singular."""
        return f"{brief(value)}{self.unit.removesuffix('s') if value == 1 else self.unit}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number or several."""

    parts: tuple[Number, ...]

    def taken(self, value: object) -> Prediction:
        """Return a prediction of this kind."""
        if not isinstance(value, list) or len(value) != len(self.parts):
            raise LessonError(f"expected {len(self.parts)} numbers, received {quoted(value)}")
        for number, part in zip(value, self.parts, strict=True):
            known = isinstance(number, int | float) and not isinstance(number, bool)
            if not known or not part.low <= number <= part.high:
                raise LessonError(
                    f"{part.label} must be a number from {part.low:g} to {part.high:g}, received {quoted(number)}"
                )
        return [float(number) for number in value]

    def recorded(self, value: Any) -> Prediction:
        """Return what happened, read back from a record: it may lie beyond what can be predicted."""
        if len(value) != len(self.parts):
            raise LessonError(f"expected {len(self.parts)} numbers, received {quoted(value)}")
        return [float(number) for number in value]

    def describe(self, value: Prediction) -> str:
        """Return the prediction in words."""
        if len(self.parts) == 1:
            return self.parts[0].write(value[0])
        written = [f"{part.label}: {part.write(one)}" for one, part in zip(value, self.parts, strict=True)]
        return "; ".join(written)

    def describe_comparison(self, predicted: Prediction, happened: Prediction) -> str:
        """Return what was predicted beside what happened, in a sentence for each number."""
        sentences = []
        for said, came, part in zip(predicted, happened, self.parts, strict=True):
            came = part.rounded(came)
            apart = part.rounded(came - said)
            more = "more" if apart > 0 else "less"
            which = f"{part.label}: you" if len(self.parts) > 1 else "You"
            points = "" if part.unit != "%" else " point" if abs(apart) == 1 else " points"
            told = f"{abs(apart):g}{points} {more}" if abs(apart) >= part.step else "as good as the same"
            sentences.append(f"{which} predicted **{part.write(said)}**; it was **{part.write(came)}**, {told}.")
        return " ".join(sentences)


def accuracy_prediction(label: str) -> Numbers:
    """Return the prediction of an accuracy, in whole per cent."""
    return Numbers((Number(label=label, low=0, high=100, step=1, unit="%"),))


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """All options, the first one first."""

    label: str
    options: Mapping[str, str]

    def taken(self, value: object) -> Prediction:
        """Return a prediction of this kind."""
        if not isinstance(value, list) or sorted(map(str, value)) != sorted(self.options):
            raise LessonError(f"put each of {', '.join(self.options.values())} in one place of the order")
        return value

    def recorded(self, value: Any) -> Prediction:
        """Return what happened, read back from a record."""
        return self.taken(value)

    def describe(self, value: Prediction) -> str:
        """Return the prediction in words."""
        return ", then ".join(self.options[key] for key in value)

    def describe_comparison(self, predicted: Prediction, happened: Prediction) -> str:
        """Return what was predicted beside what happened, in a sentence."""
        same = sum(a == b for a, b in zip(predicted, happened, strict=True))
        places = "every place" if same == len(happened) else f"{same} of the {len(happened)} places"
        said, came = self.describe(predicted), self.describe(happened)
        return f"You predicted **{said}**; it was **{came}**: {places} as predicted."


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A curve over the run, drawn by hand: points [share of the run, value], the share from 0 to 1 and rising."""

    label: str
    across: str
    """What runs along the horizontal axis."""
    up: str
    """What the vertical axis measures."""
    high: float
    """The largest value that can be drawn; the smallest is 0."""

    def taken(self, value: object) -> Prediction:
        """Return a prediction of this kind, in at most a hundred points."""
        points = value if isinstance(value, list) else []
        inside = all(self._is_point(point) for point in points)
        shares = [point[0] for point in points] if inside else []
        if len(points) < 2 or not inside or shares != sorted(set(shares)) or shares[-1] - shares[0] < 0.5:
            raise LessonError("draw one curve, from left to right, over at least half of the width")
        return [[float(x), float(y)] for x, y in thinned(points)]

    def _is_point(self, point: object) -> bool:
        if not isinstance(point, list | tuple) or len(point) != 2:
            return False
        x, y = point
        real = all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in point)
        return real and 0 <= x <= 1 and 0 <= y <= self.high

    def recorded(self, value: Any) -> Prediction:
        """Return what happened, read back from a record: it may lie beyond what can be drawn."""
        return [[float(x), float(y)] for x, y in value]

    def describe(self, value: Prediction) -> str:
        """Return the prediction in words: where the curve begins and ends."""
        return f"a curve from {value[0][1]:.2f} to {value[-1][1]:.2f}"

    def describe_comparison(self, predicted: Prediction, happened: Prediction) -> str:
        """Return how far the drawn curve lies from the real one, in a sentence or two."""
        return describe_distance(_points(predicted), _points(happened))


Kind: TypeAlias = Choice | Numbers | Order | Curve


def _points(value: Prediction) -> Sequence[tuple[float, float]]:
    return [(x, y) for x, y in value]
