"""The Class page: a class is begun, joined, led and ended."""
