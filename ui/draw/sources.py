"""Where the digits on the Draw page come from: the board, a picture, the camera or MNIST; each ends in an Input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.drawing.photo import read_picture
from mnist_core.drawing.segmentation import digits_of_raster, digits_of_strokes
from mnist_core.drawing.strokes import Box, Stroke, bounding_box, from_canvas
from mnist_core.quotas import uploads
from ui.cached import dataset, measurements
from ui.components import photo_field
from ui.draw import board, state
from ui.shared import panels, session, visitor

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

INVITATIONS = {
    "Board": "Draw a digit from 0 to 9 on the black board, as large as you like. Several side by side are read as a "
    "number.",
    "Picture": "Choose a picture of one or more digits: their ink is found and read.",
    "Camera": "Take a picture of a digit: its ink is found and read.",
    "MNIST": "",
}
_IN_HAND = "this is the digit in hand, from elsewhere."
EMPTY = {
    "Board": f"The board is empty: {_IN_HAND} As soon as you draw, yours takes its place.",
    "Picture": f"No picture is chosen: {_IN_HAND} Yours will take its place.",
    "Camera": f"No picture is taken: {_IN_HAND} Yours will take its place.",
}
"""What is said where nothing is on a source, and a digit in hand all the same."""
_KINDS = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff")
_MOST_MB = 10


@dataclass(frozen=True, slots=True)
class Input:
    """What was drawn or shown: one digit, or several side by side."""

    pixels: NDArray[np.uint8] | NDArray[np.float32]
    """The whole picture, (H, W, 4) or (H, W)."""
    images: list[NDArray[np.float32]]
    """Each digit from left to right, (28, 28) in [0, 1]."""
    boxes: list[Box]
    """Where each digit lies, in the picture's pixels."""
    source: str
    label: int | None = None
    strokes: tuple[tuple[Stroke, ...], ...] = ()
    """Each digit's, where it was drawn."""


def choose() -> str:
    """Draw the switch between the sources and return the chosen one."""
    return st.segmented_control(
        "Where the digit comes from",
        [source for source in INVITATIONS if source != "Camera" or session.may_have_camera()],
        default="Board",
        required=True,
        label_visibility="collapsed",
        key=state.key("source"),
        persist_state="session",
        on_change=_leave,
        help="Draw on the board, upload a picture, take one with the camera, or take one of MNIST's own test images.",
    )


def _leave() -> None:
    session.drop_digit()  # it is not on the new source
    session.let_uploads_go()


def take(source: str) -> Input | None:
    """Draw the chosen source and return what is on it; None before there is anything.

    Raises:
        DrawingError: what is on it cannot be read as digits.
        QuotaError: the visitor has uploaded too many pictures just now.
        DataError: MNIST's files are missing or damaged.
    """
    match source:
        case "Picture":
            file = st.file_uploader(
                f"A picture of one or more digits, at most {_MOST_MB} MB",
                _KINDS,
                key=state.key("file"),
                max_upload_size=_MOST_MB,
                on_change=session.drop_digit,  # a picture that is taken away takes its digit along
                help="A photo or scan of digits on paper, or a drawing. It stays on this computer.",
            )
            if not session.may_have_camera():
                photo_field.offer_camera(state.key("file"))
                st.caption(
                    "Over plain http a browser lends no page its camera. Touch the field: your phone then offers its "
                    "own camera."
                )
            return _from_upload(file, "Your picture") if file else None
        case "Camera":
            photo = st.camera_input(
                "Hold a digit on paper before the camera",
                key=state.key("camera"),
                on_change=session.drop_digit,
                help="Thick dark lines on plain paper are read best. The picture stays on this computer.",
            )
            return _from_upload(photo, "Your photo") if photo else None
        case "MNIST":
            return _from_mnist()
        case _:
            return _from_board()


def choose_digit(images: list[NDArray[np.float32]], said: list[str]) -> int:
    """Draw the switch between several digits, given what each was read as; return the place of the one in hand.

    It begins with the one that was in hand before: on coming back from another page, or after a reload.
    """
    held, key = session.digit(), state.key("place", len(said))
    before = (place for place, image in enumerate(images) if held and np.array_equal(image, held.image))
    session.begin_widget(key, next(before, 0))
    chosen = st.segmented_control(
        "Digit in hand",
        list(range(len(said))),
        format_func=lambda place: f"{place + 1}: {said[place]}",
        required=True,
        key=key,
        wrap=True,
        help="Which of the digits is looked at more closely, here and on the other pages.",
    )
    return chosen or 0


def _from_board() -> Input | None:
    drawn, pixels = board.canvas()
    strokes = from_canvas(drawn)
    if not strokes or pixels is None:
        if pixels is not None:
            session.drop_digit()  # every stroke was undone
        return None
    digits = digits_of_strokes(strokes, measurements.detector().judge)
    return Input(
        pixels,
        [image for _, image in digits],
        [bounding_box(drawn) for drawn, _ in digits],
        board.SOURCE,
        strokes=tuple(tuple(drawn) for drawn, _ in digits),
    )


def _from_upload(file: UploadedFile, source: str) -> Input:
    if file.file_id != state.counted_upload():
        uploads.count(visitor.asker())
        state.set_counted_upload(file.file_id)
    ink = read_picture(file.getvalue())
    digits = digits_of_raster(ink, measurements.detector().judge)
    found = Input(ink, [image for _, image in digits], [piece.box for piece, _ in digits], source)
    st.html(panels.boxes_html(ink, found.boxes, board.SIDE))
    st.caption("The ink that was found in it, and each digit's place.")
    return found


def _from_mnist() -> Input:
    data = dataset.mnist()
    count = len(data.test_images)
    session.begin_widget(state.TEST_INDEX, 0)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    index = left.number_input(
        "Test image",
        0,
        count - 1,
        key=state.TEST_INDEX,
        persist_state="session",
        help="One of the 10,000 images that no network here has learned from.",
    )
    right.button(
        "Random",
        icon=":material/shuffle:",
        on_click=state.draw_test_index,
        args=(count,),
        help="Put a random test image on the board.",
    )
    image = np.asarray(data.test_images[index])
    st.html(panels.pixels_html(image, board.SIDE, f"test image {index}"))
    label = int(data.test_labels[index])
    # As it is: MNIST's own images need no preparation.
    source = f"Test image {index:,}, labelled {label}"
    return Input(image, [np.divide(image, 255, dtype=np.float32)], [Box(0, 0, 28, 28)], source, label)
