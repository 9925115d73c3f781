"""The optimizer of a script: its schedule, the changes of its learning rate by hand, the averaging of weights."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mnist_core.config import TrainConfig
from mnist_core.schedule import AFTER, RateChange

WIDTH = 120
"""Columns of a script's longest line."""


def optimizer(config: TrainConfig, changes: Sequence[RateChange]) -> list[str]:
    """Return the lines that make `optimizer` and, where the recipe has them, `schedule` and `average`."""
    kind, more = {
        "sgd": ("SGD", ", fused=True"),
        "momentum": ("SGD", ", momentum=0.9, nesterov=True, fused=True"),
        "adam": ("Adam", ", fused=True"),
        "adamw": ("AdamW", ", fused=True"),
        "rmsprop": ("RMSprop", ""),
    }[config.optimizer]
    # AdamW has a decay of its own unless told otherwise.
    decay = f", weight_decay={config.weight_decay}" if config.weight_decay or kind == "AdamW" else ""
    settings = f"lr={config.learning_rate}{decay}{more})"
    lines = [f"optimizer = torch.optim.{kind}(model.parameters(), {settings}"]
    if len(lines[0]) > WIDTH:
        lines = [f"optimizer = torch.optim.{kind}(model.parameters(),", f"    {settings}"]
    lines += _schedule(config, changes)
    if config.weight_averaging:
        decay = f"min({config.weight_averaging}, (1 + n) / (10 + n))"
        lines += [
            "average = torch.optim.swa_utils.AveragedModel(model, use_buffers=True, avg_fn=lambda old, new, n:",
            f"    old + (new - old) * (1 - {decay}))  # of the weights: it is what is used",
            "average.n_averaged += 1  # it begins with the first weights, not with those after the first step",
        ]
    return lines


def _schedule(config: TrainConfig, changes: Sequence[RateChange]) -> list[str]:
    """The share of the learning rate that the step numbered n (from 0) has, unless it is always 1."""
    total = config.schedule_steps
    lines, share = [], ""
    if config.schedule == "cosine":
        share = f"(1 + np.cos(np.pi * n / {total})) / 2"
    if config.schedule == "one-cycle":
        lines.append(f"corners = [0, {total / 4}, {total}], [0.05, 1, 0.001]  # steps, shares of the learning rate")
        share = "np.interp(n, *corners)"
    if share and total < config.steps_per_epoch * config.epochs:
        share += f" if n < {total} else {AFTER}"  # a tenth of the learning rate stays
    if changes:
        lines += _table(changes)
        by_hand = "max(c for c in changes if c[0] <= n)[1]"
        share = f"({share}) * {by_hand}" if share else by_hand
    if share:
        lines += [
            "schedule = torch.optim.lr_scheduler.LambdaLR(optimizer,  # with this share of the learning rate in step n",
            f"    lambda n: {share})",
        ]
    return lines


def _table(changes: Sequence[RateChange]) -> list[str]:
    """The changes made by hand, as a list that begins with the first step."""
    first = [] if changes[0][0] == 0 else [(0, 1)]
    # A pair stays on one line: textwrap breaks none at the space within it.
    rows = textwrap.wrap(" ".join(f"({step},\u00a0{factor})," for step, factor in [*first, *changes]), WIDTH - 4)
    return [
        "changes = [  # made by hand: from the step of this number on, the learning rate was multiplied by this",
        *(f"    {row}".replace("\u00a0", " ") for row in rows),
        "]",
    ]
