"""A run's recipe as a Python script that needs torch and torchvision alone: under 100 lines, and only what it uses.

The script draws every random number in the order in which `mnist_core.trainer` draws it, so that its numbers are the
run's own, up to rounding. No torch here: text is put together.
"""

from __future__ import annotations

from mnist_core.architecture import layers
from mnist_core.config import TRAINING_IMAGES, TrainConfig
from mnist_core.data import SPLIT_SEED
from mnist_core.errors import RunError
from mnist_core.history import History
from mnist_core.run import Run
from mnist_core.schedule import AFTER
from mnist_core.script_augment import augment_functions, grid

WIDTH = 120
"""Columns of the longest line."""
MOST_LINES = 100
"""A script is shorter."""

_ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU()",
    "gelu": "nn.GELU()",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
}


def to_script(config: TrainConfig, name: str) -> str:
    """Return the script that trains `config`; `name` is told in its first line.

    It computes on the processor, in bfloat16 where `config.precision` says so and in float32 where it says 'auto'.
    """
    functions = [*_conv(config), *(augment_functions(config) if config.augmented else []), *_READ]
    body = [
        *_data(config),
        *functions,
        "",
        "",
        *_network(config),
        *_optimizer(config),
        *_loop(config),
    ]
    lines = [
        f'"""Trains {_quotable(name)} anew. It needs torch and torchvision alone."""',
        "",
        *["from copy import deepcopy", ""] * bool(config.patience),
        "import numpy as np",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "from torchvision.datasets import MNIST",
        "",
        *body,
    ]
    text = "\n".join(lines) + "\n"
    # The largest recipes do without the second empty line around a function.
    return text if len(lines) < MOST_LINES else text.replace("\n\n\n", "\n\n")


def script_of(run: Run, history: History) -> str:
    """Return the script of a run, in the number format that 'auto' meant on the machine it ran on.

    Raises:
        RunError: its settings alone do not say how its network was trained, or cannot be read.
    """
    if run.lesson.exists():
        raise RunError(
            "this network learned from the class's drawings: a script of MNIST alone would train another one, so a "
            "lesson has none"
        )
    if history.rate_changes:
        raise RunError(
            f"the learning rate of this run was changed by hand, first at step {history.rate_changes[0].step + 1:,}: a "
            "script of its settings would train another network, so it has none"
        )
    config = run.config()
    if config.precision == "auto" and history.started:
        config = config.replace(precision=history.started.precision)
    return to_script(config, run.id)


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


def _optimizer(config: TrainConfig) -> list[str]:
    kind, more = {
        "sgd": ("SGD", ", fused=True"),
        "momentum": ("SGD", ", momentum=0.9, nesterov=True, fused=True"),
        "adam": ("Adam", ", fused=True"),
        "adamw": ("AdamW", ", fused=True"),
        "rmsprop": ("RMSprop", ""),
    }[config.optimizer]
    # AdamW has a decay of its own unless told otherwise.
    decay = f", weight_decay={config.weight_decay}" if config.weight_decay or kind == "AdamW" else ""
    settings = f"lr={config.learning_rate}{decay}{more})"
    lines = [f"optimizer = torch.optim.{kind}(model.parameters(), {settings}"]
    if len(lines[0]) > WIDTH:
        lines = [f"optimizer = torch.optim.{kind}(model.parameters(),", f"    {settings}"]
    total = config.schedule_steps
    # Beyond its end, if the run is longer, a tenth of the learning rate stays.
    after = f" if n < {total} else {AFTER}" if total < config.steps_per_epoch * config.epochs else ""
    if config.schedule == "cosine":
        lines += [
            "schedule = torch.optim.lr_scheduler.LambdaLR(optimizer,",
            f"    lambda n: (1 + np.cos(np.pi * n / {total})) / 2{after})  # share of the learning rate",
        ]
    if config.schedule == "one-cycle":
        lines += [
            f"corners = [0, {total / 4}, {total}], [0.05, 1, 0.001]  # steps, shares of the learning rate",
            f"schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: np.interp(n, *corners){after})",
        ]
    if config.weight_averaging:
        decay = f"min({config.weight_averaging}, (1 + n) / (10 + n))"
        lines += [
            "average = torch.optim.swa_utils.AveragedModel(model, use_buffers=True, avg_fn=lambda old, new, n:",
            f"    old + (new - old) * (1 - {decay}))  # of the weights: it is what is used",
            "average.n_averaged += 1  # it begins with the first weights, not with those after the first step",
        ]
    return lines


def _loop(config: TrainConfig) -> list[str]:
    smoothing = f", label_smoothing={config.label_smoothing}" if config.label_smoothing else ""
    x = "augment(x, y, random)" if config.augmented else "x"
    loss = [f"loss = F.cross_entropy(model({x}), y{smoothing})"]
    if config.precision == "bfloat16":
        loss = ['with torch.autocast("cpu", torch.bfloat16):', f"    {loss[0]}"]
    steps = ["x, y = images[batch].unsqueeze(1) / 255, labels[batch]", *loss]
    steps += ["optimizer.zero_grad()", "loss.backward()", "optimizer.step()"]
    steps += ["schedule.step()"] * (config.schedule != "constant")
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
