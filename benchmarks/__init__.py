"""Programs that measure: `python -m benchmarks.training`, and so on."""

import mnist_core as mnist_core  # before torch, for OpenMP's wait policy
