"""How good a network is on images that it has not seen, and how sure one can be of that."""
