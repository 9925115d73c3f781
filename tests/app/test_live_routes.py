"""The routes beside Streamlit's own: the code of the live reading, and networks by their content."""

from hashlib import sha256

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mnist_core.asker import TEACHER
from mnist_core.paths import CHECKPOINTS
from mnist_core.runs.store import create_run
from ui.live import networks
from ui.live.routes import ROUTES


@pytest.fixture
def client():
    return TestClient(Starlette(routes=ROUTES))


def content(path):
    return sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("name", "kind"), [("live.js", "javascript"), ("kernel.wasm", "application/wasm")])
def test_the_code_is_served_and_asked_for_anew_each_time(client, name, kind):
    answer = client.get(f"/live/js/{name}")
    assert answer.status_code == 200
    assert kind in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(f"/live/js/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "routes.py",
        "package.json",
        "kernel.wat",
        "nothing.js",
        "",
        "../../app.py",
        "%2e%2e/shell.js",
        "node_modules/a.js",
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(f"/live/js/{path}").status_code == 404


@pytest.mark.parametrize("name", ["best", "notebook", "everyone", "strangers"])
def test_a_shipped_network_is_sent_as_it_is_and_may_be_kept_for_ever(client, name):
    file = CHECKPOINTS / f"{name}.safetensors"
    answer = client.get(f"/{networks.address(name, content(file))}")
    assert answer.status_code == 200
    assert answer.content == file.read_bytes()
    assert "immutable" in answer.headers["cache-control"]


def test_a_runs_network_is_sent_until_it_is_saved_anew(client, runs, tiny):
    run = create_run(tiny, "tiny", asker=TEACHER)
    run.snapshot.write_bytes(b"first")
    address = f"/{networks.address(run.id, sha256(b'first').hexdigest())}"
    assert client.get(address).content == b"first"
    run.snapshot.write_bytes(b"second")
    answer = client.get(address)
    assert answer.status_code == 404
    assert "has been saved anew" in answer.text
    assert answer.text.endswith("reload the page.")


@pytest.mark.parametrize("name", ["nobody", "..", "%2e%2e%2fbest", "best%00", "a b", "x" * 300, "README.md"])
def test_a_network_that_is_not_there_is_told_in_a_sentence(client, runs, name):
    answer = client.get(f"/live/networks/{name}/{'0' * 64}")
    assert answer.status_code == 404
    assert "\n" not in answer.text


def test_another_content_is_not_sent(client):
    assert client.get(f"/{networks.address('best', '0' * 64)}").status_code == 404
