"""Why this digit, and why not that one: four methods of attribution, laid over the digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import DigitLabError
from mnist_core.figures.diverging import ABOVE, BELOW, overlay, usual
from mnist_core.formatting import percent, signed
from ui.cached import measurements, models
from ui.inside import state
from ui.shared import names, panels
from ui.shared.kept_choice import kept_choice

if TYPE_CHECKING:
    from mnist_core.explain.attribution import Method
    from mnist_core.model.inference import Prediction
    from mnist_core.model.network import DigitNet

_READING: dict[Method, str] = {
    "gradient": (
        "How the digit’s logit changes when a pixel is made a little brighter: orange raises it, blue lowers it. It "
        "looks at tiny changes only, and is noisy: trust areas, not single pixels."
    ),
    "integrated gradients": (
        "The logit is shared out among the pixels, on the way from a black image to this one. The shares add up; black "
        "pixels get none, so it cannot say that missing ink matters."
    ),
    "grad-cam": (
        "Where the last feature maps speak for the digit, blown up from their few pixels to the whole image. It shows "
        "the region, never the stroke."
    ),
    "occlusion": (
        "A black square of 4 × 4 pixels hides one place after another: orange where hiding lowers the logit, blue "
        "where hiding raises it. Hiding black changes nothing, so it sees only ink."
    ),
}


def show(
    model: models.ModelFile,
    network: DigitNet,
    image: NDArray[np.float32],
    found: Prediction,
    logits: NDArray[np.float32],
) -> None:
    """Show what speaks for the predicted digit and for another one."""
    left, right = st.columns([5, 2], vertical_alignment="bottom")
    with left:
        method = kept_choice(
            "Method",
            list(_READING),
            "integrated gradients",
            key=state.key("method"),
            help="Four ways of asking which pixels speak for a digit; they answer different questions.",
            said=lambda name: "Grad-CAM" if name == "grad-cam" else name.capitalize(),
            wrap=True,
        )
    others = [d for d in found.ranking if d != found.digit]
    other = right.selectbox(
        f"Why {found.digit}, and why not",
        others,
        key=state.key("other", found.digit, others[0]),
        help="The digit to compare with; the network's second guess comes first.",
    )
    try:
        says = {d: measurements.attribution(model, network, image, d, method) for d in (found.digit, other)}
    except DigitLabError as error:
        st.info(names.in_markdown(error.sentence))
        return
    limit = usual(np.stack(list(says.values())))
    for column, (digit, say) in zip(st.columns(2, gap="medium"), says.items(), strict=True):
        with column:
            question = "Why" if digit == found.digit else "Why not"
            st.markdown(
                f"**{question} {digit}** · logit {signed(float(logits[digit]), 2)} · "
                f"{percent(found.probabilities[digit])}"
            )
            picture = panels.pixels_html(overlay(image, say, limit), 300, f"what speaks for and against {digit}")
            st.html(f'<div class="why">{picture}</div>')
            st.caption(_describe_attribution(method, digit, say, image))
    st.markdown(
        f"{_READING[method]} <span style='color:{ABOVE}'>■</span> speaks for the digit, "
        f"<span style='color:{BELOW}'>■</span> against it; full colour from {limit:.2g} on, in both pictures.",
        unsafe_allow_html=True,
    )


def _describe_attribution(method: Method, digit: int, say: NDArray[np.float32], image: NDArray[np.float32]) -> str:
    if not say.any():
        return f"No pixel has a say in {digit}: the network does not look at the image here."
    row, column = divmod(int(np.abs(say).argmax()), 28)
    strongest = float(say[row, column])
    where = f"at row {row}, column {column}"
    match method:
        case "gradient":
            verb = "raises" if strongest > 0 else "lowers"
            return f"Strongest {where}: making it 0.1 brighter {verb} the logit by about {abs(strongest) / 10:.2f}."
        case "integrated gradients":
            positive, negative = float(say[say > 0].sum()), float(say[say < 0].sum())
            return (
                f"For it {positive:.2f}, against it {signed(negative, 2)}, together {signed(positive + negative, 2)}: "
                "by so much its logit differs from that of a black image."
            )
        case "grad-cam":
            on_ink, off_ink = float(say[image > 0.5].mean()), float(say[image <= 0.5].mean())
            place = "on the ink" if on_ink > off_ink else "off the ink"
            return f"Strongest {where}; on average it speaks for {digit} more {place}."
        case "occlusion":
            verb = "lowers" if strongest > 0 else "raises"
            return f"Strongest {where}: hiding the squares there {verb} its logit by {abs(strongest):.2f} on average."
