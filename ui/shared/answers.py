"""What a network answers: a digit with its bars, a refusal with its reason, or several digits as a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.formatting import percent
from ui.cached import measurements, models
from ui.shared import panels

if TYPE_CHECKING:
    from mnist_core.model.inference import Prediction


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network makes of one image."""

    image: NDArray[np.float32]
    found: Prediction
    doubt: str | None
    """Why this does not look like a digit; None where it does."""
    false_refusals: float
    """Share of MNIST's validation images, all of them digits, that are refused, too."""

    @property
    def said(self) -> str:
        """The digit, or a question mark."""
        return "?" if self.doubt else str(self.found.digit)


def read(model: models.ModelFile, image: NDArray[np.float32]) -> Answer:
    """Let the model read one image, (28, 28) in [0, 1].

    Raises:
        CheckpointError: the model's file, or that of the detector of what is no digit, has vanished or is damaged.
    """
    from mnist_core.model.inference import predict

    found = predict(models.network(model), image)
    detector = measurements.detector()
    return Answer(image, found, detector.describe_refusal(image), detector.false_refusals)


def answer_html(answer: Answer, mark: str = 'id="answer"') -> str:
    """Return the answer, big, with how sure it is and the ten bars; `mark` tells the page's main answer from others."""
    found = answer.found
    if answer.doubt:
        anyway = (
            f"The model in hand knows only digits: it would say {found.digit}, {percent(found.confidence)} sure; "
            f"second guess: {_describe_second(found)}. Of MNIST's validation images, {answer.false_refusals:.1%} "
            "are refused like this."
        )
        return no_digit_html(f"{answer.doubt}.", mark, anyway) + (
            f'<div style="opacity:.45">{panels.bars_html(found)}</div>'
        )
    return (
        '<div style="display:flex;align-items:center;gap:1.2rem">'
        f'<div {mark} style="font-size:5.5rem;font-weight:700;line-height:1" data-answer="{found.digit}">'
        f"{found.digit}</div><div><b>{percent(found.confidence)}</b> sure<br>"
        f'<span style="opacity:.7">second guess: {_describe_second(found)}</span></div></div>' + panels.bars_html(found)
    )


def no_digit_html(reason: str, mark: str = 'id="answer"', anyway: str = "") -> str:
    """Return the refusal with its reason, a sentence, and what would be said `anyway`, where the network was asked."""
    return (
        f'<div {mark} data-answer="?" style="margin-bottom:.6rem"><b style="font-size:1.25rem">This does not look '
        f'like a digit</b><br>{reason}<br><span style="opacity:.7">{anyway}</span></div>'
    )


def number_html(answers: Sequence[Answer]) -> str:
    """Return several digits as one number, and each with its image and its bars."""
    number = "".join(answer.said for answer in answers)
    cards = "".join(
        '<figure style="margin:0"><div style="display:flex;align-items:center;gap:.6rem;margin-bottom:.3rem">'
        f"{panels.pixels_html(answer.image, 64, f'digit {place} as the network sees it')}"
        f'<b style="font-size:2.2rem;line-height:1">{answer.said}</b></div>'
        f'<div style="font-size:.8rem"><div style="opacity:.75;margin-bottom:.3rem">{_describe_certainty(answer)}</div>'
        f"{panels.bars_html(answer.found)}</div></figure>"
        for place, answer in enumerate(answers, 1)
    )
    return (
        f'<div id="answer" data-answer="{number}" style="font-size:4.2rem;font-weight:700;line-height:1.1;'
        f'overflow-wrap:anywhere">'
        f"{number}</div>"
        '<div class="number" style="display:grid;grid-template-columns:repeat(auto-fit,minmax(106px,1fr));'
        f'gap:14px 18px;margin-top:.4rem">{cards}</div>'
    )


def _describe_certainty(answer: Answer) -> str:
    found = answer.found
    sure = f"{percent(found.confidence)} sure"
    first = f"unlike any digit; it would say {found.digit}, {sure}" if answer.doubt else sure
    return f"{first}<br>second guess: {_describe_second(found)}"


def _describe_second(found: Prediction) -> str:
    digit = found.ranking[1]
    return f"{digit} ({percent(found.probabilities[digit])})"
