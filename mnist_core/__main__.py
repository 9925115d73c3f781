"""The command line: python -m mnist_core train | evaluate | predict | drawings. Bad input exits with code 2."""

from __future__ import annotations

import argparse
import os
import sys
import types
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from mnist_core.config import TrainConfig, field_info
from mnist_core.cores import cores
from mnist_core.errors import DigitLabError
from mnist_core.presets import PRESETS, preset


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0, or 2 when the input or the run failed."""
    arguments = _parser().parse_args(argv)
    try:
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except DigitLabError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; --help has the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message} ({self.prog} --help lists what is possible)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m mnist_core", description="Train, measure and use small networks that read handwritten digits."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser(
        "train",
        help="train a network on MNIST and record the run",
        description="Train a network on MNIST and record the run. Options change single settings of the preset.",
    )
    train.add_argument(
        "--preset",
        default="fast",
        choices=list(PRESETS),
        help="; ".join(f"{name}: {p.text}" for name, p in PRESETS.items()).replace("%", "%%") + " (default: fast)",
    )
    train.add_argument("--runs", type=Path, metavar="FOLDER", help="where runs are recorded (default: runs/)")
    train.add_argument(
        "--threads", type=int, default=cores(), metavar="N", help="threads to compute with (default: all cores)"
    )
    train.add_argument("--output", type=Path, metavar="FILE", help="also write the trained network to this file")
    for group, first in (("architecture", "filters"), ("optimisation", "optimizer"), ("data", "train_size")):
        _add_fields(train.add_argument_group(group), first)
    train.set_defaults(command=_train)

    evaluate = commands.add_parser(
        "evaluate", help="measure a network on MNIST's test images", description="Measure a network on MNIST."
    )
    evaluate.add_argument("checkpoint", type=Path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
    evaluate.set_defaults(command=_evaluate)

    predict = commands.add_parser(
        "predict", help="read digits from picture files", description="Print the digit in each picture and how sure."
    )
    predict.add_argument("checkpoint", type=Path, help="a .safetensors file, e.g. checkpoints/best.safetensors")
    predict.add_argument("pictures", type=Path, nargs="+", metavar="picture", help="PNG, JPEG or other picture files")
    predict.set_defaults(command=_predict)

    drawings = commands.add_parser(
        "drawings",
        help="measure a network on digits that people drew",
        description="Replay the pen digits of a UNIPEN file through the code that reads the canvas, and count.",
    )
    drawings.add_argument("file", type=Path, help="UNIPEN text, as of the UCI pen digits (pendigits-orig)")
    drawings.add_argument("--checkpoint", type=Path, required=True, help="a .safetensors file")
    drawings.add_argument("--brush", type=float, nargs="+", default=[12.0, 20.0, 30.0], help="widths in pixels")
    drawings.set_defaults(command=_drawings)
    return parser


_GROUP_STARTS = ("filters", "optimizer", "train_size")


def _add_fields(group: Any, first: str) -> None:
    """Add an option for each field of TrainConfig from `first` up to the next group's first."""
    inside = False
    for info in field_info():
        if info.name in _GROUP_STARTS:
            inside = info.name == first
        if not inside:
            continue
        flag = f"--{info.name.replace('_', '-')}"
        span = f" ({info.low:,g} to {info.high:,g})" if info.low is not None else ""
        help_ = info.help.replace("%", "%%") + span
        if info.type is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=help_)
        elif info.choices:
            group.add_argument(flag, choices=info.choices, help=help_)
        elif isinstance(info.type, types.GenericAlias) or typing.get_origin(info.type) is tuple:
            group.add_argument(flag, type=int, nargs="*", metavar="N", help=help_)
        else:
            group.add_argument(flag, type=info.type, metavar="N", help=help_)


def _train(arguments: argparse.Namespace) -> int:
    names = [info.name for info in field_info()]
    changes = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    config: TrainConfig = preset(arguments.preset).replace(**changes)

    # torch takes seconds to import: bad settings are refused before.
    import torch

    from mnist_core.runs import create_run
    from mnist_core.worker import execute

    torch.set_num_threads(max(1, arguments.threads))
    run = create_run(config, arguments.preset, arguments.runs)
    progress = _Progress()
    for event in execute(run):
        progress.show(event)
    print(f"run: {os.path.relpath(run.path)}")
    if progress.failed:
        print(f"error: {progress.failed}", file=sys.stderr)
        return 2
    if arguments.output:
        from mnist_core.files import write_atomically

        try:
            write_atomically(arguments.output, run.snapshot.read_bytes())
        except OSError as error:
            print(f"error: cannot write {arguments.output}: {error.strerror}", file=sys.stderr)
            return 2
        print(f"network: {arguments.output}")
    return 0


class _Progress:
    """Prints a run: a progress bar that redraws itself on a terminal, and one table row an epoch."""

    def __init__(self) -> None:
        from mnist_core.history import History

        self._history = History()
        self._terminal = sys.stderr.isatty()
        self.failed = ""

    def show(self, event: Any) -> None:
        from mnist_core.events import Epoch, Failed, Finished, Started, Step, Stopped

        self._history.add(event)
        match event:
            case Started():
                print(f"{event.parameters:,} parameters on {event.device}, {event.threads} threads, {event.precision}")
                print("epoch   training loss  accuracy   validation loss  accuracy   seconds")
            case Step():
                self._draw(event)
            case Epoch():
                self._clear()
                validation = f"{'-':>15}  {'-':>8}"
                if event.validation_loss is not None and event.validation_accuracy is not None:
                    validation = f"{event.validation_loss:15.4f}  {event.validation_accuracy:8.2%}"
                print(
                    f"{event.epoch:5d}   {event.train_loss:13.4f}  {event.train_accuracy:8.2%}   {validation}"
                    f"   {event.seconds:7.1f}",
                    flush=True,
                )
            case Finished():
                from mnist_core.config import TEST_IMAGES
                from mnist_core.intervals import wilson

                low, high = wilson(round(event.test_accuracy * TEST_IMAGES), TEST_IMAGES)
                print(f"test accuracy: {event.test_accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})")
            case Stopped():
                print("stopped; the weights of the last report are kept")
            case Failed():
                self._clear()
                self.failed = event.reason

    def _draw(self, event: Any) -> None:
        if not self._terminal:
            return
        done = round(30 * self._history.progress)
        left = self._history.seconds_left
        rest = "" if left is None else f"  {left:,.0f} s left"
        sys.stderr.write(
            f"\r[{'#' * done}{'.' * (30 - done)}] {self._history.progress:4.0%}  loss {event.loss:.4f}"
            f"  {event.images_per_second:,.0f} images/s{rest}\x1b[K"
        )
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _evaluate(arguments: argparse.Namespace) -> int:
    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.data import load_mnist
    from mnist_core.evaluate import evaluate

    model, card = load_checkpoint(arguments.checkpoint)
    data = load_mnist()
    result = evaluate(model, data.test_images, data.test_labels)
    low, high = result.interval
    print(f"parameters: {sum(p.numel() for p in model.parameters()):,}")
    print(f"epochs: {card.metrics.get('epoch', 0):g}")
    print(f"test loss: {result.loss:.4f}")
    print(f"test accuracy: {result.accuracy:.2%} ({result.correct:,} of {result.count:,})")
    print(f"95 % interval: {low:.2%} to {high:.2%}")
    return 0


def _predict(arguments: argparse.Namespace) -> int:
    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.pictures import from_picture
    from mnist_core.predict import predict

    model, _ = load_checkpoint(arguments.checkpoint)
    failed = False
    for path in arguments.pictures:
        try:
            found = predict(model, from_picture(path))
        except DigitLabError as error:  # one bad picture does not keep the others from being read
            print(f"error: {path}: {' '.join(str(error).split())}", file=sys.stderr)
            failed = True
            continue
        print(f"{path}\t{found.digit}\t{found.confidence:.1%}")
    return 2 if failed else 0


def _drawings(arguments: argparse.Namespace) -> int:
    from mnist_core.checkpoint import load_checkpoint
    from mnist_core.handwriting import read_drawings
    from mnist_core.intervals import wilson
    from mnist_core.unipen import read_unipen

    model, _ = load_checkpoint(arguments.checkpoint)
    digits = read_unipen(arguments.file)
    print(f"{len(digits):,} digits by {len({digit.writer for digit in digits})} writers")
    print("brush   accuracy   95 % interval        refused")
    for brush in arguments.brush:
        reading = read_drawings(model, digits, brush)
        low, high = wilson(reading.correct, reading.count)
        share = reading.correct / reading.count
        print(f"{brush:5g}   {share:8.2%}   {low:.2%} to {high:.2%}   {reading.refused:7,d}", flush=True)
    print("most frequent mistakes at the last brush (drawn, read, times):")
    for drawn, read, times in reading.confusions():
        print(f"  {drawn}  {read}  {times:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
