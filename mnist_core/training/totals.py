"""Sums the loss and the correct predictions between two reports of a training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(slots=True)
class Totals:
    """Sums over images, as plain numbers."""

    loss: float = 0.0
    correct: float = 0.0
    count: int = 0

    def add(self, other: Totals) -> None:
        """Add the sums over other images."""
        self.loss += other.loss
        self.correct += other.correct
        self.count += other.count


class RunningTotals:
    """Adds up what the steps give, on their device. The numbers are fetched only when asked for: no step waits."""

    def __init__(self) -> None:
        self._steps: list[tuple[Tensor, Tensor, Tensor]] = []

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Note a step: the mean loss of its batch, a scalar, and the batch's logits (B, 10) and labels (B,)."""
        self._steps.append((loss, logits, labels))

    def take(self) -> Totals:
        """Return the sums since the last call, and start anew."""
        losses, logits, labels = zip(*self._steps, strict=True)
        sizes = [len(each) for each in labels]
        correct = torch.cat(logits).argmax(1) == torch.cat(labels)
        loss = sum(value * size for value, size in zip(torch.stack(losses).tolist(), sizes, strict=True))
        self._steps.clear()
        return Totals(loss, int(correct.sum()), sum(sizes))
