"""The plain Python package under Digit Lab: train, evaluate and explain a small network on MNIST.

At its root is the vocabulary that all packages speak. What needs no torch loads without it. Import from the modules:
`from mnist_core.config import TrainConfig`.
"""

from mnist_core.openmp import set_wait_policy

set_wait_policy()  # here, because every process that computes imports this package before torch
