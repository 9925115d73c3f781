"""What the server does before any page is drawn: whom it answers, what browsers may load, what it says at its start."""
