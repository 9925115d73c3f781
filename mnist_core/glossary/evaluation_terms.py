"""The words for how good a network is."""

from __future__ import annotations

from mnist_core.glossary.term import Term

TERMS = (
    Term(name="accuracy", sentence="The share of images that are read right.", see="Evaluate", forms=("accuracies",)),
    Term(
        name="test accuracy",
        sentence="The share of the test images that is read right, which tells how it will do on new images.",
        see="Evaluate",
    ),
    Term(
        name="validation accuracy",
        sentence="The share of the validation images that is read right, by which settings are chosen.",
        see="Train",
    ),
    Term(
        name="training accuracy",
        sentence="The share of the training images that is read right, which may be learned by heart.",
        see="Train",
    ),
    Term(
        name="generalise",
        sentence="To do as well on images never seen as on those learned from.",
        see="Evaluate",
        forms=("generalisation",),
    ),
    Term(
        name="high bias",
        sentence="The model is too simple, or trained too little: it is wrong even on the images it learns from.",
        see="Train?preset=underfit",
        forms=("bias", "underfitting"),
    ),
    Term(
        name="high variance",
        sentence="The model is much better on the images it learned from than on new ones.",
        see="Train?preset=overfit",
        forms=("variance",),
    ),
    Term(
        name="overfitting",
        sentence="Learning the training images by heart instead of what they have in common.",
        see="Train?preset=overfit",
        forms=("overfit", "overfitted"),
    ),
    Term(
        name="confusion matrix",
        sentence="A table of how often each digit was read as each other one.",
        see="Evaluate",
    ),
    Term(
        name="recall",
        sentence="Of all images of a digit, the share that is read as that digit.",
        see="Evaluate",
    ),
    Term(
        name="precision",
        sentence="Of all images read as a digit, the share that really is that digit.",
        see="Evaluate",
    ),
    Term(
        name="calibration",
        sentence="Whether the network is right as often as it says: nine times in ten when it is 90 % sure.",
        see="Evaluate",
        forms=("calibrated",),
    ),
    Term(
        name="95% interval",
        sentence="The range in which the true value most likely lies, for all that the number of images can tell.",
        see="Evaluate",
        forms=("confidence interval",),
    ),
    Term(
        name="paired test",
        sentence="A comparison of two models by the images that exactly one of them reads right.",
        see="Evaluate",
        forms=("McNemar's exact test", "McNemar’s exact test"),
    ),
    Term(
        name="threshold",
        sentence="How sure the network must be to answer at all; below it, it says that it does not know.",
        see="Evaluate",
    ),
    Term(
        name="coverage",
        sentence="The share of images that get an answer at all, when the network may say that it does not know.",
        see="Evaluate",
    ),
    Term(
        name="robustness",
        sentence="How well a network still reads images that are blurred, turned or noisy.",
        see="Evaluate",
    ),
    Term(
        name="corruption",
        sentence="A way to spoil an image, such as blur, rotation or noise.",
        see="Evaluate",
        forms=("corrupted",),
    ),
)
