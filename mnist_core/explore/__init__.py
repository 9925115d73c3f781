"""What the data are like, before any training."""
