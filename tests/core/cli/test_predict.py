"""The command `predict`, and which files the command line takes for a picture or for a network."""

import io
import os
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.__main__ import main
from mnist_core.paths import CHECKPOINTS

STRANGERS = str(CHECKPOINTS / "strangers.safetensors")
BEST = str(CHECKPOINTS / "best.safetensors")


@pytest.fixture
def number(tmp_path, mnist):
    """A picture of 7210, white on black."""
    side = [Image.fromarray(np.array(image)).resize((140, 140)) for image in mnist.test_images[:4]]
    canvas = Image.new("L", (700, 200))
    for place, image in enumerate(side):
        canvas.paste(image, (20 + 150 * place, 30))
    path = tmp_path / "number.png"
    canvas.save(path)
    return path


@pytest.fixture
def heart(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 100)
    x = 16 * np.sin(angle) ** 3
    y = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    canvas = Image.new("L", (280, 280))
    ImageDraw.Draw(canvas).line([(140 + 6 * a, 140 - 6 * b) for a, b in zip(x, y, strict=True)], 255, 16)
    path = tmp_path / "heart.png"
    canvas.save(path)
    return path


def test_several_digits_are_read_as_a_number_with_the_probability_of_each(number, capsys):
    assert main(["predict", BEST, str(number)]) == 0
    path, read, sure = capsys.readouterr().out.rstrip("\n").split("\t")
    assert (path, read) == (str(number), "7210")
    assert [float(share.removesuffix("%")) > 90 for share in sure.split("; ")] == [True] * 4


def test_what_is_no_digit_is_a_question_mark_with_the_reason(heart, capsys):
    assert main(["predict", BEST, str(heart)]) == 0
    _, read, reason = capsys.readouterr().out.split("\t")
    assert read == "?"
    assert "hardly those of a digit" in reason


def test_a_piece_too_small_to_be_a_digit_is_passed_over_beside_others(number, capsys, monkeypatch):
    from mnist_core.drawing import segmentation

    split = segmentation.split_raster

    def with_a_blot(ink, judge):
        pieces = split(ink, judge)
        return [segmentation.Piece(pieces[0].box, np.ones((2, 2), np.float32)), *pieces]

    monkeypatch.setattr(segmentation, "split_raster", with_a_blot)
    assert main(["predict", BEST, str(number)]) == 0
    assert capsys.readouterr().out.split("\t")[1] == "7210"
    monkeypatch.setattr(segmentation, "split_raster", lambda ink, judge: with_a_blot(ink, judge)[:1])
    assert main(["predict", BEST, str(number)]) == 2
    assert "too small to be a digit" in capsys.readouterr().err


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(number, tmp_path, monkeypatch):
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    path.write_bytes(number.read_bytes())
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="strict")
    monkeypatch.setattr(sys, "stdout", said)
    assert main(["predict", BEST, str(path), str(number)]) == 0
    lines = said.buffer.getvalue().decode().splitlines()
    assert [line.split("\t")[:2] for line in lines] == [[f"{tmp_path}/caf\\udce9.png", "7210"], [str(number), "7210"]]


def test_a_missing_picture_is_said_to_be_missing(tmp_path, capsys):
    path = tmp_path / "none.png"
    assert main(["predict", BEST, str(path), str(tmp_path)]) == 2
    assert capsys.readouterr().err == (f"error: {path}: No such file or directory\nerror: {tmp_path}: Is a directory\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", STRANGERS],
        ["predict", STRANGERS, "x.png"],
        ["export", STRANGERS, "--csv", "x.csv"],
        ["drawings", "x", "--checkpoint", STRANGERS],
        ["teach", "--drawings", "x", "--checkpoint", STRANGERS],
    ],
)
def test_the_detector_of_strangers_is_no_network_to_take_in_hand(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert "strangers.safetensors tells what is no digit, but does not read digits" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_device_is_not_called_a_folder(capsys):
    assert main(["evaluate", "/dev/null"]) == 2
    assert "/dev/null is no file" in capsys.readouterr().err
