import errno
import hashlib
import json
import re
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from mnist_core.__main__ import main
from mnist_core.asker import TEACHER
from mnist_core.errors import DataError
from mnist_core.jobs.execution import execute
from mnist_core.model.card import ModelCard, read_card
from mnist_core.model.checkpoint import save_checkpoint
from mnist_core.model.network import build_model
from mnist_core.paths import CHECKPOINTS
from mnist_core.presets import preset
from mnist_core.runs.store import create_run, list_runs
from tests.support.fine_tuning import TAUGHT_DATA

QUICK = ["--preset", "fast", "--train-size", "1000", "--validation-size", "200", "--threads", "1"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    path = folder / "model.safetensors"
    # enough to read MNIST's clearest digits
    assert main(["train", *QUICK, "--train-size", "5000", "--runs", str(folder), "--output", str(path)]) == 0
    return path


@pytest.fixture
def picture(tmp_path, mnist):
    path = tmp_path / "seven.png"
    Image.fromarray(np.array(mnist.test_images[0])).save(path)
    return path


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "mnist_core", *arguments], capture_output=True, text=True, check=False)


def test_train_ends_with_the_test_accuracy_and_the_path_of_the_run(tmp_path, capsys):
    assert main(["train", *QUICK, "--epochs", "2", "--runs", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if re.match(r" +\d", line)] == ["1", "2"]
    assert re.fullmatch(r"test accuracy: \d\d\.\d\d% \(95 % interval .*\)", lines[-2])
    assert lines[-1].startswith("run: ")
    assert (tmp_path / lines[-1].rsplit("/", 1)[1] / "snapshot.safetensors").exists()


def test_train_on_a_terminal_shows_a_progress_bar(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["train", *QUICK, "--runs", str(tmp_path)]) == 0
    assert re.search(r"\[#*\.*\] +\d+%  loss \d\.\d+  [\d,]+ images/s", capsys.readouterr().err)


def test_evaluate_measures_the_whole_test_set(checkpoint, capsys):
    assert main(["evaluate", str(checkpoint)]) == 0
    found = re.search(r"test accuracy: (\d+\.\d\d)% \(([\d,]+) of 10,000\)", capsys.readouterr().out)
    assert float(found[1]) == int(found[2].replace(",", "")) / 100
    assert float(found[1]) > 80


def test_evaluate_says_what_a_network_was_trained_on(tmp_path, tiny, capsys):
    taught = tmp_path / "taught.safetensors"
    save_checkpoint(taught, build_model(tiny), ModelCard(config=tiny, metrics={}, training_data=TAUGHT_DATA))
    assert main(["evaluate", str(taught)]) == 0
    assert f"trained on: {TAUGHT_DATA.describe()}\n" in capsys.readouterr().out
    assert main(["export", str(taught), "--script", str(tmp_path / "x.py")]) == 2
    assert "a checkpoint does not hold the drawings" in capsys.readouterr().err


def test_evaluate_prints_a_table_of_changed_images(checkpoint, capsys, monkeypatch):
    monkeypatch.setattr("mnist_core.evaluation.robustness.sample", lambda labels: np.arange(50))
    assert main(["evaluate", str(checkpoint), "--robustness"]) == 0
    output = capsys.readouterr().out
    assert "read right of 50 changed test images" in output
    assert "no other amounts were measured" in output
    (amounts, accuracies) = re.search(
        r"rotation \(degrees clockwise\)\n +amount +(.*)\n +accuracy +(.*)", output
    ).groups()
    assert amounts.split() == ["0", "10", "20", "30", "40", "50", "60", "90"]
    assert len(re.findall(r"\d+\.\d%", accuracies)) == 8
    assert output.count("  accuracy") == 9


def test_evaluate_writes_a_report_and_its_numbers(checkpoint, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mnist_core.evaluation.robustness.sample", lambda labels: np.arange(50))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    page = tmp_path / "out.html"
    assert main(["evaluate", str(checkpoint), "--report", str(page)]) == 0
    output = capsys.readouterr()
    assert "robustness: 72 of 72 points" in output.err
    assert output.out.splitlines()[-1] == f"report: {page} and {tmp_path / 'out.json'}"
    assert "rotation (degrees" not in output.out, "that table was not asked for"
    numbers = json.loads((tmp_path / "out.json").read_text())
    assert f"test accuracy: {numbers['test']['accuracy']:.2%} ({numbers['test']['correct']:,} of" in output.out
    assert numbers["fingerprint"] == hashlib.sha256(checkpoint.read_bytes()).hexdigest()
    assert len(numbers["robustness"]) == 72
    assert f"<b>{numbers['test']['accuracy']:.2%}</b>" in page.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.html", "out.json"]


def test_predict_prints_digit_and_probability_per_picture(checkpoint, picture, capsys):
    assert main(["predict", str(checkpoint), str(picture), str(picture)]) == 0
    for line in capsys.readouterr().out.splitlines():
        path, digit, probability = line.split("\t")
        assert (path, digit) == (str(picture), "7")
        assert 50 < float(probability.removesuffix("%")) <= 100


def test_one_bad_picture_does_not_keep_the_others_from_being_read(checkpoint, picture, tmp_path, capsys):
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:60])
    assert main(["predict", str(checkpoint), str(broken), str(picture)]) == 2
    output = capsys.readouterr()
    assert output.out.startswith(f"{picture}\t7\t")
    assert len(output.err.splitlines()) == 1
    assert str(broken) in output.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "/no/such/file"], "cannot read the checkpoint /no/such/file"),
        (["evaluate", __file__], "not a safetensors file"),
        (["evaluate", "/tmp"], "is a folder"),
        (["evaluate", __file__, "--report", "out.txt"], "ends in .html, received out.txt"),
        (["evaluate", __file__, "--report", "/no/such/out.html"], "does not exist or is not writable"),
        (["predict", __file__, "x.png"], "not a safetensors file"),
        (["train", "--batch-size", "0"], "batch_size must be a whole number from 1 to 1,024, received 0"),
        (["train", "--filters", "8", "8", "--kernel-sizes", "3"], "equally long"),
        (["train", "--train-size", "60000"], "60,000 images"),
        (["train", "--runs", "/proc/none"], "cannot be recorded in /proc/none"),
        (["train", "--learning-rate", "nan"], "learning_rate must be a number from"),
        (["train", "--batch-size", "many"], "invalid int value: 'many'"),
        (["train", "--preset", "none"], "invalid choice: 'none'"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(arguments, said, capsys):
    try:
        code = main(arguments)
    except SystemExit as ended:  # how argparse ends
        code = ended.code
    assert code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert output.err.startswith("error: ")
    assert said in output.err


def test_a_missing_picture_is_one_clear_line_as_a_user_sees_it(checkpoint):
    done = run("predict", str(checkpoint), "/no/such/picture.png")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "/no/such/picture.png" in done.stderr


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"]])
def test_help_reads_well(command):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "usage: python -m mnist_core" in done.stdout
    if command == ["train"]:
        for name in ("--preset", "--learning-rate", "--epochs", "fast:", "notebook:", "best:", "(1 to 1,024;"):
            assert name in done.stdout


def test_a_diverged_training_is_one_line_and_exit_code_2(tmp_path, capsys):
    wild = ["--optimizer", "sgd", "--learning-rate", "10", "--weight-decay", "1", "--epochs", "20"]
    assert main(["train", *QUICK, *wild, "--batch-size", "10", "--runs", str(tmp_path)]) == 2
    assert "error: Diverged" in capsys.readouterr().err


def test_a_full_disk_is_one_clear_line(tmp_path, monkeypatch, capfd):
    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("mnist_core.jobs.execution.save_state", no_space)
    assert main(["train", *QUICK, "--runs", str(tmp_path)]) == 2
    assert capfd.readouterr().err == (
        "error: The disk is full: free some space, then resume the run; what was recorded so far is kept.\n"
    )


def test_a_damaged_state_is_one_clear_line(tmp_path, tiny, capfd):
    interrupted = create_run(tiny, "x", tmp_path, asker=TEACHER)
    interrupted.state.write_bytes(b"cut")
    assert main(["train", "--resume", str(interrupted.path), "--threads", "1"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("error: the state of the run in state.safetensors is missing or damaged")


def test_data_that_cannot_be_had_are_one_clear_line(tmp_path, monkeypatch, capfd):
    def no_data():
        raise DataError("MNIST is not there and cannot be fetched: connect to the network once")

    monkeypatch.setattr("mnist_core.jobs.execution.load_mnist", no_data)
    assert main(["train", *QUICK, "--runs", str(tmp_path)]) == 2
    assert capfd.readouterr().err == "error: MNIST is not there and cannot be fetched: connect to the network once\n"


def test_an_interrupted_run_is_resumed_for_more_epochs_once_one_is_whole(tmp_path, tiny, capsys):
    interrupted = create_run(tiny, "x", tmp_path, asker=TEACHER)
    longer = ["train", "--resume", str(interrupted.path), "--epochs", "3", "--threads", "1"]
    assert main(longer) == 2
    assert "is interrupted: it can be given more epochs once an epoch is whole" in capsys.readouterr().err
    events = execute(interrupted)
    next(event for event in events if event.kind == "epoch")
    events.close()  # as a kill: nothing more is written
    assert interrupted.status(interrupted.history()) == "interrupted"
    assert main(longer) == 0
    assert [e.epoch for e in interrupted.history().epochs] == [1, 2, 3, 4]
    assert interrupted.status(interrupted.history()) == "finished"


def test_a_finished_run_is_resumed_for_more_epochs(tmp_path, capsys):
    assert main(["train", *QUICK, "--runs", str(tmp_path)]) == 0
    (run,) = list_runs(tmp_path)
    capsys.readouterr()
    assert main(["train", "--resume", str(run.path), "--epochs", "1", "--threads", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if re.match(r" +\d", line)] == ["2"]
    assert run.config().epochs == 2
    for arguments, said in (
        ([], "is finished: add --epochs N"),
        (["--batch-size", "8"], "leave out --batch-size"),
        (["--preset", "fast"], "leave out --preset"),
    ):
        assert main(["train", "--resume", run.id, "--runs", str(tmp_path), *arguments]) == 2
        assert said in capsys.readouterr().err
    assert main(["train", "--resume", "none", "--runs", str(tmp_path)]) == 2


def test_a_run_that_cannot_be_resumed_is_told_what_to_do_instead(tmp_path, tiny, capsys):
    run = create_run(tiny, "x", tmp_path, asker=TEACHER)
    resume = ["train", "--resume", str(run.path)]

    def refused(arguments=()):
        assert main([*resume, *arguments]) == 2
        return capsys.readouterr().err

    run.enqueue(asker=TEACHER)
    assert f"the run {run.id} is queued: the app trains it when its turn comes" in (said := refused())
    assert "--epochs" not in said, "it would be refused, too"
    assert "is queued: it can be given more epochs when it has finished or is stopped" in refused(["--epochs", "1"])
    run.dequeue(asker=TEACHER)
    with run.lock():
        assert "is running: another process trains it; wait for its end, or stop it" in (said := refused())
        assert "--epochs" not in said
        run.control.request("pause", asker=TEACHER)
        assert "is paused: another process holds it; press Resume on the Train page" in (said := refused())
        assert "--epochs" not in said
        assert run.control.command() == "pause", "nothing was asked of it"


def test_export_writes_a_run_as_files_that_live_alone(tmp_path, tiny, runs, capsys):
    trained = create_run(tiny, "x", asker=TEACHER)
    for _ in execute(trained):
        pass
    files = [str(tmp_path / name) for name in ("net.onnx", "curves.csv", "train.py")]
    assert main(["export", trained.id, "--onnx", files[0], "--csv", files[1], "--script", files[2]]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in files)
    assert (tmp_path / "curves.csv").read_text().count("\n") > tiny.epochs
    script = (tmp_path / "train.py").read_text()
    assert f"range({tiny.epochs})" in script
    assert trained.id in script
    session = onnxruntime.InferenceSession(files[0], providers=["CPUExecutionProvider"])
    assert session.run(None, {"images": np.zeros((3, 1, 28, 28), np.float32)})[0].shape == (3, 10)
    assert main(["export", str(trained.path), "--csv", files[1]]) == 0
    trained.fine_tuning.write_bytes(b"drawings")
    assert main(["export", trained.id, "--script", str(tmp_path / "none.py")]) == 2
    assert "a script of MNIST alone would train another one" in capsys.readouterr().err
    assert not (tmp_path / "none.py").exists()


def test_export_of_a_checkpoint_has_its_epochs_as_curves(tmp_path):
    shipped, curves = str(CHECKPOINTS / "best.safetensors"), tmp_path / "curves.csv"
    assert main(["export", shipped, "--csv", str(curves)]) == 0
    config = preset("best")
    last = f"epoch,{config.epochs * config.steps_per_epoch},{config.epochs},"
    assert curves.read_text().splitlines()[-1].startswith(last)


def test_export_of_a_checkpoint_that_somebody_has_edited_is_a_sentence(tmp_path, capsys):
    shipped, edited = CHECKPOINTS / "best.safetensors", tmp_path / "edited.safetensors"
    save_file(load_file(shipped), edited, read_card(shipped).to_metadata() | {"epochs": '[{"loss": 1}]'})
    assert main(["export", str(edited), "--csv", str(tmp_path / "curves.csv")]) == 2
    assert "the description inside edited.safetensors is damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "checkpoints/best.safetensors"], "at least one of --onnx FILE"),
        (["export", "no-such-run", "--csv", "x.csv"], "there is no run 'no-such-run'"),
        (["export", "none.safetensors", "--csv", "x.csv"], "cannot read the checkpoint none.safetensors"),
    ],
)
def test_export_of_nothing_is_one_clear_line(arguments, said, runs, capsys):
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
