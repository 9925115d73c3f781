"""The addresses under which phones reach this machine: which interfaces count, and the likeliest first."""

import socket
from types import SimpleNamespace

import psutil
import pytest

from mnist_core.asker import TEACHER
from mnist_core.classroom.addresses import addresses, reached, record_reached
from tests.support.classes import ANN, a_class

UP = "up,broadcast,running,multicast"


@pytest.fixture
def interfaces(monkeypatch):
    """Have the machine's interfaces be others: of each its address, its flags and whether it is up."""

    def be(**given):
        found = {name.replace("_", "-"): value for name, value in given.items()}
        addressed = {
            name: [SimpleNamespace(family=socket.AF_INET, address=address)] for name, (address, *_) in found.items()
        }
        stats = {name: SimpleNamespace(isup=up, flags=flags) for name, (_, flags, up) in found.items()}
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: addressed)
        monkeypatch.setattr(psutil, "net_if_stats", lambda: stats)

    return be


def test_a_machine_without_a_network_has_none(interfaces):
    interfaces(lo=("127.0.0.1", "up,loopback,running", True))
    assert addresses() == []


@pytest.mark.parametrize(
    ("name", "address", "flags", "up"),
    [
        ("lo", "127.0.0.1", "up,loopback,running", True),
        ("eth0", "169.254.3.4", UP, True),
        ("docker0", "172.17.0.1", UP, True),
        ("br-12ab", "172.18.0.1", UP, True),
        ("veth12", "10.1.1.1", UP, True),
        ("virbr0", "192.168.122.1", UP, True),
        ("vboxnet0", "192.168.56.1", UP, True),
        ("vEthernet (WSL)", "172.20.0.1", "", True),
        ("tun0", "10.8.0.2", "up,pointopoint,running", True),
        ("wg0", "10.9.0.2", UP, True),
        ("tailscale0", "100.80.1.2", UP, True),
        ("utun3", "10.7.0.2", UP, True),
        ("wlan0", "192.168.1.4", UP, False),
        ("wlan1", "192.168.1.5", "up,broadcast,multicast", True),
    ],
)
def test_what_no_phone_reaches_is_left_out(interfaces, name, address, flags, up):
    interfaces(**{name: (address, flags, up), "enp3s0": ("192.168.7.7", UP, True)})
    assert [one.address for one in addresses()] == ["192.168.7.7"]


def test_the_likeliest_is_the_first(interfaces):
    interfaces(
        eth1=("8.8.4.4", UP, True),
        eth0=("192.168.1.9", UP, True),
        wlp2s0=("192.168.1.10", UP, True),
        en5=("172.16.4.4", "", True),
        ens1=("10.0.0.3", UP, True),
    )
    assert [one.address for one in addresses()] == ["192.168.1.10", "192.168.1.9", "10.0.0.3", "172.16.4.4", "8.8.4.4"]


def test_an_address_is_ticked_once_a_phone_has_come_through_it(interfaces, runs):
    interfaces(wlan0=("192.168.1.10", UP, True), eth0=("10.0.0.3", UP, True))
    classroom = a_class(ANN)
    record_reached(classroom, "10.0.0.3", asker=TEACHER)
    record_reached(classroom, "evil.example", asker=ANN)
    record_reached(classroom, "10.9.9.9", asker=ANN)
    assert reached(classroom) == frozenset()
    record_reached(classroom, "10.0.0.3", asker=ANN)
    record_reached(classroom, "192.168.1.10", asker=ANN)
    assert reached(classroom) == {"10.0.0.3", "192.168.1.10"}
