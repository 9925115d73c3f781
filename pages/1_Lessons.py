"""Lessons: a question, your prediction, you do it, what happened, and what it means."""

from ui import shell
from ui.lessons import one_lesson, overview, state
from ui.shared import lesson_state

shell.page("Lessons")
lesson = state.lesson()
if lesson is None:
    overview.show()
else:
    one_lesson.show(lesson)
lesson_state.arrive()
