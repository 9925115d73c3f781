"""teach: let a network go on learning from digits that people drew, mixed with MNIST."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.asker import COMMAND_LINE
from mnist_core.cli import argument_types as types
from mnist_core.cli.interruption import kept
from mnist_core.cli.network import load_network
from mnist_core.openmp import let_spin


def add(commands: Any) -> None:
    """Declare the command."""
    teach = commands.add_parser(
        "teach",
        help="teach a network the handwriting in drawings",
        description="Let a network go on learning from the pen digits of a UNIPEN file, mixed with MNIST, and record "
        "the run. About a fifth is kept aside to measure on. `drawings` measures the result on other writers.",
    )
    teach.add_argument("--drawings", type=types.path, required=True, metavar="FILE", help="UNIPEN text")
    teach.add_argument(
        "--checkpoint",
        type=types.network,
        metavar="FILE",
        default="best",
        help=f"where to start: {types.NETWORK} (default: %(default)s)",
    )
    teach.add_argument(
        "--per-digit",
        type=types.whole_number(2, 1000),
        default=30,
        metavar="N",
        help="drawings of each digit (2 to 1,000; default: %(default)s)",
    )
    teach.add_argument("--writers", metavar="FIRST-LAST", help="learn from these writers alone (default: all)")
    teach.add_argument(
        "--seed",
        type=types.whole_number(0, 2**31 - 1),
        default=0,
        metavar="N",
        help="chooses the drawings (0 to 2,147,483,647; default: %(default)s)",
    )
    types.add_run_options(teach)
    teach.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    let_spin()
    from mnist_core.cli.progress import carry_out
    from mnist_core.handwriting.fine_tuning import FineTuning
    from mnist_core.handwriting.pen_digits import choose_drawings
    from mnist_core.handwriting.unipen import by_writers, read_unipen
    from mnist_core.runs.store import create_run

    model, card = load_network(arguments.checkpoint)
    digits = by_writers(read_unipen(arguments.drawings), arguments.writers)
    images, labels = choose_drawings(digits, arguments.per_digit, arguments.seed)
    fine_tuning = FineTuning(
        start=arguments.checkpoint.stem, card=card, weights=model.state_dict(), images=images, labels=labels
    )
    aside = int(fine_tuning.held_out.sum())
    print(f"{len(labels)} drawings by {len({digit.writer for digit in digits})} writers, {aside} of them kept aside")
    if (tested := card.metrics.get("test_accuracy")) is not None:
        print(f"test accuracy before: {tested:.2%}")
    content = fine_tuning.to_bytes()
    run = create_run(fine_tuning.config, "taught", arguments.runs, asker=COMMAND_LINE, fine_tuning=content)
    with kept(run):
        return carry_out(run, arguments.output, arguments.threads)
