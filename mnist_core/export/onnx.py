"""A network as ONNX, the format that other programs and other languages run: from the model to the file's bytes."""

from __future__ import annotations

import copy
import json
import logging
import threading
import warnings

import torch
from torch.export import Dim

from mnist_core.model.card import ModelCard
from mnist_core.model.network import DigitNet

OPSET = 20
"""Of the default domain: GELU is an operator of its own since 20; onnxruntime reads it since version 1.17."""

_ONE_AT_A_TIME = threading.Lock()  # torch.export changes settings of the whole process while it traces


def to_onnx(model: DigitNet, card: ModelCard) -> bytes:
    """Return `model` as an ONNX file, with its card in the file's metadata.

    Input shape:
        images: (batch, 1, 28, 28) float32 in [0, 1], white on black, prepared as MNIST's digits are.
    Output shape:
        logits: (batch, 10) float32; their softmax is the ten probabilities.

    The network is as in evaluation mode (no dropout, batch normalisation by its running statistics, folded into the
    convolutions). The first export of a process takes 4 s, most of it imports, and later ones 1 s (one core of a Xeon).
    """
    import onnx

    network = copy.deepcopy(model).cpu().eval().to(memory_format=torch.contiguous_format)
    example = torch.zeros(2, 1, 28, 28)  # two: of a single image the exporter would fix the size
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own internals: nothing that its caller could change
        log = logging.getLogger("torch.onnx")
        level = log.level
        log.setLevel(logging.ERROR)
        try:
            program = torch.onnx.export(
                network,
                (example,),
                dynamo=True,
                verbose=False,
                opset_version=OPSET,
                input_names=["images"],
                output_names=["logits"],
                dynamic_shapes=({0: Dim("batch")},),
            )
        finally:
            log.setLevel(level)
    assert program is not None  # it is None only for the older exporter
    proto = program.model_proto
    _forget_origin(proto)
    proto.doc_string = "Reads a handwritten digit. images: float32 in [0, 1], white on black, as in MNIST. No softmax."
    proto.producer_name = "Digit Lab"
    onnx.helper.set_model_props(proto, card.to_metadata() | {"normalisation": json.dumps({"scale": 1 / 255})})
    onnx.checker.check_model(proto, full_check=True)
    return bytes(proto.SerializeToString())


def _forget_origin(proto: object) -> None:
    """Drop the notes that the exporter leaves at every node: they name the files of this installation."""
    graph = proto.graph  # type: ignore[attr-defined]
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
