"""The table of runs on the Runs page, and what can be done with the runs that are ticked in it."""
