"""A message that is larger than any that a page sends."""

import pytest
from websockets.exceptions import ConnectionClosedError

from tests.support.browser import serve
from tests.support.streamlit_client import Client


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.mark.parametrize("megabytes", [17, 100])
def test_a_message_without_measure_ends_its_own_connection_and_no_other(server, megabytes):
    client, other = Client(server.port), Client(server.port)
    with pytest.raises(ConnectionClosedError) as ended:
        client.send(bytes(megabytes * 10**6))
        client.run("")
    # "Message too big", or nothing any more where the server hangs up before all has been sent.
    assert ended.value.rcvd is None or ended.value.rcvd.code == 1009
    other.run("")
    other.close()
