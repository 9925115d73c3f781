"""A visitor without a browser: Streamlit's websocket and uploads, spoken by a program that may send anything."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

LONGEST = 120.0
"""Seconds until a page that does not come is called stuck: long, since a busy machine is slow."""


class Client:
    """One visitor's connection to a server on this machine."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        """Connect to a server; `headers` are sent when the connection is opened."""
        self.port = port
        self.buttons: dict[str, str] = {}
        """Labels of the buttons on the last page that can be pressed, by their ids."""
        self.told: list[str] = []
        """What the last page said: its alerts, and its uncaught errors as "exception: ..."."""
        self.uploader: dict[str, str] = {}
        """Ids of the fields for files on the last page, by their labels."""
        self.session = ""
        self._groups: dict[str, str] = {}
        self._chosen: dict[str, str] = {}
        self._token = self._cookie("/_stcore/health", "_streamlit_xsrf")
        self.seat = self._cookie("/", "digit_lab_seat")
        """The secret of the seat that the server gave to this visitor."""
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            origin=Origin(f"http://127.0.0.1:{port}"),
            subprotocols=[Subprotocol("streamlit"), Subprotocol(self._token)],
            additional_headers={"Cookie": f"_streamlit_xsrf={self._token}; digit_lab_seat={self.seat}"}
            | (headers or {}),
            max_size=None,
        )

    def _cookie(self, path: str, name: str) -> str:
        _, headers, _ = self.get(path, {"Accept": "text/html"})
        for cookie in headers.get_all("Set-Cookie") or []:
            if cookie.startswith(f"{name}="):
                return str(cookie.split("=", 1)[1].split(";")[0])
        return ""

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes = b"") -> Any:
        """Return status, headers and content of a plain request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            connection.putrequest(method, path, skip_host="Host" in (headers or {}))
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def send(self, content: bytes) -> None:
        """Send a message as it is."""
        self._socket.send(content)

    def run(
        self, page: str, query: str = "", uploads: dict[str, dict[str, Any]] | None = None, pressed: str = ""
    ) -> None:
        """Open a page, or run it again with files in its fields or with a button pressed; wait until it is drawn."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        for widget, value in self._chosen.items():
            message.rerun_script.widget_states.widgets.add(id=widget).string_array_value.data.append(value)
        for widget, names in (uploads or {}).items():
            state = message.rerun_script.widget_states.widgets.add(id=widget)
            state.file_uploader_state_value.uploaded_file_info.add(**names)
        if pressed:
            message.rerun_script.widget_states.widgets.add(id=pressed).trigger_value = True
        self.send(message.SerializeToString())
        self.told, self.uploader, self.buttons = [], {}, {}
        for answer in self._answers():
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.session = answer.new_session.initialize.session_id or self.session
            elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                self._note(answer.delta.new_element)
            elif kind == "script_finished" and answer.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.told.append(f"exception: {element.exception.type}: {element.exception.message[:200]}")
        elif kind == "alert":
            self.told.append(element.alert.body)
        elif kind == "file_uploader":
            self.uploader[element.file_uploader.label] = element.file_uploader.id
        elif kind == "button" and not element.button.disabled:
            self.buttons[element.button.id] = element.button.label
        elif kind == "button_group":
            self._groups[element.button_group.label] = element.button_group.id

    def _answers(self) -> Iterator[ForwardMsg]:
        until = time.monotonic() + LONGEST
        while (left := until - time.monotonic()) > 0:
            content = self._socket.recv(timeout=left)
            yield ForwardMsg.FromString(content if isinstance(content, bytes) else content.encode())
        raise TimeoutError

    def choose(self, page: str, label: str, value: str) -> None:
        """Choose one of a row of choices on the page that is open, for this run of it and all after it."""
        self._chosen[self._groups[label]] = value
        self.run(page)

    def upload(self, page: str, label: str, name: str, content: bytes, query: str = "") -> None:
        """Put a file into the field of that label on the page that is open, and run the page with it."""
        widget = next(identity for text, identity in self.uploader.items() if text.startswith(label))
        refused, url = self.put(name, content)
        if refused:
            self.told = [refused]
            return
        info = {"name": name, "size": len(content), "file_id": url.file_id, "file_urls": url}
        self.run(page, query, uploads={widget: info})

    def put(self, name: str, content: bytes) -> tuple[str, Any]:
        """Upload a file for a field, or for none; return why it is refused, or "", and its addresses."""
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        self.send(message.SerializeToString())
        urls = next(a.file_urls_response for a in self._answers() if a.WhichOneof("type") == "file_urls_response")
        (url,) = urls.file_urls
        boundary, shown = "hostile-boundary", name.replace('"', "%22")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{url.file_id}"; filename="{shown}"\r\n'
        body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content
        body += f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Cookie": f"_streamlit_xsrf={self._token}",
            "X-Xsrftoken": self._token,
        }
        try:
            status, _, said = self.get(urlsplit(url.upload_url).path, headers, "PUT", body)
        except ConnectionError as error:  # the server hangs up on what it does not read
            return f"upload refused: {type(error).__name__}", url
        return (f"upload refused: {status} {said[:80]!r}" if status >= 300 else ""), url

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
