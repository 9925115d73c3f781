"""What has one colour on every chart of every page."""

TRAINING, VALIDATION, TEST = "#e07b39", "#3b82c4", "#2a9d6f"
"""Training is always orange, validation blue and test green."""

COMPARED = "#a2559c"
"""What is compared with it: a second model, or the same before; the first keeps the colour of its images."""

DIGITS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#009988", "#8877dd", "#999999")
"""One colour a digit, the same on every chart; colour-blind eyes tell them apart (Paul Tol, Colour Schemes, 2021)."""

RUNS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8877dd", "#999999")
"""The colours of compared runs, in the order they were ticked (Okabe and Ito, 2008, and two more)."""

NEUTRAL = "#888888"
"""What has no colour of its own: the start, what was expected, a learner's drawn curve; seen on light and on dark."""

VIRIDIS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""From low to high, in an order that colour-blind eyes and a grey projector see, too."""

PICKED = "#ff4b9b"
"""The frame around what was chosen: a colour that no scale has."""
