"""From strokes or a picture to a 28 × 28 image made the way MNIST's were. No torch."""
