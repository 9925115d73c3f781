"""The shipped checkpoints are what checkpoints/README.md says they are."""

import re

import pytest

from mnist_core.evaluation.metrics import accuracy
from mnist_core.evaluation.predictions import read_images
from mnist_core.handwriting import everyone
from mnist_core.model.checkpoint import load_checkpoint
from mnist_core.paths import CHECKPOINTS, PROJECT
from mnist_core.presets import preset

ROW = re.compile(r"\| `(\w+)\.safetensors` \| ([\d.]+) % \| ([\d.]+) to ([\d.]+) % \| ([\d,]+) \|")
CLAIMS = {row[1]: row for row in ROW.finditer((CHECKPOINTS / "README.md").read_text())}


def test_the_readme_speaks_of_every_checkpoint_and_no_other():
    assert set(CLAIMS) == {"best", "notebook", "everyone"}
    shipped = {path.stem for path in CHECKPOINTS.glob("*.safetensors")}
    assert shipped == {"best", "notebook", "everyone", "strangers"}
    text = (CHECKPOINTS / "README.md").read_text()
    assert all(f"checkpoints/{name}.safetensors" in text for name in shipped)


@pytest.mark.parametrize("name", ["best", "notebook", "everyone"])
def test_a_shipped_checkpoint_scores_what_the_readme_claims(name, mnist):
    path = CHECKPOINTS / f"{name}.safetensors"
    model, card = load_checkpoint(path)
    result = accuracy(read_images(model, mnist.test_images), mnist.test_labels)
    claimed, low, high, parameters = CLAIMS[name].groups()[1:]
    # A few images lie so near the border that another processor's rounding may turn them.
    assert 100 * result.share == pytest.approx(float(claimed), abs=0.03)
    assert [100 * bound for bound in result.interval] == pytest.approx([float(low), float(high)], abs=0.03)
    assert sum(p.numel() for p in model.parameters()) == int(parameters.replace(",", ""))
    assert card.config == (everyone.CONFIG if name == "everyone" else preset(name))
    assert card.metrics["test_accuracy"] == pytest.approx(result.share, abs=3e-4)
    assert card.metrics["epoch"] == card.config.epochs
    assert path.stat().st_size < 2 * 2**20


def test_the_network_for_drawings_says_what_it_learned_from_and_names_the_source():
    _, card = load_checkpoint(CHECKPOINTS / "everyone.safetensors")
    assert card.trained_on.describe() == (
        "58,000 images of MNIST, then on 7,494 drawings mixed with 58,000 images of MNIST (starting from best)"
    )
    for text in ((CHECKPOINTS / "README.md").read_text(), (PROJECT / "docs" / "licences.md").read_text()):
        assert "Alpaydin" in text
        assert "CC BY 4.0" in text
        assert "10.24432/C5MG6K" in text
