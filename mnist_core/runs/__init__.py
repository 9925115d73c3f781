"""A run is a directory: its configuration, its events, its networks, and what is said of it. No torch."""
