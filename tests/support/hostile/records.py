"""Hostile run directories, as a zip, a hand or a failing disk leaves them: the files of each by their names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mnist_core.config import TrainConfig
from mnist_core.event_json import to_json
from mnist_core.events import Event, Finished
from mnist_core.paths import CHECKPOINTS
from tests.support.events import epoch, inspection, rate_changed, started, step, validation
from tests.support.hostile.texts import ALL_MARKDOWN, UNPRINTABLE

Files = dict[str, bytes]
"""A directory's files: each one's content by its name."""

CONFIG = TrainConfig(epochs=2).to_dict()
NETWORK = CHECKPOINTS / "notebook.safetensors"
"""A network that can be taken in hand."""


def config_json(**changes: Any) -> bytes:
    """Return a run's config.json with some of its entries changed."""
    record = {"name": "fast", "created": "2026-01-02T03:04:05+00:00", "config": CONFIG}
    return json.dumps(record | changes).encode()


def events_jsonl(*events: Event | dict[str, Any] | bytes) -> bytes:
    """Return a run's events: those of the vocabulary, records edited by hand, or lines as they are."""
    lines = []
    for event in events:
        if isinstance(event, bytes):
            lines.append(event)
        else:
            lines.append((json.dumps(event) if isinstance(event, dict) else to_json(event)).encode())
    return b"\n".join(lines) + b"\n"


def edited(event: Event, **changes: Any) -> dict[str, Any]:
    """Return an event as a record with some of its fields changed."""
    return json.loads(to_json(event)) | changes


USUAL = (started(), step(5), step(10), validation(10), epoch(1), step(20), validation(20), epoch(2))
END = Finished(step=20, test_loss=0.1, test_accuracy=0.9, seconds=21.0)


def with_texts(text: str) -> Files:
    """Return a run that bears a text wherever a run can bear one."""
    return {
        "config.json": config_json(name=text, created=text, visitor=text, group=""),
        "notes.json": json.dumps({"title": text, "note": text}).encode(),
        "snapshot.safetensors": NETWORK.read_bytes(),
        "events.jsonl": events_jsonl(
            edited(started(), device=text, precision_reason=text),
            *USUAL[1:],
            edited(inspection(20), gradients={text: 1.0}, changes={text: 0.1}, dead={text: 0.5}),
            {"kind": "failed", "reason": text},
        ),
    }


def runs() -> Iterator[tuple[str, Files]]:
    """Yield run directories by their names; the folder of runs of a hostile class."""
    config: Any
    event: Any
    changes: Any
    usual = {"config.json": config_json(), "events.jsonl": events_jsonl(*USUAL, END)}
    usual["snapshot.safetensors"] = NETWORK.read_bytes()
    for number, text in enumerate((ALL_MARKDOWN, *UNPRINTABLE)):
        yield f"text-{number}", with_texts(text)
    for number, created in enumerate(("9999-12-31T23:59:59", "0001-01-01T00:00:00", "1969", "now", 3, None, [1])):
        yield f"created-{number}", usual | {"config.json": config_json(created=created)}
    for number, name in enumerate((3, None, ["a"], {"a": 1}, "best", "best (shipped)", "notebook")):
        yield f"name-{number}", usual | {"config.json": config_json(name=name)}
    for number, config in enumerate(
        (
            {},
            [],
            None,
            3,
            CONFIG | {"epochs": 10**30},
            CONFIG | {"learning_rate": float("nan")},
            CONFIG | {"filters": [1] * 1000},
            CONFIG | {"precision": "evil"},
            CONFIG | {"unknown" * 1000: 1},
            CONFIG | {"batch_size": "\ud800"},
            CONFIG | {"seed": True},
        )
    ):
        yield f"config-{number}", usual | {"config.json": config_json(config=config)}
    for number, content in enumerate(
        (
            b"",
            b"{",
            b"[]",
            b"\xff\xfe",
            b"[" * 60_000,
            b'{"name": "a"}',
            b"null",
            b"9" * 5000,
            b" " * 2**17,
            b"\x00" * 99,
        )
    ):
        yield f"damaged-config-{number}", usual | {"config.json": content}
        yield f"damaged-notes-{number}", usual | {"notes.json": content}
        yield f"damaged-events-{number}", usual | {"events.jsonl": content}
        yield f"damaged-state-{number}", usual | {"snapshot.safetensors": content, "lesson.safetensors": content}
        requests = dict.fromkeys(("control", "rate", "pace", "longest", "trainer"), content)
        yield f"damaged-requests-{number}", usual | requests
    for number, factor in enumerate((0, 0.0, -1, 1e-300, 1e300, 10**40, True, "2", None)):
        changed = edited(rate_changed(5, 1.0), factor=factor)
        yield f"rate-{number}", usual | {"events.jsonl": events_jsonl(started(), step(5), changed, step(10))}
    for number, (event, changes) in enumerate(
        [
            (started(), {"precision": "evil"}),
            (started(), {"threads": 0}),
            (started(), {"threads": 10**200}),
            (started(), {"steps_per_epoch": 10**11, "total_steps": 1}),
            (started(), {"total_steps": 10**11}),
            (started(), {"epoch": 9999}),
            (step(5), {"step": 0, "epoch": 0.0, "seconds": 0.0}),
            (step(5), {"step": 10**11, "epoch": 9999.5}),
            (step(5), {"loss": 1e300}),
            (step(5), {"loss": 0.0, "learning_rate": 0.0, "images_per_second": 0.0}),
            (step(5), {"loss": 10**299}),
            (step(5), {"seconds": 9.9e9}),
            (validation(5), {"loss": 1e300, "accuracy": 1}),
            (validation(5), {"epoch": 9999.0, "step": 10**11}),
            (epoch(1), {"epoch": 9999, "step": 10**11}),
            (epoch(1), {"epoch": 0, "step": 0, "seconds": 0.0}),
            (epoch(1), {"train_loss": 1e300, "validation_loss": 1e300, "validation_accuracy": 1.0}),
            (END, {"best_epoch": 9999}),
            (END, {"step": 10**11, "seconds": 9.9e9}),
            (END, {"test_loss": 1e300}),
            (inspection(5), {"gradients": {"conv1": 1e300}, "changes": {"conv1": 1e300}, "dead": {"relu1": 7.0}}),
            (inspection(5), {"gradients": {str(i): 1.0 for i in range(1000)}}),
        ]
    ):
        lines = [edited(e, **changes) if e.kind == event.kind else e for e in (*USUAL, inspection(20), END)]
        yield f"numbers-{number}", usual | {"events.jsonl": events_jsonl(*lines)}
    yield "backwards", usual | {"events.jsonl": events_jsonl(*reversed((*USUAL, END)))}
    yield "twice-0000-abcd", usual | {"notes.json": b'{"title": "twin", "note": ""}'}
    yield "twice-1111-abcd", usual | {"notes.json": b'{"title": "twin", "note": ""}'}
    yield "twice-2222-abcd", usual | {"notes.json": b'{"title": "twin (abcd)", "note": ""}'}
    yield "best", usual
    yield "notebook", usual | {"snapshot.safetensors": b"\x00"}
    for number, trainer in enumerate(
        (b"[-1, 0]", b"[1e400, 1]", b"[1, 1e400]", b"[1" + b"0" * 20 + b", 1]", b"[1, [2]]")
    ):
        yield f"trainer-{number}", {"config.json": config_json(), "trainer": trainer}
    for number, queued in enumerate((b"nan", b"inf", b"\xff", b"-1e300", b"1" * 400)):
        yield f"queued-{number}", {"config.json": config_json(), "queued": queued}


def write(folder: Path, name: str, files: Files) -> Path:
    """Write one of them into a folder of runs, and return its directory."""
    path = folder / name
    path.mkdir(parents=True)
    for file, content in files.items():
        (path / file).write_bytes(content)
    return path
