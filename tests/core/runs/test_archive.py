import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save as save_file

from mnist_core.architecture import MOST_PARAMETERS
from mnist_core.asker import TEACHER
from mnist_core.errors import RunError, ZipError
from mnist_core.events import Finished
from mnist_core.handwriting.collection import LEAST_DRAWINGS
from mnist_core.handwriting.fine_tuning import FineTuning
from mnist_core.jobs.execution import execute
from mnist_core.model.card import LARGEST_FILE, ModelCard
from mnist_core.model.network import build_model
from mnist_core.runs import archive
from mnist_core.runs.archive import pack, unpack
from mnist_core.runs.notes import Notes, read_notes, write_notes
from mnist_core.runs.run import Run
from mnist_core.runs.store import create_run, list_runs
from mnist_core.runs.watched import MOST_DRAWINGS, key_of
from mnist_core.training.state import TrainingState, save_state

LEFT_OUT = {"lock", "control", "trainer", "queued", "worker.log"}


@pytest.fixture
def trained(runs, tiny):
    run = create_run(tiny, "fast", asker=TEACHER)
    write_notes(run, Notes(title="My 7", note="a first try"), asker=TEACHER)
    for _ in execute(run):
        pass
    return run


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A small exported run: what the zips of the other tests are made of."""
    from mnist_core.config import TrainConfig

    run = create_run(TrainConfig(epochs=2), "fast", tmp_path_factory.mktemp("runs"), asker=TEACHER)
    run.append(Finished(step=20, test_loss=0.1, test_accuracy=0.98, seconds=21.0))
    write_notes(run, Notes(title="a"), asker=TEACHER)
    return run, pack(run)


def files(path):
    return {p.relative_to(path).as_posix(): p.is_file() and p.read_bytes() for p in path.rglob("*")}


def zipped(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return buffer.getvalue()


def refused(content, folder, sentence):
    before = files(folder)
    with pytest.raises((RunError, ZipError), match=sentence):
        unpack(io.BytesIO(content), folder, asker=TEACHER)
    assert files(folder) == before


def config_json(run):
    return (run.path / "config.json").read_bytes()


def test_a_run_comes_back_byte_for_byte(trained, tmp_path):
    (trained.path / "control").write_text("run")
    run = unpack(io.BytesIO(pack(trained)), tmp_path / "elsewhere", asker=TEACHER)
    kept = {name: content for name, content in files(trained.path).items() if name not in LEFT_OUT}
    assert {"snapshot.safetensors", "state.safetensors", "epoch-002.safetensors", "notes.json"} <= kept.keys()
    assert files(run.path) == kept
    assert run.id == trained.id
    assert run.status(run.history()) == "finished"
    assert run.queue_number() is None
    assert list_runs(tmp_path / "elsewhere") == [run]


def test_a_fine_tuning_takes_its_drawings_along(runs, tiny, tmp_path):
    model = build_model(tiny)
    images, labels = np.zeros((LEAST_DRAWINGS, 28, 28), np.uint8), np.arange(LEAST_DRAWINGS, dtype=np.uint8) % 10
    card = ModelCard(config=tiny, metrics={"test_accuracy": 0.5})
    fine_tuning = FineTuning(start="mine", card=card, weights=model.state_dict(), images=images, labels=labels)
    taught = create_run(fine_tuning.config, "taught", fine_tuning=fine_tuning.to_bytes(), asker=TEACHER)
    run = unpack(io.BytesIO(pack(taught)), tmp_path / "elsewhere", asker=TEACHER)
    assert run.fine_tuning.read_bytes() == fine_tuning.to_bytes()
    taught.fine_tuning.write_bytes(fine_tuning.to_bytes()[:-100])
    refused(pack(taught), tmp_path, "in lesson.safetensors, are missing or damaged")
    taught.fine_tuning.write_bytes(save_file({"images": np.zeros(3)}, {"format": "digit-lab-1"}))
    refused(pack(taught), tmp_path, "in lesson.safetensors, are missing or damaged")


def test_an_id_that_is_taken_gets_a_fresh_one(trained, runs):
    run = unpack(io.BytesIO(pack(trained)), asker=TEACHER)
    assert run != trained
    assert run.path.parent == runs
    assert read_notes(run) == read_notes(trained)
    assert set(list_runs()) == {run, trained}


def test_an_interrupted_run_goes_on_where_it_was_imported(runs, tiny, tmp_path):
    run = create_run(tiny, "fast", asker=TEACHER)
    events = execute(run)
    while next(events).kind != "epoch":
        pass
    events.close()
    moved = unpack(io.BytesIO(pack(run)), tmp_path / "elsewhere", asker=TEACHER)
    assert moved.status(moved.history()) == "interrupted"
    resumed = list(execute(moved))
    assert resumed[0].epoch == 1
    assert isinstance(resumed[-1], Finished)


def test_the_state_of_the_largest_network_that_averages_and_stops_early_is_exported_and_imported(exported, tmp_path):
    run = Run(tmp_path / "there" / exported[0].id)
    run.path.mkdir(parents=True)
    (run.path / "config.json").write_bytes(config_json(exported[0]))
    networks = {name: torch.zeros(MOST_PARAMETERS) for name in ("trained", "average", "first moment", "second", "best")}
    state = TrainingState(networks, 1, 1.0, (0.5,), {"w": networks.pop("best")})
    save_state(run.state, state)
    imported = unpack(io.BytesIO(pack(run)), tmp_path, asker=TEACHER)
    assert imported.state.stat().st_size == run.state.stat().st_size > LARGEST_FILE


def test_nothing_but_a_runs_own_files_is_exported(exported, tmp_path):
    run = Run(tmp_path / exported[0].id)
    run.path.mkdir()
    (run.path / "config.json").write_bytes(config_json(exported[0]))
    (tmp_path / "secret").write_text("secret")
    (run.path / "notes.json").symlink_to(tmp_path / "secret")
    (run.path / "diary.txt").write_text("mine")
    with zipfile.ZipFile(io.BytesIO(pack(run))) as made:
        assert made.namelist() == [f"{run.id}/config.json"]


@pytest.mark.parametrize(
    "name",
    [
        "../config.json",
        "{run}/../config.json",
        "{run}/../../config.json",
        "/etc/passwd",
        "{run}/sub/config.json",
        "{run}/control",
        "{run}/queued",
        "{run}/trainer",
        "{run}/lock",
        "{run}/model.pkl",
        "{run}/epoch-1.safetensors",
        "{run}/config.json",
        "config.json",
        "C:\\config.json",
        "{run}\\config.json",
        "another/events.jsonl",
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_that_is_no_file_of_a_run_is_refused(exported, tmp_path, name):
    run, _ = exported
    entries = [(f"{run.id}/config.json", config_json(run)), (name.replace("{run}", run.id), b"{}")]
    refused(zipped(entries), tmp_path, r"which is no file of a run|not an exported run")


def test_an_entry_for_the_folder_itself_is_no_stranger(exported, tmp_path):
    run, _ = exported
    content = zipped([(f"{run.id}/", b""), (f"{run.id}/config.json", config_json(run))])
    assert unpack(io.BytesIO(content), tmp_path, asker=TEACHER).id == run.id


def test_a_link_is_refused(exported, tmp_path):
    run, _ = exported
    link = zipfile.ZipInfo(f"{run.id}/notes.json")
    link.external_attr = 0o120777 << 16
    refused(zipped([(f"{run.id}/config.json", config_json(run)), (link, "/etc/passwd")]), tmp_path, "as a link")


@pytest.mark.parametrize("folder", ["..", ".", "A", "a b", ".deleted", "x" * 65])
def test_a_folder_that_can_be_no_run_is_refused(exported, tmp_path, folder):
    refused(zipped([(f"{folder}/config.json", config_json(exported[0]))]), tmp_path, "a run's folder has a name")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{}"),
        ("config.json", b'{"name": "a", "created": "b", "config": {"epochs": 10000}}'),
        ("config.json", b'{"name": "a", "created": "b", "config": {"command": "rm"}}'),
        ("config.json", b"[" * 60_000),
        ("notes.json", b"[" * 60_000),
        ("notes.json", b"[]"),
        ("worker.json", b"\xff"),
        ("events.jsonl", b"garbage\n"),
        ("events.jsonl", b"[" * 60_000),
        ("readings.jsonl", b"garbage\n"),
        ("readings.jsonl", b"[" * 60_000),
        ("watched-0123456789abcdef.grey", bytes(784)),
        ("watched-0123456789abcdef.grey", b"x"),
        ("snapshot.safetensors", pickle.dumps({"a": 1})),
        ("snapshot.safetensors", (2**60).to_bytes(8, "little") + b"{}"),
        ("epoch-001.safetensors", b""),
        ("state.safetensors", b"cut"),
        ("state.safetensors", (2).to_bytes(8, "little") + b"{}"),
    ],
)
def test_a_damaged_file_is_a_sentence(exported, tmp_path, name, content):
    run, _ = exported
    entries = {"config.json": config_json(run)} | {name: content}
    refused(
        zipped([(f"{run.id}/{file}", data) for file, data in entries.items()]),
        tmp_path,
        r"is damaged|cannot be read|not a safetensors file",
    )


def test_lines_that_are_no_event_are_left_out(exported, tmp_path):
    run, _ = exported
    good = run.journal.read_bytes()
    entries = [(f"{run.id}/config.json", config_json(run)), (f"{run.id}/events.jsonl", b'{"cut\n' + good + b"rest")]
    moved = unpack(io.BytesIO(zipped(entries)), tmp_path, asker=TEACHER)
    assert moved.journal.read_bytes() == good


def test_more_watched_drawings_than_a_run_takes_are_refused(exported, tmp_path):
    run, _ = exported
    images = [np.full((28, 28), value, np.uint8) for value in range(MOST_DRAWINGS + 1)]
    entries = [(f"{run.id}/config.json", config_json(run))]
    entries += [(f"{run.id}/watched-{key_of(image)}.grey", image.tobytes()) for image in images]
    imported = unpack(io.BytesIO(zipped(entries[:-1])), tmp_path / "enough", asker=TEACHER)
    assert len(imported.watched.keys()) == MOST_DRAWINGS
    refused(zipped(entries), tmp_path, "watches more than 64 drawings")


def test_a_bomb_is_refused_by_what_it_declares(exported, tmp_path):
    run, _ = exported
    config = (f"{run.id}/config.json", config_json(run))
    bomb = zipped([config, (f"{run.id}/events.jsonl", bytes(40 * 2**20))])
    assert len(bomb) < 100_000
    refused(bomb, tmp_path, "40 MB that are packed into .* bytes: no file of Digit Lab is as empty as that")
    loose = zipped([config, (f"{run.id}/events.jsonl", b"".join(i.to_bytes(4) + bytes(40) for i in range(900_000)))])
    refused(loose, tmp_path, "events.jsonl has 38 MB; at most 32 MB are read")


def test_many_large_files_are_refused_together(exported, tmp_path, monkeypatch):
    run, _ = exported
    monkeypatch.setattr(archive, "LARGEST_ARCHIVE", 2_500_000)
    entries = [(f"{run.id}/epoch-{i:03d}.safetensors", bytes(2**20)) for i in range(3)]
    content = zipped([(f"{run.id}/config.json", config_json(run)), *entries])
    refused(content, tmp_path, "more than 2 MB")
    refused(content + bytes(3 * 2**20), tmp_path, "the file has 3 MB")


def test_a_bomb_that_lies_is_refused_by_what_it_unpacks_to(exported, tmp_path):
    run, _ = exported
    size = 2**18
    honest = zipped([(f"{run.id}/config.json", config_json(run)), (f"{run.id}/events.jsonl", bytes(size))])
    assert honest.count(size.to_bytes(4, "little")) == 2, "in the file's header and in the table of contents"
    refused(honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")), tmp_path, "is damaged")


def test_too_many_entries_are_refused_before_they_are_listed(exported, tmp_path):
    run, _ = exported
    many = [(f"{run.id}/epoch-{i:03d}.safetensors", b"") for i in range(400)]
    refused(zipped(many), tmp_path, "has 400 entries; Digit Lab exports at most 314")
    refused(zipped([(f"{i}", b"") for i in range(2_000)]), tmp_path, "too many entries")


def test_a_table_of_contents_of_unknown_size_is_refused(exported, tmp_path):
    _, content = exported
    end = content.rindex(b"PK\5\6")
    refused(content[:end] + b"PK\6\7" + bytes(16) + content[end:], tmp_path, "too many entries")


def test_an_encrypted_zip_is_refused(exported, tmp_path):
    _, content = exported
    changed = bytearray(content)
    for place in range(len(changed)):
        if changed[place : place + 4] == b"PK\1\2":
            changed[place + 8] |= 1
    refused(bytes(changed), tmp_path, "not a zip file, or is damaged")


def test_a_run_that_is_too_large_to_export_is_a_sentence(exported, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_ARCHIVE", 100)
    with pytest.raises(RunError, match=r"more than the .* copy its folder"):
        pack(exported[0])


def survives(content, folder):
    """Import any bytes: a readable run, or a sentence and the folder as it was."""
    before = files(folder)
    try:
        run = unpack(io.BytesIO(content), folder, asker=TEACHER)
    except (RunError, ZipError):
        assert files(folder) == before
    else:
        assert run.path.parent == folder
        assert run.config()
        assert run.history().test_accuracy is None or 0 <= run.history().test_accuracy <= 1
        assert list_runs(folder) == [run]


TEXT = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)  # `zipfile` cuts names at a zero
NAMES = st.one_of(
    TEXT,
    st.builds("{}/{}".format, st.sampled_from(["r", "..", "", "/"]), TEXT),
    st.sampled_from([f"r/{name}" for name in ("config.json", "events.jsonl", "notes.json", "snapshot.safetensors")]),
)
CONFIG = json.dumps({"name": "x", "created": "x", "config": {}}).encode()


@settings(max_examples=60)
@given(entries=st.dictionaries(NAMES, st.one_of(st.binary(max_size=60), st.just(CONFIG)), max_size=4))
def test_any_names_and_any_contents_are_survived(entries, tmp_path_factory):
    survives(zipped(entries.items()), tmp_path_factory.mktemp("runs"))


@settings(max_examples=120)
@given(data=st.data())
def test_any_change_of_an_exported_run_is_survived(data, exported, tmp_path_factory):
    content = bytearray(exported[1])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    survives(bytes(content[:cut]), tmp_path_factory.mktemp("runs"))


@given(content=st.binary(max_size=300))
def test_any_bytes_are_survived(content, tmp_path_factory):
    survives(content, tmp_path_factory.mktemp("runs"))


def test_an_imported_run_does_not_take_the_name_of_a_shipped_network(exported, tmp_path):
    run, content = exported
    run.path.rename(run.path.parent / "best")
    try:
        content = pack(Run(run.path.parent / "best"))
    finally:
        (run.path.parent / "best").rename(run.path)
    assert unpack(io.BytesIO(content), tmp_path, asker=TEACHER).id.startswith("best-")
