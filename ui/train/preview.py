"""Nine training images as the network would see them next: the augmentation of the settings in the form."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.config import TrainConfig
from ui.cached import dataset
from ui.shared import panels
from ui.train import handwriting, state


def augmentation(config: TrainConfig) -> None:
    """Draw three training images, three times each, augmented as `config` says, and a button for others."""
    import torch

    from mnist_core.data.augment import augment
    from mnist_core.model.network import to_input

    data, seed = dataset.mnist(), state.augmented_seed()
    nine = st.container()
    habits = handwriting.choose(seed) if config.pen_variants else []
    chosen = np.repeat(np.random.default_rng(seed).integers(0, len(data.train_images), 3), 3)
    images = to_input(data.train_images[chosen])
    if config.augmented:
        labels = torch.from_numpy(data.train_labels[chosen]).long()
        images = augment(images, labels, config, torch.Generator().manual_seed(seed), habits)
    shown = "".join(
        panels.pixels_html(image, 84, f"augmented {data.train_labels[row]}")
        for row, image in zip(chosen, images[:, 0].numpy(), strict=True)
    )
    nine.html(
        '<div class="augmented" style="display:grid;grid-template-columns:repeat(3,84px);gap:6px;'
        f'justify-content:center">{shown}</div>'
    )
    nine.caption(
        "Each row is one training image, seen three times: every time it is changed anew."
        if config.augmented
        else "Each row is one training image, seen three times: always the same, as no augmentation is set."
    )
    nine.button(
        "Show others",
        icon=":material/shuffle:",
        key=state.key("other-images"),
        on_click=state.next_augmented_seed,
        help="Take three other training images.",
    )
