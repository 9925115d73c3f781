"""Diagnosis of a run: a verdict, its reasons in sentences, and one change to try."""
