"""The layers of a network as a table."""

from __future__ import annotations

from mnist_core.architecture import layers
from mnist_core.config import TrainConfig


def layer_table(config: TrainConfig) -> list[dict[str, str]]:
    """Return the rows of the table of layers: what each is, the shape it gives, its parameters and multiply-adds."""
    return [
        {
            "Layer": layer.text,
            "Output shape": " × ".join(map(str, layer.output_shape)),
            "Parameters": f"{layer.parameters:,}" if layer.parameters else "",
            "Multiply-adds": f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
        }
        for layer in layers(config)
        if layer.kind != "activation"
    ]
