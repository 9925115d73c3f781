"""The layers of a network as arithmetic: shapes, parameters and multiply-adds from a configuration, with no torch.

`mnist_core.model` builds its modules from this same list, so the table a learner reads is the network that trains.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Literal

from mnist_core.errors import ConfigError

if TYPE_CHECKING:
    from mnist_core.config import TrainConfig

IMAGE_SHAPE = (1, 28, 28)
CLASSES = 10

Kind = Literal["convolution", "batch norm", "activation", "max pool", "average pool", "flatten", "dropout", "dense"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One layer: what comes in, what goes out, what it costs. Shapes are without the batch dimension."""

    name: str
    """Its name in the model and in a checkpoint's tensors, e.g. `conv1`."""
    kind: Kind
    text: str
    """What it is, in a learner's words, e.g. `Convolution, 32 filters of 5 × 5`."""
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    """Multiplications with an addition, per image, of the forward pass (Goodfellow et al., Deep Learning, 9.1)."""
    kernel_size: int = 0
    stride: int = 1
    padding: int = 0


def layers(config: TrainConfig) -> list[Layer]:
    """List the layers of `config`'s network, from the (1, 28, 28) image to the ten logits.

    Raises:
        ConfigError: a feature map shrinks to nothing; the layer is named.
    """
    stack = _Stack()
    for stage, (filters, kernel) in enumerate(zip(config.filters, config.kernel_sizes, strict=True), start=1):
        for repeat in range(1, config.convolutions_per_stage + 1):
            _add_convolution(stack, config, stage, repeat, filters, kernel)
        if config.pooling in ("max", "average"):
            _add_pooling(stack, config, stage)
    stack.add("flatten", "flatten", "Flatten into one row", (prod(stack.shape),))
    _add_dense(stack, config)
    return stack.layers


class _Stack:
    """Layers on top of each other: each gets what the one before puts out."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.shape: tuple[int, ...] = IMAGE_SHAPE

    def add(self, name: str, kind: Kind, text: str, output_shape: tuple[int, ...], **rest: int) -> None:
        self.layers.append(
            Layer(name=name, kind=kind, text=text, input_shape=self.shape, output_shape=output_shape, **rest)
        )
        self.shape = output_shape


def _add_convolution(stack: _Stack, config: TrainConfig, stage: int, repeat: int, filters: int, kernel: int) -> None:
    """Add the convolution that is number `repeat` of its stage, both counted from 1, and what follows on it."""
    number = (stage - 1) * config.convolutions_per_stage + repeat
    last = repeat == config.convolutions_per_stage
    stride = 2 if last and config.pooling == "stride" else 1
    padding = kernel // 2 if config.padding == "same" else 0
    channels, side = stack.shape[0], stack.shape[1]
    if side + 2 * padding < kernel:
        raise ConfigError(
            f"convolution {number} (stage {stage}) needs a feature map of at least {kernel} × {kernel}, "
            f"but gets {side} × {side}: use fewer stages, a smaller kernel or padding 'same'"
        )
    out = (side + 2 * padding - kernel) // stride + 1
    weights = channels * kernel * kernel * filters
    stack.add(
        f"conv{number}",
        "convolution",
        f"Convolution, {filters} filters of {kernel} × {kernel}" + (", stride 2" if stride == 2 else ""),
        (filters, out, out),
        # Batch normalisation has a shift of its own, which makes a bias before it redundant.
        parameters=weights + (0 if config.batch_norm else filters),
        multiply_adds=weights * out * out,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
    )
    if config.batch_norm:
        stack.add(f"norm{number}", "batch norm", "Batch normalisation", stack.shape, parameters=2 * filters)
    stack.add(f"act{number}", "activation", _ACTIVATION_TEXT[config.activation], stack.shape)


def _add_pooling(stack: _Stack, config: TrainConfig, stage: int) -> None:
    filters, side, _ = stack.shape
    if side < 2:
        raise ConfigError(
            f"pooling after stage {stage} would shrink a {side} × {side} feature map to nothing: "
            "use fewer stages, a smaller kernel, padding 'same' or no pooling"
        )
    kind: Kind = "max pool" if config.pooling == "max" else "average pool"
    text = f"{kind.capitalize()}, 2 × 2"
    stack.add(f"pool{stage}", kind, text, (filters, side // 2, side // 2), kernel_size=2, stride=2)


def _add_dense(stack: _Stack, config: TrainConfig) -> None:
    """Add the dense layers, of which the last gives the ten logits."""
    for number, width in enumerate((*config.dense, CLASSES), start=1):
        # Dropping pixels of the input image is noise, not dropout: a network with no layer before this one has none.
        if config.dropout and (config.filters or number > 1):
            stack.add(f"drop{number}", "dropout", f"Dropout, {config.dropout:.0%}", stack.shape)
        last = number == len(config.dense) + 1
        stack.add(
            "output" if last else f"dense{number}",
            "dense",
            f"Dense, {width} units" + (" (one logit a digit)" if last else ""),
            (width,),
            parameters=stack.shape[0] * width + width,
            multiply_adds=stack.shape[0] * width,
        )
        if not last:
            stack.add(f"dense_act{number}", "activation", _ACTIVATION_TEXT[config.activation], stack.shape)


def with_weights(config: TrainConfig) -> list[Layer]:
    """List the convolutions and dense layers of `config`'s network: those whose weights say what they look for."""
    return [layer for layer in layers(config) if layer.kind in ("convolution", "dense")]


def blocks(table: list[Layer]) -> list[list[Layer]]:
    """Group the layers: each convolution, pooling, flatten or dense layer with what rescales or bends its output."""
    found: list[list[Layer]] = []
    for layer in table:
        if layer.kind in ("batch norm", "activation", "dropout"):
            found[-1].append(layer)
        else:
            found.append([layer])
    return found


def parameter_count(config: TrainConfig) -> int:
    """Count the trainable numbers of `config`'s network."""
    return sum(layer.parameters for layer in layers(config))


_ACTIVATION_TEXT = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "gelu": "GELU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}
