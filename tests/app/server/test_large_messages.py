"""A message that is larger than any that a page sends."""

import pytest
from websockets.exceptions import ConnectionClosedError

from tests.support.browser import serve
from tests.support.streamlit_client import Client


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


def send_and_run(client, size):
    client.send(bytes(size))
    client.run("")


def test_a_message_larger_than_any_page_s_ends_its_own_connection_and_no_other(server):
    client, other = Client(server.port), Client(server.port)
    with pytest.raises(ConnectionClosedError):  # at the end of the message, or before, as fast as the server hangs up
        send_and_run(client, 17 * 10**6)
    send_and_run(other, 0)
    other.close()
