"""What a network does with one digit, and why."""
