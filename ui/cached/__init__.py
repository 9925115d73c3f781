"""Cached access to mnist_core, shared by all sessions and bounded."""
