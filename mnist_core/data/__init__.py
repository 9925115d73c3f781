"""MNIST, its augmentation and its corruptions."""
