"""The plain Python package under Digit Lab: train, evaluate and explain a small network on MNIST.

At its root is the vocabulary that all packages speak. Nothing is imported here, so that what needs no torch loads
without it. Import from the modules: `from mnist_core.config import TrainConfig`.
"""
