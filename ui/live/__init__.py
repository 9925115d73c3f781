"""What moves without a run of a script: plain HTTP routes, and the JavaScript that they feed."""
