"""The browser's reading is the core's: drawings, networks and rejection side by side, in Chromium."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save, save_file

from mnist_core.config import TrainConfig
from mnist_core.explain.activations import activations
from mnist_core.formatting import percent
from mnist_core.model.card import ModelCard
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import PRESETS
from tests.support import boards
from tests.support.live_reading import KERNELS, READ, read_by_the_core
from tests.support.modules import module_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("modules")


@pytest.fixture(scope="module")
def page(chromium, folder):
    with module_page(chromium, folder) as page:
        yield page


@cache
def drawn():
    """Boards of every kind."""
    random = np.random.default_rng(0)
    return [
        *boards.pen_digits(300, random),
        *boards.doodles(random),
        *boards.habits(random),
        *boards.numbers(40, random),
        *boards.marks(random),
        *boards.moved(random),
    ]


@cache
def read_there(name):
    """What the core makes of these boards with a shipped network."""
    return read_by_the_core(drawn(), name)


@pytest.mark.parametrize("plain", [False, True], ids=["SIMD", "plain"])
@pytest.mark.parametrize("name", ["everyone", "notebook"])
def test_the_browser_reads_every_drawing_as_the_core_does(page, name, plain):
    found = page.evaluate(READ, {"boards": drawn(), "network": f"/checkpoints/{name}.safetensors", "plain": plain})
    answers = doubts = refusals = 0
    for place, (here, core) in enumerate(zip(found, read_there(name), strict=True)):
        assert here["refusal"] == core["refusal"], place
        assert len(here["answers"]) == len(core["answers"]), place
        refusals += here["refusal"] is not None
        for mine, theirs in zip(here["answers"], core["answers"], strict=True):
            assert np.abs(np.subtract(mine["image"], theirs["image"])).max() < 1 / 255, place
            assert np.argmax(mine["probabilities"]) == np.argmax(theirs["probabilities"]), place
            assert np.abs(np.subtract(mine["probabilities"], theirs["probabilities"])).max() < 1e-3, place
            assert mine["doubt"] == theirs["doubt"], place
            answers += 1
            doubts += mine["doubt"] is not None
    # Each kind of outcome was there to be compared.
    assert answers > 400
    assert doubts > 20
    assert refusals > 5


def test_a_board_that_is_one_digit_is_read_as_one_however_its_strokes_lie(page):
    numbers = boards.numbers(10, np.random.default_rng(0))
    address = {"network": "/checkpoints/notebook.safetensors", "plain": False, "whole": True}
    found = page.evaluate(READ, {"boards": numbers, **address})
    for here, core in zip(found, read_by_the_core(numbers, "notebook", whole=True), strict=True):
        (mine,), (theirs,) = here["answers"], core["answers"]
        assert np.abs(np.subtract(mine["image"], theirs["image"])).max() < 1 / 255
        assert np.abs(np.subtract(mine["probabilities"], theirs["probabilities"])).max() < 1e-3


LOGITS = f"""async ({{ network, images, plain }}) => {{
    {KERNELS}
    const {{ Network }} = await import("/live/network.js")
    const made = new Network(await bytes(network), kernels)
    const maps = made.steps[0].layer.kind === "convolution" ? made.firstMaps(Float32Array.from(images[0])).values : []
    return {{
        logits: images.map(image => Array.from(made.logits(Float32Array.from(image)))),
        maps: Array.from(maps),
        multiplyAdds: made.multiplyAdds,
    }}
}}"""

ARCHITECTURES = {
    **{name: preset.config for name, preset in PRESETS.items()},
    **{
        f"{activation}, {pooling} pooling, {padding}": TrainConfig(
            filters=(5, 12),
            kernel_sizes=(5, 3),
            convolutions_per_stage=repeats,
            activation=activation,
            pooling=pooling,
            padding=padding,
            batch_norm=norm,
            dense=dense,
            dropout=0.2,
        )
        for activation, pooling, padding, norm, dense, repeats in (
            ("relu", "average", "same", True, (), 2),
            ("leaky_relu", "max", "same", True, (20, 7), 1),
            ("leaky_relu", "none", "valid", False, (), 1),
            ("gelu", "stride", "same", False, (9,), 1),
            ("gelu", "average", "valid", True, (30,), 1),
            ("tanh", "stride", "valid", True, (), 2),
            ("sigmoid", "max", "same", True, (16,), 2),
            ("sigmoid", "none", "same", False, (), 1),
        )
    },
    "nine pixels wide, one filter": TrainConfig(filters=(1,), kernel_sizes=(9,), padding="same", dense=(1,)),
    "one by one": TrainConfig(filters=(3, 8, 9), kernel_sizes=(1, 1, 1), pooling="average"),
    "dense alone, with dropout": TrainConfig(filters=(), kernel_sizes=(), dense=(30, 11), dropout=0.5),
    "five stages": TrainConfig(filters=(2, 3, 4, 5, 6), kernel_sizes=(3,) * 5, padding="same", pooling="stride"),
}


def trained_anyhow(config: TrainConfig, seed: int):
    """A network with random weights and, of batch normalisation, random statistics, in evaluation mode."""
    torch.manual_seed(seed)
    network = build_model(config)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.3, 2)
            elif tensor.is_floating_point():
                tensor.add_(torch.randn_like(tensor) * 0.05)
    return network.eval()


@pytest.mark.parametrize("plain", [False, True], ids=["SIMD", "plain"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_network_that_can_be_trained_gives_the_cores_logits(page, folder, mnist, name, plain):
    network = trained_anyhow(ARCHITECTURES[name], seed=len(name))
    file = folder / "network.safetensors"
    save_checkpoint(file, network, ModelCard(config=ARCHITECTURES[name], metrics={"validation_loss": float("nan")}))
    images = np.asarray(mnist.test_images[:5]).astype(np.float32) / 255
    with torch.inference_mode():
        expected = network(torch.from_numpy(images)[:, None]).numpy()
    found = page.evaluate(
        LOGITS, {"network": f"/{file.name}", "images": images.reshape(5, -1).tolist(), "plain": plain}
    )
    np.testing.assert_allclose(found["logits"], expected, rtol=1e-4, atol=1e-5 * max(1, np.abs(expected).max()))
    adds = sum(layer.multiply_adds for layer in network.layers)
    assert found["multiplyAdds"] >= adds, "channels are filled up to groups of eight"
    if ARCHITECTURES[name].filters:
        maps = next(one.values for one in activations(network, images[0]) if one.name == "act1")
        np.testing.assert_allclose(found["maps"], maps.ravel(), rtol=1e-4, atol=1e-5)


REFUSED = f"""async ({{ name, maker, plain }}) => {{
    {KERNELS}
    const {{ CheckpointError }} = await import("/live/errors.js")
    const made = maker === "Detector" ? await import("/live/detector.js") : await import("/live/network.js")
    try {{ new made[maker](await bytes(name), kernels) }}
    catch (error) {{ return error instanceof CheckpointError ? error.message : `a fault: ${{error}}` }}
    return "taken"
}}"""


def refused(page, folder: Path, file: bytes, maker: str = "Network") -> str:
    (folder / "damaged.safetensors").write_bytes(file)
    return page.evaluate(REFUSED, {"name": "/damaged.safetensors", "maker": maker, "plain": True})


def test_a_damaged_or_foreign_file_is_refused_with_a_sentence(page, folder):
    whole = (CHECKPOINTS / "notebook.safetensors").read_bytes()
    assert refused(page, folder, whole) == "taken"
    header = 8 + int.from_bytes(whole[:8], "little")
    for length in (0, 5, 8, 100, header - 1, header, header + 1000, len(whole) - 4, len(whole) - 1):
        assert "cut off" in refused(page, folder, whole[:length]), length
    assert "cut off" in refused(page, folder, whole + b"more")
    assert "cut off" in refused(page, folder, b"\xff" * 400)
    assert "cut off" in refused(page, folder, b"<!doctype html><title>Not found</title>")
    tensors = load_file(CHECKPOINTS / "notebook.safetensors")
    assert "not written by Digit Lab" in refused(page, folder, save(tensors))
    card = ModelCard(config=PRESETS["notebook"].config, metrics={}).to_metadata()
    assert refused(page, folder, save(tensors, card)) == "taken"
    assert "damaged" in refused(page, folder, save(tensors, card | {"config": "{"}))
    fewer = {name: tensor for name, tensor in tensors.items() if name != "conv1.bias"}
    assert refused(page, folder, save(fewer, card)).endswith("its own configuration: conv1.bias")
    wider = tensors | {"output.weight": torch.zeros(10, 65)}
    assert refused(page, folder, save(wider, card)).endswith("its own configuration: output.weight")
    diverged = tensors | {"conv2.bias": torch.full_like(tensors["conv2.bias"], float("nan"))}
    assert "diverged" in refused(page, folder, save(diverged, card))
    assert "never taught what is none" in refused(page, folder, save(tensors, card), "Detector")


def test_a_network_whose_tensors_lie_at_odd_places_is_read(page, folder):
    """The header of a safetensors file may have any length."""
    tensors = load_file(CHECKPOINTS / "notebook.safetensors")
    card = ModelCard(config=PRESETS["notebook"].config, metrics={}).to_metadata()
    for extra in range(4):
        save_file(tensors, folder / "odd.safetensors", card | {"note": "x" * extra})
        raw = bytearray((folder / "odd.safetensors").read_bytes())
        length = int.from_bytes(raw[:8], "little")
        raw[8 + length : 8 + length] = b" " * extra
        raw[:8] = (length + extra).to_bytes(8, "little")
        assert refused(page, folder, bytes(raw)) == "taken"


def test_numbers_are_rounded_and_interpolated_as_numpy_does(page):
    values = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 1e9 + 0.5, -2.500001, 7.0]
    rounded = page.evaluate(
        "async values => values.map((await import('/live/array.js')).roundHalfEven)",
        values,
    )
    assert rounded == np.round(values).tolist()
    random = np.random.default_rng(1)
    places = np.sort(np.round(random.uniform(0, 9, 30), 1))  # some of them twice
    heights = random.normal(size=30)
    at = np.sort(np.concatenate([places[::3], random.uniform(-1, 10, 40)]))
    found = page.evaluate(
        """async ([at, from, to]) => {
            const { interpolate } = await import("/live/array.js")
            return Array.from(interpolate(...[at, from, to].map(values => Float64Array.from(values))))
        }""",
        [at.tolist(), places.tolist(), heights.tolist()],
    )
    assert found == np.interp(at, places, heights).tolist()
    for start, stop, count in ((0, 0, 1), (0, 17.1, 128), (0, 0, 5), (2, -3.3, 7)):
        found = page.evaluate(
            "async args => Array.from((await import('/live/array.js')).linspace(...args))", [start, stop, count]
        )
        assert found == np.linspace(start, stop, count).tolist()


def test_certainty_is_written_as_the_core_writes_it(page):

    shares = [
        0.0,
        0.004,
        0.12345,
        0.5,
        0.99949,
        0.9995,
        0.99994,
        0.99996,
        1.0,
        *np.random.default_rng(2).uniform(size=99),
    ]
    found = page.evaluate(
        "async shares => shares.map((await import('/live/formatting.js')).certainty)",
        shares,
    )
    assert found == [percent(share) for share in shares]
