"""Training as an iterator of events, and what a training consists of."""
