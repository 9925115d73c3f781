"""Processes without a network: what they ask of other machines is refused, as without a cable, and noted."""

from pathlib import Path

_NO_NETWORK = """
import errno, os, socket

with open(os.path.join(os.path.dirname(__file__), "processes"), "a") as file:
    file.write(f"{os.getpid()}\\n")

def refuse(target):
    with open(os.path.join(os.path.dirname(__file__), "asked"), "a") as file:
        file.write(f"{target}\\n")
    raise OSError(errno.ENETUNREACH, "Network is unreachable")

def is_here(address):
    return not isinstance(address, tuple) or str(address[0]) in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::")

class Socket(socket.socket):
    def connect(self, address):
        return super().connect(address) if is_here(address) else refuse(address)

    def connect_ex(self, address):
        return super().connect_ex(address) if is_here(address) else refuse(address)

look_up = socket.getaddrinfo

def getaddrinfo(host, *rest, **more):
    return look_up(host, *rest, **more) if host is None or is_here((host,)) else refuse(host)

socket.socket, socket.getaddrinfo = Socket, getaddrinfo
socket.gethostbyname = lambda name: refuse(name)
"""
"""A sitecustomize.py: Python runs it first in every process. Names and addresses elsewhere are noted and refused."""


def without_network(folder: Path) -> Path:
    """Make a folder that, as PYTHONPATH, keeps a Python and its children from all other machines.

    Returns:
        The file in which each name or address that they asked for stands on a line of its own.
    """
    (folder / "sitecustomize.py").write_text(_NO_NETWORK)
    asked = folder / "asked"
    asked.touch()
    return asked


def processes_without_network(asked: Path) -> set[int]:
    """Return the ids of the processes that were kept from all other machines, given what `without_network` returned."""
    return {int(process) for process in (asked.parent / "processes").read_text().split()}
