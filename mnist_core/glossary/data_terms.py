"""The words for what a network learns from."""

from __future__ import annotations

from mnist_core.glossary.term import Term

TERMS = (
    Term(
        name="MNIST",
        sentence="A collection of 70,000 handwritten digits, each an image of 28 × 28 grey values with its label.",
        see="Explore",
    ),
    Term(
        name="label",
        sentence="The right answer that comes with an image: the digit that its writer meant.",
        see="Explore",
    ),
    Term(
        name="classes",
        sentence="The answers that a network chooses from, here the ten digits.",
        see="Explore?section=statistics",
    ),
    Term(
        name="training images",
        sentence="The images that the network learns from: each is shown to it with its label.",
        see="Explore",
        forms=("training image", "training set", "training data", "training example"),
    ),
    Term(
        name="validation images",
        sentence="Images kept back from training, on which settings are compared while there is still a choice.",
        see="Train",
        forms=("validation image", "validation set", "validation"),
    ),
    Term(
        name="test images",
        sentence="10,000 images that the network has never seen, on which it is measured once, at the end.",
        see="Evaluate",
        forms=("test image", "test set"),
    ),
    Term(
        name="distribution",
        sentence="How often each kind of image comes up; a network is only reliable where images come up as in its "
        "training.",
        see="Explore?section=splits",
    ),
    Term(
        name="augmentation",
        sentence="Bending, turning or shifting each training image a little every time it is shown, so that the "
        "network never sees quite the same one twice.",
        see="Train?preset=best&open=data",
        forms=("augmented",),
    ),
    Term(
        name="noise",
        sentence="Random changes of single pixels, which carry no meaning.",
        see="Evaluate",
    ),
    Term(
        name="centre of mass",
        sentence="The point at which the ink of a digit would balance; MNIST puts it in the middle of the image.",
        see="Draw",
    ),
    Term(
        name="PCA",
        sentence="Principal component analysis: a map of images along the directions in which they differ most.",
        see="Explore?section=map",
    ),
    Term(
        name="t-SNE",
        sentence="A way to lay images on a map so that those that look alike lie close together.",
        see="Explore?section=map",
    ),
)
