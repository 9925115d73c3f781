"""What the curves of a run show, in sentences, and one change to try."""
