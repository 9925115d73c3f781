"""What the steps of a training gave, added up between reports: sums of loss and of digits read right."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(slots=True)
class Total:
    """Sums over images, as plain numbers."""

    loss: float = 0.0
    correct: float = 0.0
    count: int = 0

    def add(self, other: Total) -> None:
        """Add the sums over other images."""
        self.loss += other.loss
        self.correct += other.correct
        self.count += other.count


class Tally:
    """What the steps since the last report gave, added up only when asked for, so that no step waits for a number."""

    def __init__(self) -> None:
        self._steps: list[tuple[Tensor, Tensor, Tensor]] = []

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Note a step: the mean loss of its batch, a scalar, and the batch's logits (B, 10) and labels (B,)."""
        self._steps.append((loss, logits, labels))

    def take(self) -> Total:
        """Return the sums since the last call and start anew."""
        losses, logits, labels = zip(*self._steps, strict=True)
        sizes = [len(each) for each in labels]
        correct = torch.cat(logits).argmax(1) == torch.cat(labels)
        loss = sum(value * size for value, size in zip(torch.stack(losses).tolist(), sizes, strict=True))
        self._steps.clear()
        return Total(loss, int(correct.sum()), sum(sizes))
