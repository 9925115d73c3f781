"""What the command line refuses before it begins, what its help says, and how it ends when it is cut short."""

import functools
import os
import re
import shlex
import signal
import subprocess
import sys

import pytest

from mnist_core.__main__ import main
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import PRESETS
from mnist_core.runs.store import list_runs

BEST = str(CHECKPOINTS / "best.safetensors")
QUICK = ["--preset", "fast", "--train-size", "1000", "--validation-size", "200", "--threads", "1"]
DRAWINGS = ["drawings", "x", "--checkpoint", BEST]
TEACH = ["teach", "--drawings", "x"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        *(
            ([*DRAWINGS, "--brush", width], "from 1 to 100 pixels, received")
            for width in ("0", "-5", "nan", "1e9", "x")
        ),
        ([*TEACH, "--per-digit", "0"], "--per-digit: expected a whole number from 2 to 1,000, received '0'"),
        ([*TEACH, "--per-digit", "-3"], "received '-3'"),
        ([*TEACH, "--seed", "-1"], "--seed: expected a whole number from 0 to 2,147,483,647, received '-1'"),
        ([*TEACH, "--seed", "many"], "received 'many'"),
        (["train", "--threads", "100000"], f"--threads: expected a whole number from 1 to {os.cpu_count()}, received"),
        (["train", "--threads", "0"], "received '0'"),
        ([*TEACH, "--threads", "-3"], "received '-3'"),
        (["train", "--resume", ""], "--resume: expected a name, received an empty one"),
        (["train", "--runs", ""], "--runs: expected a name, received an empty one"),
        (["predict", "", "x.png"], "checkpoint: expected a name, received an empty one"),
        (["train", "--output", "/no/such/x"], "cannot write /no/such/x: its folder does not exist or is not writable"),
        (["train", "--output", "."], "expected a file to write, but . is a folder"),
        ([*TEACH, "--output", "/dev/null"], "expected a file to write, but /dev/null is no file"),
        (["strangers", "--output", "/no/such/x"], "cannot write /no/such/x"),
        (["export", BEST, "--csv", "/no/such/x"], "cannot write /no/such/x"),
        (["evaluate", BEST, "--report", "folder.html"], "expected a file to write, but folder.html is a folder"),
        (["evaluate", BEST, "--report", "x.html"], "expected a file to write, but x.json is a folder"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence_before_anything_is_created(
    arguments, said, tmp_path, monkeypatch, runs, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "x.json").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert len(errors.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "x.json"]


def _help(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    return capsys.readouterr().out


def test_the_help_of_train_has_a_line_for_each_preset(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    lines = _help("train", capsys).splitlines()
    for name, chosen in PRESETS.items():
        assert [line.split(maxsplit=1) for line in lines if line.startswith(f"  {name}:")] == [
            [f"{name}:", chosen.text]
        ]


@pytest.mark.parametrize("command", ["train", "evaluate", "drawings", "teach"])
def test_every_option_that_may_be_left_out_says_its_default(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    options = re.split(r"\n  (?=--)", _help(command, capsys).split("\noptions:\n")[1])[1:]
    silent = [text.split()[0] for text in options if "default: " not in text]
    assert silent == {"drawings": ["--checkpoint"], "teach": ["--drawings"]}.get(command, [])
    assert not re.search(r"\w\.(;| \()", "".join(options)), "a sentence ends where another part follows"


@pytest.mark.parametrize("arguments", [["--help"], ["export", BEST, "--csv"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments, tmp_path):
    read, write = os.pipe()
    os.close(read)
    if arguments[-1] == "--csv":
        arguments = [*arguments, str(tmp_path / "x.csv")]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "mnist_core", *arguments]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False, env=buffered)
    os.close(write)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_an_error_that_knows_no_file_names_none(monkeypatch, capsys):
    def fail(arguments):
        raise OSError("the device has gone")

    monkeypatch.setattr("mnist_core.cli.evaluate.run", fail)
    assert main(["evaluate", BEST]) == 2
    assert capsys.readouterr().err == "error: the device has gone\n"


def test_ctrl_c_says_that_the_run_is_kept_and_how_to_go_on(runs):
    command = [sys.executable, "-m", "mnist_core", "train", *QUICK, "--epochs", "200"]
    # A test run in the background may have been started deaf to Ctrl-C, and would hand that on.
    hearing = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hearing
    ) as process:
        while not process.stdout.readline().startswith("    1 "):  # the first epoch
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    (run,) = list_runs()
    assert process.returncode == 130
    assert len(errors.splitlines()) == 1
    assert os.path.relpath(run.path) in errors
    assert errors.endswith(f"go on with python -m mnist_core train --resume {run.id}\n")
    assert run.status(run.history()) == "interrupted"


def test_ctrl_c_while_torch_is_imported_keeps_the_run_too(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "my runs"

    def interrupt(run, output, threads):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.cli.progress.carry_out", interrupt)
        assert main(["train", *QUICK, "--runs", str(folder)]) == 130
    (run,) = list_runs(folder)
    said = shlex.split(capsys.readouterr().err.split("python -m mnist_core ")[1])
    assert said == ["train", "--resume", str(run.path)]
    assert main([*said, "--threads", "1"]) == 0
