"""The network: built from a configuration, kept in a checkpoint with its card, used to read images."""
