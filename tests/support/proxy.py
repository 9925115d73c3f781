"""A proxy as a school puts one in front: it tells the server by a header who has called it."""

import contextlib
import socket
import threading
from types import TracebackType


class Proxy:
    """Hands everything on to a server on this machine, with X-Forwarded-For in the first request of each connection."""

    def __init__(self, port: int, caller: str) -> None:
        self._port, self._caller = port, caller
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with contextlib.suppress(OSError), browser, socket.create_connection(("127.0.0.1", self._port)) as server:
            head = browser.recv(65536)
            while head and b"\r\n" not in head:
                head += browser.recv(65536)
            line, end, rest = head.partition(b"\r\n")
            server.sendall(line + end + f"X-Forwarded-For: {self._caller}\r\n".encode() + rest)
            threading.Thread(target=self._pass_on, args=(browser, server), daemon=True).start()
            self._pass_on(server, browser)

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                target.sendall(content)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
