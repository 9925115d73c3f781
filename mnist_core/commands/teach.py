"""teach: let a network go on learning from digits that people drew, mixed with MNIST."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mnist_core.cores import cores


def add(commands: Any) -> None:
    """Declare the command."""
    teach = commands.add_parser(
        "teach",
        help="teach a network the handwriting in drawings",
        description="Let a network go on learning from the pen digits of a UNIPEN file, mixed with MNIST, and record "
        "the run. About a fifth is kept aside to measure on. `drawings` measures the result on other writers.",
    )
    teach.add_argument("--drawings", type=Path, required=True, metavar="FILE", help="UNIPEN text")
    teach.add_argument("--checkpoint", type=Path, default=Path("checkpoints/best.safetensors"), help="where to start")
    teach.add_argument("--per-digit", type=int, default=30, metavar="N", help="drawings of each digit (default: 30)")
    teach.add_argument("--writers", metavar="FIRST-LAST", help="learn from these writers alone")
    teach.add_argument("--seed", type=int, default=0, metavar="N", help="chooses the drawings (default: 0)")
    teach.add_argument("--runs", type=Path, metavar="FOLDER", help="where runs are recorded (default: runs/)")
    teach.add_argument("--threads", type=int, default=cores(), metavar="N", help="threads (default: all cores)")
    teach.add_argument("--output", type=Path, metavar="FILE", help="also write the taught network to this file")
    teach.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry it out; return the exit code."""
    import torch

    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.commands.progress import carry_out
    from mnist_core.handwriting import choose_drawings
    from mnist_core.lesson import Lesson
    from mnist_core.runs import create_run
    from mnist_core.unipen import by_writers, read_unipen

    torch.set_num_threads(max(1, arguments.threads))
    model, card = load_checkpoint(arguments.checkpoint)
    digits = by_writers(read_unipen(arguments.drawings), arguments.writers)
    images, labels = choose_drawings(digits, arguments.per_digit, arguments.seed)
    lesson = Lesson(
        arguments.checkpoint.stem, card.metrics.get("test_accuracy"), card.config, model.state_dict(), images, labels
    )
    aside = int(lesson.held_out.sum())
    print(f"{len(labels)} drawings by {len({digit.writer for digit in digits})} writers, {aside} of them kept aside")
    if lesson.test_accuracy is not None:
        print(f"test accuracy before: {lesson.test_accuracy:.2%}")
    return carry_out(create_run(lesson.config, "taught", arguments.runs, lesson=lesson.to_bytes()), arguments.output)
