"""Explore, the wall: forty images at a time, dealt at random or chosen for what they teach; one click takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data.mnist import Mnist
from mnist_core.explore.analyses import PAIRS
from mnist_core.explore.typicality import disagreements
from mnist_core.formatting import whole_percent, with_article
from ui.components.image_wall import Brick, wall
from ui.explore import analyses, picture, state
from ui.explore.picture import Picture
from ui.shared import names, panels
from ui.shared.kept_choice import kept_choice

COUNT = 40
KINDS = {
    "random": "Random",
    "typical": "Most typical",
    "unusual": "Most unusual",
    "pairs": "Nearly equal",
    "doubted": "Label in doubt",
}
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class _Choice:
    """The images on the wall, and the sentence about them."""

    pictures: Sequence[Picture]
    captions: Sequence[str]
    sentence: str


def show(data: Mnist) -> None:
    """Draw the section."""
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    first = controls.container(width="content")
    with controls:
        kind = kept_choice(
            "Which images",
            list(KINDS),
            "random",
            key=state.key("kind"),
            help="At random, or those that are most or least like the others, twins, and those with a label in doubt.",
            said=KINDS.__getitem__,
            wrap=True,
        )
    with first:
        part = picture.choose_part(disabled=kind == "pairs")  # these are looked for in both
    label = controls.selectbox(
        "Digit",
        ["all", *range(10)],
        width=90,
        key=state.key("digit"),
        persist_state="session",
        help="Only images with this label.",
    )
    digit = None if label == "all" else int(label)
    controls.button(
        "Deal again",
        icon=":material/shuffle:",
        on_click=state.next_seed,
        disabled=kind != "random",
        help="Shows forty other images; the number of the deal is the seed of the draw.",
    )
    with st.container(key=state.key("wall-columns")):
        walls, side = st.columns([4, 1], gap="medium")
    with walls:
        choice = _choose(data, part, kind, digit)
        if choice is None:
            return
        bricks = [
            Brick(picture.number_of(data, one), one.image, caption, f"{one.name}, {with_article(one.label)}")
            for one, caption in zip(choice.pictures, choice.captions, strict=True)
        ]
        st.markdown(choice.sentence)
        at, _ = picture.nearest_index(state.explored("index"), len(data.train_images))
        clicked = wall(bricks, state.key("wall"), at + (0 if part == "training" else len(data.train_images)))
        if clicked is not None:
            picture.take(picture.counted_through(data, clicked))
            st.rerun()
    with side:
        panels.last_column_first(state.key("wall-columns"))  # on a phone, what a click did is not below forty images
        picture.in_hand("Click on an image: it becomes the digit in hand, on this page and on every other.")


def _choose(data: Mnist, part: str, kind: str, digit: int | None) -> _Choice | None:
    match kind:
        case "random":
            return _random(data, part, digit)
        case "pairs":
            return _pairs(data, digit)
        case "doubted":
            return _doubted(data, part, digit)
        case _:
            return _far_or_near(data, part, digit, kind)


def _random(data: Mnist, part: str, digit: int | None) -> _Choice:
    _, labels = picture.of_part(data, part)
    pool = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
    dealt = np.random.default_rng(state.seed()).choice(pool, COUNT, replace=False)
    pictures = [picture.picture(data, part, int(i)) for i in dealt]
    kind = "" if digit is None else f" labelled {digit}"
    sentence = f"**Forty random {part} images{kind}** of {len(pool):,}, dealt with seed {state.seed()}. "
    if digit is None:
        counts = np.bincount(labels[dealt], minlength=10)
        sentence += f"Among them, {_describe_most_frequent(counts)} most often ({counts.max()} times). "
    return _Choice(pictures, [f"{p.index:,}: {p.label}" for p in pictures], sentence + "Which is hard to read?")


def _describe_most_frequent(counts: NDArray[np.int64]) -> str:
    """Return which digits come as often as the most frequent one, with their verb."""
    *others, last = (str(digit) for digit in np.flatnonzero(counts == counts.max()))
    return f"{', '.join(others)} and {last} come" if others else f"{last} comes"


def _far_or_near(data: Mnist, part: str, digit: int | None, kind: str) -> _Choice | None:
    name, found = analyses.of_network()
    if "distances" not in found:
        return None
    seen_by = f"“{names.in_markdown(name)}”"
    _, labels = picture.of_part(data, part)
    training = len(data.train_images)
    distances = found["distances"][:training] if part == "training" else found["distances"][training:]
    digits = range(10) if digit is None else [digit]
    chosen: list[int] = []
    for one in digits:
        members = np.flatnonzero(labels == one)
        order = members[np.argsort(distances[members], kind="stable")]
        most = COUNT // len(digits)
        chosen += (order[:most] if kind == "typical" else order[::-1][:most]).tolist()
    pictures = [picture.picture(data, part, i) for i in chosen]
    middle = np.median(distances[labels == digit] if digit is not None else distances)
    reach = np.array([distances[i] for i in chosen])
    sentence = (
        f"**The {part} images {'nearest to' if kind == 'typical' else 'farthest from'} the average of their digit**, "
        f"as the last layer of {seen_by} sees them: {reach.min():.2f} to {reach.max():.2f} away; half of all images "
        f"are within {middle:.2f}."
    )
    return _Choice(pictures, [f"{p.label}, {distances[p.index]:.2f} away" for p in pictures], sentence)


def _pairs(data: Mnist, digit: int | None) -> _Choice | None:
    found = analyses.of_pixels()
    if "pairs" not in found:
        return None
    pairs, apart = found["pairs"], found["pair_distances"]
    if digit is not None:
        here = slice(digit * PAIRS, (digit + 1) * PAIRS)
        pairs, apart = pairs[here], apart[here]
    order = np.argsort(apart, kind="stable")[: COUNT // 2]
    pictures = [picture.counted_through(data, int(i)) for i in pairs[order].ravel()]
    captions = [f"{p.part[:5]} {p.index:,}" for p in pictures]
    across = sum(a.part != b.part for a, b in zip(pictures[::2], pictures[1::2], strict=True))
    equal = int(found["equal"])
    twins = f"{equal} images occur twice or more" if equal else "No two of the 70,000 images are equal in every pixel"
    sentence = (
        f"**Nearly equal pairs, side by side**, in training and test set. {twins}; the nearest two here "
        f"are {apart[order[0]]:.2f} apart, where 1 is one pixel black in one and white in the other. "
        f"{across} of these {len(order)} pairs have one image in each set."
    )
    return _Choice(pictures, captions, sentence)


def _doubted(data: Mnist, part: str, digit: int | None) -> _Choice | None:
    if part == "test":
        st.info(
            "Where a network disagrees with the labels of test images, it shows how well it does on them. Those are "
            "kept for the Evaluate page: choose the training images here."
        )
        return None
    name, found = analyses.of_network()
    if "read" not in found:
        return None
    seen_by = f"“{names.in_markdown(name)}”"
    read: NDArray[np.uint8] = found["read"].astype(np.uint8)
    confidence: NDArray[np.float32] = found["confidence"].astype(np.float32)
    doubted = disagreements(data.train_labels, read, confidence)
    if digit is not None:
        doubted = doubted[data.train_labels[doubted] == digit]
    sure = int((confidence[doubted] >= _SURE).sum())
    shown = doubted[:COUNT]
    if not len(shown):
        st.success(f"{seen_by} reads every one of these training images as its label says.")
        return None
    pictures = [picture.picture(data, "training", int(i)) for i in shown]
    captions = [
        f"label {p.label}, read {read[p.index]} ({whole_percent(float(confidence[p.index]))})" for p in pictures
    ]
    sentence = (
        f"**Training images that {seen_by} reads otherwise than their label**, the surest first: {len(doubted)} in "
        f"all, {sure} of them with {_SURE:.0%} or more. Who is right, the label or the network?"
    )
    return _Choice(pictures, captions, sentence)
