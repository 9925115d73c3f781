"""evaluate: measure a network on MNIST's test images, and write a report of it."""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mnist_core.cli import argument_types as types
from mnist_core.cli.network import load_network

if TYPE_CHECKING:
    from torch import nn

    from mnist_core.data.mnist import Mnist
    from mnist_core.evaluation.robustness import Point


def add(commands: Any) -> None:
    """Declare the command."""
    evaluate = commands.add_parser(
        "evaluate", help="measure a network on MNIST's test images", description="Measure a network on MNIST."
    )
    evaluate.add_argument("checkpoint", type=types.network, help=types.NETWORK)
    evaluate.add_argument(
        "--robustness",
        action="store_true",
        help="measure changed images too: rotated, blurred, with noise, ... (default: no)",
    )
    evaluate.add_argument(
        "--report",
        type=types.report,
        metavar="FILE.html",
        help="write a page with all of it that opens with no network, and its numbers beside it as FILE.json "
        "(default: none)",
    )
    evaluate.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    from mnist_core.data.mnist import load_mnist
    from mnist_core.evaluation.measurement import measure
    from mnist_core.evaluation.metrics import accuracy
    from mnist_core.evaluation.predictions import read_images

    model, card = load_network(arguments.checkpoint)
    data = load_mnist()
    measured = deque(measure(lambda: (model, card.trained_on), data), maxlen=1).pop() if arguments.report else None
    outputs = measured.test if measured and measured.test else read_images(model, data.test_images)
    result = accuracy(outputs, data.test_labels)
    low, high = result.interval
    print(f"parameters: {sum(p.numel() for p in model.parameters()):,}")
    print(f"trained on: {card.trained_on.describe()}")
    print(f"epochs: {card.metrics.get('epoch', 0):g}")
    print(f"test loss: {outputs.loss(data.test_labels):.4f}")
    print(f"test accuracy: {result.share:.2%} ({result.correct:,} of {result.count:,})")
    print(f"95 % interval: {low:.2%} to {high:.2%}")
    points = _robustness(model, data) if arguments.robustness or measured else []
    if arguments.robustness:
        _print_robustness(points)
    if measured:
        from mnist_core.export.report import report
        from mnist_core.export.report_html import to_html
        from mnist_core.storage.atomic import sha256, write_atomically

        made = report(arguments.checkpoint.stem, sha256(arguments.checkpoint), card, data, measured, points)
        write_atomically(arguments.report, to_html(made, data.test_images))
        write_atomically(arguments.report.with_suffix(".json"), made.to_json())
        print(f"report: {arguments.report} and {arguments.report.with_suffix('.json')}")
    return 0


def _robustness(model: nn.Module, data: Mnist) -> Sequence[Point]:
    from mnist_core.evaluation.robustness import POINTS, robustness, sample

    chosen = sample(data.test_labels)
    points: Sequence[Point] = ()
    terminal = sys.stderr.isatty()
    for known in robustness(model, data.test_images[chosen], data.test_labels[chosen]):
        points = known.points
        if terminal:
            sys.stderr.write(f"\rrobustness: {len(points)} of {POINTS} points")
            sys.stderr.flush()
    if terminal:
        sys.stderr.write("\r\x1b[K")
    return points


def _print_robustness(points: Sequence[Point]) -> None:
    from mnist_core.data.corruptions import CORRUPTIONS
    from mnist_core.evaluation.robustness import curve

    print(
        f"\nread right of {points[0].accuracy.count:,} changed test images, by the amount of the change; no other "
        "amounts were measured:"
    )
    for name, corruption in CORRUPTIONS.items():
        row = curve(points, name)
        print(f"{name} ({corruption.unit})")
        print("  amount  " + "".join(f"{point.amount:8g}" for point in row))
        print("  accuracy" + "".join(f"{point.accuracy.share:8.1%}" for point in row))
