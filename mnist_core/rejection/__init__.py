"""The reject option: what is no digit, and how a network is taught to say so."""
