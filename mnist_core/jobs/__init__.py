"""The scheduler of runs and the worker processes that train them."""
