"""The form of a training, and the run that is watched on the Train page."""
