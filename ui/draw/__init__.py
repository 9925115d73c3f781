"""The pieces of the Draw page: where digits come from, what the network answers, and what it can be taught."""
