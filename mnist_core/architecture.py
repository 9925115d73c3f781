"""An architecture, and its layers as arithmetic: shapes, parameters and multiply-adds. No torch.

`model.network` builds its modules from this same list, so the table a learner reads is the network that trains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Literal

from mnist_core.errors import ConfigError
from mnist_core.fields import CheckedFields, choice, number, sizes
from mnist_core.glossary.terms import meaning

IMAGE_SHAPE = (1, 28, 28)
CLASSES = 10

Kind = Literal["convolution", "batch norm", "activation", "max pool", "average pool", "flatten", "dropout", "dense"]


MOST_PARAMETERS = 4_000_000
"""A hundred times what MNIST needs; a network of this size is a file of 16 MB."""

Padding = Literal["valid", "same"]
Pooling = Literal["max", "average", "stride", "none"]
Activation = Literal["relu", "leaky_relu", "gelu", "tanh", "sigmoid"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Architecture(CheckedFields):
    """What decides the layers of a network.

    Raises:
        ConfigError: a value is out of range or of the wrong type, or the layers are impossible.
    """

    filters: tuple[int, ...] = sizes(
        (32, 32, 64), 1, 256, 5, "Filters of each convolution stage; none: no convolution."
    )
    kernel_sizes: tuple[int, ...] = sizes((5, 5, 3), 1, 9, 5, "Side of each stage's filters, in pixels; odd.")
    convolutions_per_stage: int = number(1, 1, 3, "Convolutions in a row before each pooling.")
    padding: Padding = choice("valid", "'valid' lets the feature map shrink at its edges, 'same' keeps its size.")
    pooling: Pooling = choice(
        "max", "How each stage halves its feature map; 'stride' lets the convolution skip pixels."
    )
    dense: tuple[int, ...] = sizes(
        (64,), 1, 1024, 4, "Units of each dense layer between the convolutions and the output."
    )
    activation: Activation = choice("relu", meaning("activation"))
    batch_norm: bool = choice(False, f"{meaning('batch norm')} It trains faster and more steadily.")
    dropout: float = number(0.0, 0.0, 0.9, meaning("dropout"))

    def __post_init__(self) -> None:
        CheckedFields.__post_init__(self)  # super() does not work in a dataclass with slots
        if len(self.filters) != len(self.kernel_sizes):
            raise ConfigError(
                f"filters and kernel_sizes must be equally long, one entry a stage: received {len(self.filters)} and "
                f"{len(self.kernel_sizes)} entries"
            )
        for kernel in self.kernel_sizes:
            if kernel % 2 == 0:
                raise ConfigError(f"kernel_sizes must be odd numbers from 1 to 9, received {kernel}")
        parameters = parameter_count(self)
        if parameters > MOST_PARAMETERS:
            raise ConfigError(
                f"the network may have at most {MOST_PARAMETERS:,} parameters, these settings give {parameters:,}: "
                "use fewer filters, smaller dense layers or more pooling"
            )


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


def layers(architecture: Architecture) -> list[Layer]:
    """List the layers of `architecture`'s network, from the (1, 28, 28) image to the ten logits.

    Raises:
        ConfigError: a feature map shrinks to nothing; the layer is named.
    """
    return list(_table(architecture))


@lru_cache(maxsize=512)  # a server asks for those of every run that waits, whenever somebody starts one
def _table(architecture: Architecture) -> tuple[Layer, ...]:
    stack = _Stack()
    for stage, (filters, kernel) in enumerate(
        zip(architecture.filters, architecture.kernel_sizes, strict=True), start=1
    ):
        for repeat in range(1, architecture.convolutions_per_stage + 1):
            _add_convolution(stack, architecture, stage, repeat, filters, kernel)
        if architecture.pooling in ("max", "average"):
            _add_pooling(stack, architecture, stage)
    stack.add("flatten", "flatten", "Flatten into one row", (prod(stack.shape),))
    _add_dense(stack, architecture)
    return tuple(stack.layers)


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


def _add_convolution(
    stack: _Stack, architecture: Architecture, stage: int, repeat: int, filters: int, kernel: int
) -> None:
    """Add the convolution that is number `repeat` of its stage, both counted from 1, and what follows on it."""
    position = (stage - 1) * architecture.convolutions_per_stage + repeat
    last = repeat == architecture.convolutions_per_stage
    stride = 2 if last and architecture.pooling == "stride" else 1
    padding = kernel // 2 if architecture.padding == "same" else 0
    channels, side = stack.shape[0], stack.shape[1]
    if side + 2 * padding < kernel:
        raise ConfigError(
            f"convolution {position} (stage {stage}) needs a feature map of at least {kernel} × {kernel}, "
            f"but gets {side} × {side}: use fewer stages, a smaller kernel or padding 'same'"
        )
    out = (side + 2 * padding - kernel) // stride + 1
    weights = channels * kernel * kernel * filters
    stack.add(
        f"conv{position}",
        "convolution",
        f"Convolution, {filters} filters of {kernel} × {kernel}" + (", stride 2" if stride == 2 else ""),
        (filters, out, out),
        # Batch normalisation has a shift of its own, which makes a bias before it redundant.
        parameters=weights + (0 if architecture.batch_norm else filters),
        multiply_adds=weights * out * out,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
    )
    if architecture.batch_norm:
        stack.add(f"norm{position}", "batch norm", "Batch normalisation", stack.shape, parameters=2 * filters)
    stack.add(f"act{position}", "activation", _ACTIVATION_TEXT[architecture.activation], stack.shape)


def _add_pooling(stack: _Stack, architecture: Architecture, stage: int) -> None:
    filters, side, _ = stack.shape
    if side < 2:
        raise ConfigError(
            f"pooling after stage {stage} would shrink a {side} × {side} feature map to nothing: "
            "use fewer stages, a smaller kernel, padding 'same' or no pooling"
        )
    kind: Kind = "max pool" if architecture.pooling == "max" else "average pool"
    text = f"{kind.capitalize()}, 2 × 2"
    stack.add(f"pool{stage}", kind, text, (filters, side // 2, side // 2), kernel_size=2, stride=2)


def _add_dense(stack: _Stack, architecture: Architecture) -> None:
    """Add the dense layers, of which the last gives the ten logits."""
    for position, width in enumerate((*architecture.dense, CLASSES), start=1):
        # Dropping pixels of the input image is noise, not dropout: a network with no layer before this one has none.
        if architecture.dropout and (architecture.filters or position > 1):
            stack.add(f"drop{position}", "dropout", f"Dropout, {architecture.dropout:.0%}", stack.shape)
        last = position == len(architecture.dense) + 1
        stack.add(
            "output" if last else f"dense{position}",
            "dense",
            f"Dense, {width} units" + (" (one logit a digit)" if last else ""),
            (width,),
            parameters=stack.shape[0] * width + width,
            multiply_adds=stack.shape[0] * width,
        )
        if not last:
            stack.add(f"dense_act{position}", "activation", _ACTIVATION_TEXT[architecture.activation], stack.shape)


def with_weights(architecture: Architecture) -> list[Layer]:
    """List the convolutions and dense layers: those whose weights say what they look for."""
    return [layer for layer in layers(architecture) if layer.kind in ("convolution", "dense")]


def blocks(table: list[Layer]) -> list[list[Layer]]:
    """Group the layers: each convolution, pooling, flatten or dense layer with what rescales or bends its output."""
    found: list[list[Layer]] = []
    for layer in table:
        if layer.kind in ("batch norm", "activation", "dropout"):
            found[-1].append(layer)
        else:
            found.append([layer])
    return found


def parameter_count(architecture: Architecture) -> int:
    """Count the trainable numbers of `architecture`'s network."""
    return sum(layer.parameters for layer in layers(architecture))


def multiply_adds(architecture: Architecture) -> int:
    """Count the multiply-adds of one image's forward pass."""
    return sum(layer.multiply_adds for layer in layers(architecture))


def output_bytes(layer: Layer) -> int:
    """Return the bytes of a layer's output for one image, four a number; none where it only reads its input anew."""
    return 0 if layer.kind == "flatten" else 4 * prod(layer.output_shape)


def training_bytes(architecture: Architecture) -> int:
    """Estimate the bytes of memory that a training step takes for each image of its batch.

    That is every layer's output, from which the gradients are computed, and twice the largest output: the gradients
    of one layer's output and of its input. Weights and the programs themselves come on top, some 700 MB a process.
    Measured processes took 0.4 to 1.2 times as much (`python -m benchmarks.batch_memory`): less with bfloat16 or where
    PyTorch needs an output no more, more where memory that one layer has freed is not used by another.
    """
    outputs = [output_bytes(layer) for layer in layers(architecture)]
    return sum(outputs) + 2 * max(outputs)


_ACTIVATION_TEXT = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "gelu": "GELU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}
