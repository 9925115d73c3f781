"""The addresses under which phones in the same network reach this machine, the likeliest first."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

import psutil

from mnist_core.asker import Asker
from mnist_core.classroom import records
from mnist_core.classroom.classroom import Classroom

_VIRTUAL = re.compile(
    r"(docker|br-|bridge|veth|virbr|vmnet|vboxnet|vmware|virtualbox|vethernet|hyper-v|lxc|lxdbr|podman|cni|flannel|cali"
    r"|tun|tap|utun|ipsec|ppp|wg|tailscale|zt|nebula|warp|awdl|llw|anpi|ifb|dummy|sit|gre|teredo|isatap|loopback)",
    re.IGNORECASE,
)
"""What interfaces of containers, virtual machines and tunnels are called on Linux, macOS and Windows."""
_WIRELESS = re.compile(r"(wl|wi-?fi|wireless|ap\d|ath|ra\d)", re.IGNORECASE)
_USUAL = [ipaddress.ip_network(net) for net in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")]
"""Networks of homes and schools, those of most phones first."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of this machine."""

    address: str
    """IPv4."""
    interface: str
    """The name of its network interface."""


def addresses() -> list[Address]:
    """Return the IPv4 addresses of this machine's running network interfaces; none where there is no network."""
    stats, found = psutil.net_if_stats(), []
    for interface, described in psutil.net_if_addrs().items():
        state = stats.get(interface)
        if state is None or not _is_real(interface, state):
            continue
        found += [Address(a.address, interface) for a in described if a.family == socket.AF_INET]
    return sorted((one for one in found if _can_be_reached(one.address)), key=_likelihood)


def _is_real(interface: str, state: object) -> bool:
    # Windows gives no flags; there, what is not up has no address either.
    flags = set(filter(None, str(getattr(state, "flags", "")).split(",")))
    running = bool(getattr(state, "isup", False)) and (not flags or "running" in flags)
    return running and not flags & {"loopback", "pointopoint"} and not _VIRTUAL.match(interface)


def _can_be_reached(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast)


def _likelihood(one: Address) -> tuple[int, bool, str, int]:
    """Return what sorts the likeliest address first: a wireless one of a network of the usual kind."""
    found = ipaddress.ip_address(one.address)
    usual = next((place for place, net in enumerate(_USUAL) if found in net), len(_USUAL))
    return usual, not _WIRELESS.match(one.interface), one.interface, int(found)


def reached(classroom: Classroom) -> frozenset[str]:
    """Return the addresses of this machine through which a phone has come to the class."""
    return frozenset(records.read(classroom.path / "reached.json"))


def record_reached(classroom: Classroom, address: str, *, asker: Asker) -> None:
    """Record that the seat that asks has come through one of this machine's addresses; only that, not from where.

    Raises:
        ClassError: the class has gone or cannot be written.
    """
    if not asker.seat or address in reached(classroom) or address not in {one.address for one in addresses()}:
        return
    with classroom.changing():
        records.write(classroom.path / "reached.json", dict.fromkeys([*reached(classroom), address], True))
