"""All lessons, in the order in which the article tells its story."""

from __future__ import annotations

from mnist_core.errors import LessonError
from mnist_core.lessons import (
    backpropagation,
    certainty,
    convolution,
    cures,
    function,
    high_bias,
    high_variance,
    learning_rates,
    loss,
    optimizers,
    same_distribution,
    unseen_data,
)
from mnist_core.lessons.lesson import Lesson
from mnist_core.untrusted_text import quoted

LESSONS: tuple[Lesson, ...] = (
    function.LESSON,
    loss.LESSON,
    learning_rates.LESSON,
    unseen_data.LESSON,
    high_bias.LESSON,
    high_variance.LESSON,
    cures.LESSON,
    same_distribution.LESSON,
    convolution.LESSON,
    backpropagation.LESSON,
    optimizers.LESSON,
    certainty.LESSON,
)


def find_lesson(lesson_id: str) -> Lesson:
    """Return the lesson of that id.

    Raises:
        LessonError: there is none.
    """
    for lesson in LESSONS:
        if lesson.id == lesson_id:
            return lesson
    raise LessonError(f"there is no lesson {quoted(lesson_id)}: choose one of the list")
