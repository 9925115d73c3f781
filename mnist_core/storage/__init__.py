"""Files: written whole or not at all, PNG images, zip archives from outside. No torch."""
