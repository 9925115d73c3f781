"""Events of a run with sensible values."""

from mnist_core.events import Epoch, Inspection, RateChanged, Started, Step, Validation


def started(epoch: int = 0) -> Started:
    return Started(
        device="cpu", precision="float32", threads=1, parameters=10, steps_per_epoch=10, total_steps=20, epoch=epoch
    )


def step(number: int) -> Step:
    return Step(
        step=number,
        epoch=number / 10,
        loss=1.0,
        accuracy=0.5,
        learning_rate=0.1,
        images_per_second=100.0,
        seconds=float(number),
    )


def epoch(number: int) -> Epoch:
    return Epoch(
        epoch=number,
        step=10 * number,
        train_loss=1.0,
        train_accuracy=0.5,
        validation_loss=None,
        validation_accuracy=None,
        seconds=10.0 * number,
    )


def validation(number: int) -> Validation:
    return Validation(step=number, epoch=number / 10, loss=1.0, accuracy=0.9, seconds=float(number))


def inspection(number: int, **values: dict[str, float]) -> Inspection:
    """Values of three layers by their names, e.g. gradients={"conv1": 0.5}."""
    empty: dict[str, dict[str, float]] = {"gradients": {}, "changes": {}, "dead": {}}
    return Inspection(step=number, epoch=number / 10, seconds=float(number), **(empty | values))


def rate_changed(number: int, factor: float) -> RateChanged:
    return RateChanged(step=number, epoch=number / 10, factor=factor, old=0.1, new=0.1 * factor)
