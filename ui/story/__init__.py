"""The article's story in ten screens, each with one live thing."""
