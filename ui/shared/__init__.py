"""What several pages draw and the state that they share."""
