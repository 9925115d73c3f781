"""Configurations of every kind, for properties that hold of all of them."""

from hypothesis import strategies as st

from mnist_core.config import TrainConfig, field_info
from mnist_core.errors import ConfigError


def values(info):
    if info.choices:
        return st.sampled_from(info.choices)
    if info.type is bool:
        return st.booleans()
    if info.type is int:
        return st.integers(int(info.low), int(info.high))
    if info.type is float:
        return st.one_of(st.just(info.low), st.floats(info.low, info.high))
    most = {"filters": 5, "kernel_sizes": 5, "dense": 4}[info.name]
    sizes = (
        st.sampled_from((1, 3, 5, 7, 9)) if info.name == "kernel_sizes" else st.integers(int(info.low), int(info.high))
    )
    return st.lists(sizes, max_size=most)


@st.composite
def configs(draw):
    fields = {info.name: draw(values(info)) for info in field_info()}
    fields["kernel_sizes"] = (fields["kernel_sizes"] * 5 + [3] * 5)[: len(fields["filters"])]
    fields["train_size"] = min(fields["train_size"], 60_000 - fields["validation_size"])
    fields["patience"] *= fields["validation_size"] > 0
    try:
        return TrainConfig.from_dict(fields)
    except ConfigError:  # too deep or too large for an image of 28 x 28: the same with a small network
        return TrainConfig.from_dict(fields | {"filters": (8,), "kernel_sizes": (3,), "dense": (10,)})


_STAGES = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([1, 3, 5])), max_size=3)


@st.composite
def architectures(draw):
    stages = draw(_STAGES)
    return {
        "filters": tuple(f for f, _ in stages),
        "kernel_sizes": tuple(k for _, k in stages),
        "convolutions_per_stage": draw(st.integers(1, 2)),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "pooling": draw(st.sampled_from(["max", "average", "stride", "none"])),
        "dense": tuple(draw(st.lists(st.integers(1, 9), max_size=2))),
        "activation": draw(st.sampled_from(["relu", "leaky_relu", "gelu", "tanh", "sigmoid"])),
        "batch_norm": draw(st.booleans()),
        "dropout": draw(st.sampled_from([0.0, 0.5])),
    }
