"""everyone: make the shipped network that reads what people draw on the board, and measure it."""

from __future__ import annotations

import argparse
from typing import Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network


def add(commands: Any) -> None:
    """Declare the command."""
    everyone = commands.add_parser(
        "everyone",
        help="teach a network to read everybody's hand",
        description="Let a network go on learning, with one thread, from MNIST, from the pen digits of a UNIPEN file "
        "drawn again by other hands, and from handwriting that MNIST lacks.",
    )
    everyone.add_argument("--drawings", type=types.path, required=True, metavar="FILE", help="UNIPEN text")
    everyone.add_argument(
        "--checkpoint",
        type=types.network,
        metavar="FILE",
        default="best",
        help=f"where to start: {types.NETWORK} of the preset best (default: %(default)s)",
    )
    everyone.add_argument("--output", type=types.output, metavar="FILE", help="a .safetensors file to write")
    some = everyone.add_mutually_exclusive_group()
    some.add_argument(
        "--writers",
        metavar="WRITERS",
        help="learn from these alone, FIRST-LAST, tune or report, and measure on the others (default: learn from all)",
    )
    some.add_argument(
        "--fold",
        type=types.whole_number(1, 10),
        metavar="K",
        help="leave out the writers K, K + 10 and K + 20, and measure on them (1 to 10)",
    )
    some.add_argument(
        "--habits",
        type=types.whole_number(1, 2),
        metavar="HALF",
        help="learn one half of the habits alone, those at odd places of the list (1) or at even ones (2), and measure "
        "on the others",
    )
    everyone.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    import torch

    from mnist_core.data.mnist import load_mnist, split
    from mnist_core.habits.catalogue import HABITS
    from mnist_core.handwriting import everyone
    from mnist_core.handwriting.drawing_tables import read_habits
    from mnist_core.handwriting.pen_digits import BRUSH, read_drawings
    from mnist_core.handwriting.unipen import by_writers, read_unipen
    from mnist_core.model.card import ModelCard, versions
    from mnist_core.model.checkpoint import save_checkpoint
    from mnist_core.model.inference import evaluate
    from mnist_core.model.training_data import FineTuningData
    from mnist_core.rejection.detector import load_detector

    torch.set_num_threads(1)  # the weights depend on it
    model, card = load_network(arguments.checkpoint)
    digits, data = read_unipen(arguments.drawings), load_mnist()
    if arguments.fold:
        learned, left_out = everyone.leave_out(digits, arguments.fold)
    else:
        learned = by_writers(digits, arguments.writers)
        kept = {digit.writer for digit in learned}
        left_out = [digit for digit in digits if digit.writer not in kept]
    print(f"{len(learned):,} digits by {len({digit.writer for digit in learned})} writers", flush=True)
    habits, habits_left_out = (HABITS, ()) if not arguments.habits else everyone.hold_habits_apart(arguments.habits)
    config, (mixed_in, held_back) = everyone.CONFIG, split(everyone.CONFIG)
    for progress in everyone.learn(model.state_dict(), data, learned, config, habits):
        found = evaluate(progress.network, data.train_images[held_back], data.train_labels[held_back])
        print(
            f"epoch {progress.epoch} of {config.epochs}: loss {progress.loss:.4f}, "
            f"{found.accuracy:.2%} of MNIST's validation images",
            flush=True,
        )
    metrics = {"epoch": config.epochs, "validation_accuracy": found.accuracy, "validation_loss": found.loss}
    if left_out:
        reading = read_drawings(progress.network, left_out, BRUSH, load_detector())
        low, high = reading.accuracy.interval
        print(f"left out: {reading.accuracy.correct:,} of {len(left_out):,} read right,", end=" ")
        print(f"{reading.accuracy.share:.2%} ({low:.2%} to {high:.2%})")
    elif habits_left_out:
        print("\nhabit left out             before    after")
        before, after = (
            dict(read_habits(net, load_detector(), everyone.MEASURED, 0)) for net in (model, progress.network)
        )
        for habit in habits_left_out:
            print(f"{habit.name:24} {before[habit.name].accuracy.share:8.2%} {after[habit.name].accuracy.share:8.2%}")
    else:
        tested = evaluate(progress.network, data.test_images, data.test_labels)
        metrics |= {"test_accuracy": tested.accuracy, "test_loss": tested.loss}
        print(f"test accuracy: {tested.accuracy:.2%}")
    if arguments.output:
        added = FineTuningData(
            start=arguments.checkpoint.stem,
            start_test_accuracy=card.metrics.get("test_accuracy"),
            learned=len(learned),
            held_out=0,
            mixed_in=len(mixed_in),
        )
        made = ModelCard(
            config=config,
            metrics=metrics,
            versions=versions(),
            training_data=card.trained_on.fine_tuned(added),
        )
        save_checkpoint(arguments.output, progress.network, made)
    return 0
