"""The words for what a network is made of."""

from __future__ import annotations

from mnist_core.glossary.term import Term

TERMS = (
    Term(
        name="model",
        sentence="A function y = F(x) that was found from examples: here from an image to ten probabilities.",
        see="Draw",
    ),
    Term(
        name="neural network",
        sentence="A model made of layers of simple units, each of which adds up what comes in, weighted.",
        see="Inside",
    ),
    Term(
        name="classifier",
        sentence="A model that chooses one of several classes.",
        see="Draw",
    ),
    Term(
        name="layer",
        sentence="One stage of a network: it takes the numbers of the stage before and hands on new ones.",
        see="Inside",
    ),
    Term(
        name="hidden layer",
        sentence="A layer between the image and the answer, whose values nobody prescribes.",
        see="Inside",
    ),
    Term(
        name="unit",
        sentence="One cell of a layer: it adds up its weighted inputs and hands on one number; a neuron is the same.",
        see="Inside",
        forms=("neuron",),
    ),
    Term(
        name="weight",
        sentence="A number by which an input is multiplied; training finds all of them.",
        see="Inside?section=filters",
    ),
    Term(
        name="parameter",
        sentence="Any number that training sets: a weight, or what is added after the weighting.",
        see="Train",
    ),
    Term(
        name="hyperparameter",
        sentence="A setting that is chosen before training and that training does not change.",
        see="Train",
    ),
    Term(
        name="architecture",
        sentence="Which layers a network has, of what kind and how wide.",
        see="Train?open=architecture",
    ),
    Term(
        name="convolution",
        sentence="A layer that lays one small filter on every place of the image and notes how well it fits there.",
        see="Inside?section=pixel",
        forms=("convolutional",),
    ),
    Term(
        name="filter",
        sentence="A small square of weights that a convolution looks for everywhere in the image.",
        see="Inside?section=filters",
        forms=("kernel",),
    ),
    Term(
        name="stride",
        sentence="How many pixels a filter moves from one place to the next.",
        see="Train?open=architecture",
    ),
    Term(
        name="feature map",
        sentence="An image of where a filter fits: bright where it found its pattern.",
        see="Inside",
    ),
    Term(
        name="receptive field",
        sentence="The part of the image that one pixel of a feature map depends on.",
        see="Inside?section=pixel",
    ),
    Term(
        name="padding",
        sentence="A border of zeros around an image, so that a filter can lie over its edge pixels, too.",
        see="Train?open=architecture",
    ),
    Term(
        name="pooling",
        sentence="Making a feature map smaller: of each little square only the largest value, or the mean, is kept.",
        see="Inside",
        forms=("max pool", "average pool"),
    ),
    Term(
        name="dense layer",
        sentence="A layer in which every unit is connected with every value of the layer before.",
        see="Train?open=architecture",
        forms=("dense",),
    ),
    Term(
        name="activation",
        sentence="The bend that each layer ends with; without it, many layers could do no more than one.",
        see="Train?open=architecture",
        forms=("activation function",),
    ),
    Term(
        name="ReLU",
        sentence="The simplest activation: it lets positive numbers pass and turns negative ones into 0.",
        see="Inside?section=pixel",
    ),
    Term(
        name="sigmoid",
        sentence="An activation that squeezes any number into the range from 0 to 1.",
        see="Train?activation=sigmoid&open=architecture",
    ),
    Term(
        name="linear",
        sentence="Made of weighted sums alone, without any bend; such a network stops at about 92%.",
        see="Train?preset=underfit",
    ),
    Term(
        name="multilayer perceptron",
        sentence="A network of dense layers alone, without any convolution.",
        see="Train?open=architecture",
    ),
    Term(
        name="batch norm",
        sentence="A layer that brings each filter's outputs over a batch to the same middle and spread.",
        see="Train?open=architecture",
        forms=("batch normalisation",),
    ),
    Term(
        name="dropout",
        sentence="Switching off a random share of the units at each training step, against overfitting.",
        see="Train?open=architecture",
    ),
    Term(
        name="logit",
        sentence="A digit's score before the softmax, any number from negative to positive.",
        see="Inside?section=softmax",
    ),
    Term(
        name="softmax",
        sentence="The step that turns ten scores into ten probabilities that add up to 1.",
        see="Inside?section=softmax",
    ),
    Term(
        name="probability",
        sentence="How likely a digit is in the network's view, from 0 to 1; the ten add up to 1.",
        see="Draw",
        forms=("probabilities",),
    ),
    Term(
        name="attribution",
        sentence="How much each pixel counted for or against an answer.",
        see="Inside?section=why",
    ),
    Term(
        name="integrated gradients",
        sentence="An attribution that adds up how the answer changes while the image fades in from black.",
        see="Inside?section=why",
    ),
    Term(
        name="Grad-CAM",
        sentence="An attribution that marks the region in which the last feature maps spoke for the answer.",
        see="Inside?section=why",
    ),
    Term(
        name="occlusion",
        sentence="An attribution that covers one part of the image after the other and notes how the answer suffers.",
        see="Inside?section=why",
    ),
)
