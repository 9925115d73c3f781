"""The sections of the Evaluate page, and what they share."""
