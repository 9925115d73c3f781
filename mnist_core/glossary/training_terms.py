"""The words for how a network learns."""

from __future__ import annotations

from mnist_core.glossary.term import Term

TERMS = (
    Term(
        name="training",
        sentence="Finding the weights from examples: a little change after each batch, so that the loss falls.",
        see="Train",
    ),
    Term(
        name="optimisation",
        sentence="Lowering the loss step by step, by changing the weights.",
        see="Train?open=optimisation",
    ),
    Term(
        name="loss",
        sentence="One number for how wrong the answers are, which training lowers; blind guessing costs 2.30.",
        see="Train",
        forms=("losses",),
    ),
    Term(
        name="cross-entropy",
        sentence="The loss used here: minus the logarithm of the probability that the right digit was given.",
        see="Evaluate",
    ),
    Term(
        name="gradient",
        sentence="For each weight, how much and in which direction the loss changes when that weight grows a little.",
        see="Train",
    ),
    Term(
        name="backpropagation",
        sentence="The calculation that finds all gradients at once, from the loss back through the layers.",
        see="Train",
    ),
    Term(
        name="optimizer",
        sentence="The rule that turns gradients into changes of the weights.",
        see="Train",
    ),
    Term(
        name="SGD",
        sentence="Stochastic gradient descent, the plainest optimizer: each weight moves against its gradient, a batch "
        "at a time.",
        see="Train?optimizer=sgd",
    ),
    Term(
        name="momentum",
        sentence="A part of the last change that is made again at each step, as a rolling ball keeps its direction.",
        see="Train?optimizer=momentum",
    ),
    Term(
        name="Adam",
        sentence="An optimizer that gives every weight a step of its own, by how large its gradients have been.",
        see="Train?optimizer=adam",
    ),
    Term(
        name="AdamW",
        sentence="Adam with a weight decay that is kept apart from the gradients.",
        see="Train?optimizer=adamw",
    ),
    Term(
        name="RMSprop",
        sentence="An optimizer that divides each weight's step by how large its gradients have been of late.",
        see="Train?optimizer=rmsprop",
    ),
    Term(
        name="learning rate",
        sentence="How far each step moves the weights; the first thing to tune.",
        see="Train",
    ),
    Term(
        name="schedule",
        sentence="How the learning rate changes over the run.",
        see="Train?schedule=one-cycle",
        forms=("learning rate schedule",),
    ),
    Term(
        name="batch",
        sentence="The few images that are looked at together before the weights change once.",
        see="Train",
        forms=("batches", "mini-batch"),
    ),
    Term(
        name="batch size",
        sentence="Images looked at before each change of the weights.",
        see="Train",
    ),
    Term(
        name="step",
        sentence="One change of all weights, after one batch.",
        see="Train",
        forms=("training step", "optimisation step"),
    ),
    Term(
        name="epoch",
        sentence="One pass over all training images.",
        see="Train",
    ),
    Term(
        name="run",
        sentence="One training from its start to its end, with its settings, curves and network.",
        see="Runs",
    ),
    Term(
        name="preset",
        sentence="A set of settings to start from.",
        see="Train",
    ),
    Term(
        name="seed",
        sentence="A number from which all that looks random is drawn, so that a training can be repeated exactly.",
        see="Runs",
    ),
    Term(
        name="checkpoint",
        sentence="A file with a network's weights as they were at one moment.",
        see="Draw",
    ),
    Term(
        name="regularisation",
        sentence="Anything that keeps a network from learning its training images by heart.",
        see="Train?preset=overfit",
        forms=("regularise",),
    ),
    Term(
        name="weight decay",
        sentence="Pull of every weight towards zero, against overfitting.",
        see="Train?weight_decay=0.01",
    ),
    Term(
        name="label smoothing",
        sentence="Share of certainty taken from the true digit and spread over all ten.",
        see="Train?label_smoothing=0.05",
    ),
    Term(
        name="weight averaging",
        sentence="Using a running average of the weights instead of the last ones, which is steadier.",
        see="Train?weight_averaging=0.98",
    ),
    Term(
        name="early stopping",
        sentence="Ending a run when the validation loss has stopped falling, and using the best epoch.",
        see="Train?patience=2",
        forms=("patience",),
    ),
    Term(
        name="fine-tuning",
        sentence="Training a finished network a little further, on a few new images.",
        see="Draw",
        forms=("fine-tuned",),
    ),
    Term(
        name="diverged",
        sentence="Said of a training whose loss has grown beyond all numbers, mostly since the learning rate was too "
        "high.",
        see="Train?preset=rate-too-high",
    ),
    Term(
        name="hyperparameter search",
        sentence="Trying many settings by training with each of them, since nobody can know the best beforehand.",
        see="Runs?view=sweeps",
        forms=("sweep", "search for hyperparameters"),
    ),
    Term(
        name="grid search",
        sentence="Trying every combination of a few evenly spread values of each setting.",
        see="Runs?view=sweeps",
    ),
    Term(
        name="random search",
        sentence="Trying settings that are drawn by chance, which shows more values of each than a grid does.",
        see="Runs?view=sweeps",
    ),
    Term(
        name="TPE",
        sentence="Tree-structured Parzen estimator: a way to try new settings mostly near those that were good so far.",
        see="Runs?view=sweeps",
    ),
    Term(
        name="pruning",
        sentence="Stopping a training early because others were better when they had come as far.",
        see="Runs?view=sweeps",
        forms=("pruned", "successive halving"),
    ),
    Term(
        name="importance",
        sentence="How much of the differences between many trainings one setting explains, within the ranges tried.",
        see="Runs?view=sweeps",
    ),
    Term(
        name="dead ReLU",
        sentence="A unit that gives 0 for every image, and so learns no more.",
        see="Train",
    ),
)
