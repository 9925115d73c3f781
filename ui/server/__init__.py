"""What the server does before a page is drawn: whom it answers, who sits there, what browsers load, what it says."""
