"""The sections of the Explore page, and what they share."""
