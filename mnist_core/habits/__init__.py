"""Handwriting that MNIST lacks: how people elsewhere, or of other professions, write the ten digits."""
