"""Searches for good hyperparameters: a sweep is a directory, and its points are ordinary runs in a group."""
