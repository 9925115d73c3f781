"""Lessons: each is a question, a prediction, something to do, and a check of what was recorded meanwhile."""
