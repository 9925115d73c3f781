"""The layers of a network as a table."""

from __future__ import annotations

from mnist_core.architecture import layers, output_bytes, training_bytes
from mnist_core.config import MOST_BATCH_BYTES, TrainConfig


def layer_table(config: TrainConfig) -> list[dict[str, str]]:
    """Return the rows of the table of layers.

    Of each layer: what it is, the shape it gives, its parameters, its multiply-adds, and the memory of its output.
    """
    return [
        {
            "Layer": layer.text,
            "Output shape": " × ".join(map(str, layer.output_shape)),
            "Parameters": f"{layer.parameters:,}" if layer.parameters else "",
            "Multiply-adds": f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
            "Memory": _bytes(output_bytes(layer)) if output_bytes(layer) else "",
        }
        for layer in layers(config)
        if layer.kind != "activation"
    ]


def describe_memory(config: TrainConfig) -> str:
    """Say how much memory a step of the training takes, and how much it may take."""
    each = training_bytes(config)
    return (
        f"A batch of {config.batch_size:,} takes about {_bytes(each * config.batch_size)} of memory while it trains: "
        f"{_bytes(each)} an image, for the outputs of all layers and the gradients. At most "
        f"{_bytes(MOST_BATCH_BYTES)} are allowed."
    )


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
