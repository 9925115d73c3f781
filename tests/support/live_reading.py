"""One board read twice: by the modules of the live reading in a browser, and by the core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from mnist_core.drawing.preprocess import from_strokes
from mnist_core.drawing.segmentation import digits_of_strokes
from mnist_core.drawing.strokes import from_canvas
from mnist_core.errors import DrawingError
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.model.inference import predict
from mnist_core.paths import CHECKPOINTS
from mnist_core.rejection.detector import load_detector

KERNELS = """
    const { wasmKernels, plainKernels } = await import("/live/kernel.js")
    const bytes = async (name) => (await fetch(name, { cache: "no-store" })).arrayBuffer()
    const kernels = plain ? plainKernels : await wasmKernels(await bytes("/live/kernel.wasm"))
"""
"""Of a function with an argument `plain`: how it gets its arithmetic and its files."""

READ = f"""async ({{ boards, network, plain, whole }}) => {{
    {KERNELS}
    const {{ Detector }} = await import("/live/detector.js")
    const {{ Network }} = await import("/live/network.js")
    const {{ Reader }} = await import("/live/reading.js")
    const {{ fromObjects }} = await import("/live/fabric_paths.js")
    const detector = new Detector(await bytes("/checkpoints/strangers.safetensors"), kernels)
    const reader = new Reader(new Network(await bytes(network), kernels), detector, whole)
    return boards.map(objects => {{
        const {{ answers, refusal }} = reader.read(fromObjects(objects))
        return {{ refusal, answers: answers.map(one => ({{ ...one, image: Array.from(one.image) }})) }}
    }})
}}"""
"""Called with boards, each a list of fabric.js objects, the address of a network, whether to do without SIMD, and
whether each board is one digit, on the page of `modules.module_page`."""


def read_by_the_core(boards: Sequence[list[dict[str, Any]]], name: str, *, whole: bool = False) -> list[dict[str, Any]]:
    """Return what `READ` returns for these boards and a shipped network, computed by the core."""
    network, _ = load_checkpoint(CHECKPOINTS / f"{name}.safetensors")
    detector = load_detector()

    def answer(image: NDArray[Any]) -> dict[str, Any]:
        return {
            "image": image.ravel(),
            "probabilities": predict(network, image).probabilities,
            "doubt": detector.describe_refusal(image),
        }

    def read(objects: list[dict[str, Any]]) -> dict[str, Any]:
        try:
            strokes = from_canvas({"objects": objects})
            if whole:
                images = [from_strokes(strokes)]
            else:
                images = [image for _, image in digits_of_strokes(strokes, detector.judge)]
        except DrawingError as error:
            return {"refusal": str(error), "answers": []}
        return {"refusal": None, "answers": [answer(image) for image in images]}

    return [read(objects) for objects in boards]
