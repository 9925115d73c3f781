"""The section of the Runs page that searches for good hyperparameters."""
