"""The network of the lessons that train several: it learns in seconds, and reads nearly as well as a large one."""

from __future__ import annotations

from mnist_core.config import TrainConfig

SMALL = TrainConfig(filters=(16, 32), kernel_sizes=(5, 3), dense=(), batch_size=64, validation_size=1_000)
