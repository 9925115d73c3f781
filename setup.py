"""What the wheel holds: the core, the shipped networks and the data set. The rest is in pyproject.toml."""

from setuptools import find_packages, setup

SHIPPED = {"mnist_core.shipped.checkpoints": "checkpoints", "mnist_core.shipped.data.MNIST.raw": "data/MNIST/raw"}
"""Folders of the project that are folders of the installed package (mnist_core/paths.py)."""

setup(
    packages=[*find_packages(include=["mnist_core", "mnist_core.*"]), *SHIPPED],
    package_dir=SHIPPED,
    package_data={
        "mnist_core.export": ["templates/*"],
        "mnist_core.shipped.checkpoints": ["*.safetensors", "*.json"],
        "mnist_core.shipped.data.MNIST.raw": ["*.gz"],
    },
)
