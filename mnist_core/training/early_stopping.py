"""Early stopping: decide from the validation losses when a training ends and which epoch's weights are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from mnist_core.training.state import copies


def best_epoch(losses: Sequence[float]) -> int:
    """Return the epoch, counted from 1, with the lowest validation loss; the first of equals, 0 before any."""
    return min(range(len(losses)), key=losses.__getitem__) + 1 if losses else 0


def out_of_patience(losses: Sequence[float], patience: int) -> bool:
    """Return whether the last `patience` epochs have all failed to improve on the lowest loss before them; never if 0.

    As Keras's EarlyStopping with min_delta=0; the theory is Prechelt's (Early Stopping - But When?, 1998).
    """
    return 0 < patience <= len(losses) - best_epoch(losses)


class EarlyStopping:
    """The losses of a training's epochs and, where `patience` is not 0, the weights of the best one."""

    def __init__(self, patience: int, losses: Sequence[float], weights: Mapping[str, Tensor]) -> None:
        self._patience = patience
        self.losses = list(losses)
        """Validation loss at the end of each epoch."""
        self.weights = dict(weights) if patience else {}
        """A network's tensors at the end of the best epoch; empty without patience."""

    @property
    def epoch(self) -> int | None:
        """The epoch that `weights` are of."""
        return best_epoch(self.losses) if self.weights else None

    def add(self, loss: float, weights: Mapping[str, Tensor]) -> None:
        """Take in the end of an epoch: its validation loss, and its weights if they are the best so far."""
        self.losses.append(loss)
        if self._patience and best_epoch(self.losses) == len(self.losses):
            self.weights = copies(weights)

    def over(self) -> bool:
        """Return whether training should end."""
        return out_of_patience(self.losses, self._patience)
