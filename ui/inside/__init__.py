"""The sections of the Inside page, and what they share."""
