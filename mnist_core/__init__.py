"""The plain Python package under Digit Lab: train, evaluate and explain a small network on MNIST.

Nothing is imported here, so that `mnist_core.config`, `events`, `history`, `runs`, `jobs` and `figures` load without
torch. Import from the modules: `from mnist_core.config import TrainConfig`.
"""
