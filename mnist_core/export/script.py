"""A run's recipe as a Python script that needs torch and torchvision alone: under 100 lines, and only what it uses.

The script draws every random number in the order in which `training.trainer` draws it, so that its numbers are the
run's own, up to rounding. No torch here: text is put together.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from mnist_core.architecture import layers
from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.data.mnist import SPLIT_SEED
from mnist_core.errors import RunError
from mnist_core.export.script_augment import augment_functions, grid
from mnist_core.export.script_optimizer import WIDTH, optimizer
from mnist_core.history import History
from mnist_core.model.card import ModelCard
from mnist_core.runs.run import Run
from mnist_core.schedule import RateChange

MOST_LINES = 100
"""A script is shorter."""

_ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU()",
    "gelu": "nn.GELU()",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
}


def to_script(config: TrainConfig, name: str, changes: Sequence[RateChange] = (), remark: str = "") -> str:
    """Return the script that trains `config`; `name` is told in its first line.

    It computes on the processor, in bfloat16 where `config.precision` says so and in float32 where it says 'auto'.

    Args:
        config: what to train.
        name: what it is called.
        changes: those made to the learning rate by hand, the earliest first.
        remark: what else there is to know, told below the first line.

    Raises:
        RunError: there are so many changes that the script would not be short.
    """
    functions = [*_conv(config), *(augment_functions(config) if config.augmented else []), *_READ]
    lines = [
        *_head(name, remark),
        "",
        *["from copy import deepcopy", ""] * bool(config.patience),
        "import numpy as np",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "from torchvision.datasets import MNIST",
        "",
        *_data(config),
        *functions,
        "",
        "",
        *_network(config),
        *optimizer(config, changes),
        *_loop(config, changed=bool(changes)),
    ]
    # The largest recipes do without the second empty line around a function, and the very largest without any.
    if len(lines) >= MOST_LINES:
        lines = [line for above, line in zip(["", *lines], lines, strict=False) if above or line]
    if len(lines) >= MOST_LINES:
        lines = [line for line in lines if line]
    if len(lines) >= MOST_LINES:
        raise RunError(
            f"the learning rate of this run was changed by hand {len(changes):,} times: with all of them, a script "
            f"would have {len(lines):,} lines, and it is to have less than {MOST_LINES}"
        )
    return "\n".join(lines) + "\n"


def script_of(run: Run, history: History) -> str:
    """Return the script of a run, in the number format that 'auto' meant on the machine it ran on.

    Raises:
        RunError: MNIST and its settings do not say how its network was trained, or cannot be read.
    """
    if run.lesson.exists():
        raise RunError(
            "this network learned from the class's drawings: a script of MNIST alone would train another one. Export "
            "the run on the Runs page instead: its zip file holds the drawings too"
        )
    config = run.config()
    if config.precision == "auto" and history.started:
        config = config.replace(precision=history.started.precision)
    return to_script(config, run.id, [(change.step, change.factor) for change in history.rate_changes])


def script_of_checkpoint(card: ModelCard, name: str) -> str:
    """Return the script of a network of which nothing is known but what its file says of itself."""
    remark = (
        "Made from a checkpoint, which tells how its training was set up. It does not tell whether the learning rate "
        "was changed by hand meanwhile, or whether the network was taught more than MNIST: this script would then "
        "train another one."
    )
    if card.config.precision == "auto":
        remark += " Nor does it tell the number format that suited its machine: here it is float32."
    return to_script(card.config, name, remark=remark)


def _head(name: str, remark: str) -> list[str]:
    told = f"Trains {_quotable(name)} anew. It needs torch and torchvision alone."
    if not remark:
        return [f'"""{told}"""']
    return [f'"""{told}', "", *textwrap.wrap(remark, WIDTH), '"""']


def _quotable(name: str) -> str:
    kept = "".join(c for c in name if c.isalnum() or c in "-_. ")
    return kept[:48] or "a run"


def _data(config: TrainConfig) -> list[str]:
    train, held_back = f"order[:{config.train_size}]", f"order[{TRAINING_IMAGES - config.validation_size}:]"
    measured = ['("test", test.data, test.targets)']
    if config.validation_size:
        measured.insert(0, f'("validation", train.data[{held_back}], train.targets[{held_back}])')
    return [
        'train, test = MNIST("data", train=True, download=True), MNIST("data", train=False)',
        f"order = torch.from_numpy(np.random.default_rng({SPLIT_SEED}).permutation({TRAINING_IMAGES}))",
        f"images, labels = train.data[{train}], train.targets[{train}]",
        f"measured = [{', '.join(measured)}]",
        *(grid(config) if config.augmented else []),
    ]


def _network(config: TrainConfig) -> list[str]:
    """The network, a line a stage: of several convolutions a stage, each is a call of `conv`."""
    many = _repeats(config)
    lines = [f"torch.manual_seed({config.seed})  # chooses the first weights", "model = nn.Sequential("]
    row: list[str] = []
    for layer in layers(config):
        into, out = layer.input_shape[0], layer.output_shape[0]
        match layer.kind:
            case "convolution":
                extra = ", stride=2" if layer.stride == 2 else ""
                if many:
                    row.append(f"*conv({into}, {out}, {layer.kernel_size}{extra})")
                    continue
                extra += f", padding={layer.padding}" if layer.padding else ""
                extra += ", bias=False" if config.batch_norm else ""
                row.append(f"nn.Conv2d({into}, {out}, {layer.kernel_size}{extra})")
            case "batch norm":
                row += [] if many else [f"nn.BatchNorm2d({out})"]
            case "activation":
                row += [] if many and layer.name.startswith("act") else [_ACTIVATIONS[config.activation]]
            case "max pool":
                row.append("nn.MaxPool2d(2)")
            case "average pool":
                row.append("nn.AvgPool2d(2)")
            case "flatten":
                row.append("nn.Flatten()")
            case "dropout":
                row.append(f"nn.Dropout({config.dropout})")
            case "dense":
                row.append(f"nn.Linear({into}, {out})")
    return [*lines, *_rows(row, config), ").to(memory_format=torch.channels_last)"]


def _repeats(config: TrainConfig) -> bool:
    return config.convolutions_per_stage > 1 and bool(config.filters)


def _conv(config: TrainConfig) -> list[str]:
    if not _repeats(config):
        return []
    made = ["nn.Conv2d(into, out, kernel, stride"]
    made[0] += ", kernel // 2" if config.padding == "same" else ""
    made[0] += ", bias=False)" if config.batch_norm else ")"
    made += ["nn.BatchNorm2d(out)"] if config.batch_norm else []
    made.append(_ACTIVATIONS[config.activation])
    return ["", "", "def conv(into, out, kernel, stride=1):", f"    return {', '.join(made)}"]


def _rows(modules: list[str], config: TrainConfig) -> list[str]:
    """Set the modules in lines: a new one after each stage, before `Flatten`, and where the width is used up."""
    ends_stage = {"max": "nn.MaxPool2d(2)", "average": "nn.AvgPool2d(2)"}.get(config.pooling)
    rows: list[str] = []
    fresh = True
    for number, module in enumerate(modules):
        if fresh or module == "nn.Flatten()" or len(rows[-1]) + len(module) + 2 > WIDTH:
            rows.append(f"    {module},")
        else:
            rows[-1] += f" {module},"
        following = modules[number + 1] if number + 1 < len(modules) else ""
        convolution = following.startswith(("nn.Conv2d", "*conv"))
        fresh = module == ends_stage or (ends_stage is None and convolution and not following.startswith("*conv"))
    return rows


def _loop(config: TrainConfig, *, changed: bool) -> list[str]:
    smoothing = f", label_smoothing={config.label_smoothing}" if config.label_smoothing else ""
    x = "augment(x, y, random)" if config.augmented else "x"
    loss = [f"loss = F.cross_entropy(model({x}), y{smoothing})"]
    if config.precision == "bfloat16":
        loss = ['with torch.autocast("cpu", torch.bfloat16):', f"    {loss[0]}"]
    steps = ["x, y = images[batch].unsqueeze(1) / 255, labels[batch]", *loss]
    steps += ["optimizer.zero_grad()", "loss.backward()", "optimizer.step()"]
    steps += ["schedule.step()"] * (config.schedule != "constant" or changed)
    steps += ["average.update_parameters(model)"] * bool(config.weight_averaging)
    seed = f"{config.shuffle_seed * 1_000_003} + epoch" if config.shuffle_seed else "epoch"
    used = "average" if config.weight_averaging else "model"
    final = "best[2]" if config.patience else used
    stopping = [
        f"best = min(best, (F.cross_entropy(read({used}, measured[0][1]), measured[0][2]).item(), epoch, "
        f"deepcopy({used})))",
        f"if epoch - best[1] == {config.patience}:",
        "    break",
    ]
    return [
        *["best = np.inf, 0, model  # validation loss, epoch, network"] * bool(config.patience),
        "",
        f"for epoch in range({config.epochs}):",
        *[f"    torch.manual_seed({seed})  # dropout draws from it"] * bool(config.dropout),
        f"    random = torch.Generator().manual_seed({seed})",
        "    model.train()",
        f"    for batch in torch.randperm(len(labels), generator=random).split({config.batch_size}):",
        *(f"        {line}" for line in steps),
        '    print(f"epoch {epoch + 1}: loss of the last batch {loss.item():.4f}")',
        *(f"    {line}" for line in stopping if config.patience),
        "",
        "for name, digits, truth in measured:",
        f'    print(f"{{name}} accuracy: {{(read({final}, digits).argmax(1) == truth).float().mean():.2%}}")',
    ]


_READ = [
    "",
    "",
    "@torch.inference_mode()",
    "def read(network, digits):",
    "    return torch.cat([network.eval()(part.unsqueeze(1) / 255) for part in digits.split(500)])",
]
