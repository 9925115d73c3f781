"""Drawn digits: the class's own collection, files of a tablet, and fine-tuning a network on them."""
