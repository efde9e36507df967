"""Forwarded headers, and recognition of the proxy."""

import socket
from ipaddress import ip_network

import pytest

from appkit.proxy import Forwarded, TrustedProxy, resolve, take_forwarded


class Net:
    """A resolver whose addresses change, and a clock."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.lookups = 0
        self.now = 1000.0

    def lookup(self, name: str) -> tuple[str, ...]:
        assert name == "reverse-proxy"
        self.lookups += 1
        return self.addresses

    def proxy(self, name: str = "reverse-proxy") -> TrustedProxy:
        return TrustedProxy(name, self.lookup, lambda: self.now)


def test_without_a_name_no_address_is_trusted() -> None:
    net = Net("10.0.0.1")
    assert not net.proxy("").trusts("10.0.0.1")
    assert net.lookups == 0


def test_a_known_address_is_trusted_without_another_lookup() -> None:
    net = Net("10.0.0.1", "10.0.0.2")
    proxy = net.proxy()
    assert all(proxy.trusts(address) for address in ("10.0.0.1", "10.0.0.2") * 50)
    assert net.lookups == 1


def test_unknown_addresses_cause_one_lookup_a_second() -> None:
    net = Net("10.0.0.1")
    proxy = net.proxy()
    assert not any(proxy.trusts(f"10.9.0.{host}") for host in range(200))
    assert net.lookups == 1
    net.now += 1
    assert not proxy.trusts("10.9.0.1")
    assert net.lookups == 2


def test_a_new_address_is_trusted_within_a_second() -> None:
    net = Net("10.0.0.1")
    proxy = net.proxy()
    assert proxy.trusts("10.0.0.1")
    net.addresses = ("10.0.0.7",)
    net.now += 1
    assert proxy.trusts("10.0.0.7")
    assert not proxy.trusts("10.0.0.1")


def test_an_address_that_no_longer_resolves_is_not_trusted() -> None:
    net = Net("10.0.0.1")
    proxy = net.proxy()
    assert proxy.trusts("10.0.0.1")
    net.addresses = ()
    net.now += 10
    assert not proxy.trusts("10.0.0.1")


def test_names_resolve() -> None:
    assert "127.0.0.1" in resolve("localhost")


def test_a_name_that_does_not_resolve_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert resolve("nowhere") == frozenset()


SENT = {
    "HTTP_X_FORWARDED_PREFIX": "/rocket-ecommerce",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_FORWARDED": "for=evil",
    "HTTP_X_SCRIPT_NAME": "/evil",
}


@pytest.mark.parametrize(
    ("changes", "trusted", "expected"),
    [
        ({}, True, Forwarded("/rocket-ecommerce", "203.0.113.9", secure=True)),
        ({}, False, Forwarded()),
        ({"HTTP_X_FORWARDED_PROTO": "http"}, True, Forwarded("/rocket-ecommerce", "203.0.113.9")),
        *(
            ({"HTTP_X_FORWARDED_PROTO": other}, True, Forwarded("/rocket-ecommerce", "203.0.113.9"))
            for other in ("", "HTTPS", "https, http", "wss")
        ),
        (
            {"HTTP_X_FORWARDED_FOR": "2001:db8::1"},
            True,
            Forwarded("/rocket-ecommerce", "2001:db8::1", secure=True),
        ),
        (
            {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8"},
            True,
            Forwarded("/rocket-ecommerce", "5.6.7.8", secure=True),
        ),
        (
            {"HTTP_X_FORWARDED_FOR": "1.2.3.4, unknown"},
            True,
            Forwarded("/rocket-ecommerce", "", secure=True),
        ),
        *(
            ({"HTTP_X_FORWARDED_PREFIX": bad}, True, Forwarded("", "203.0.113.9", secure=True))
            for bad in ("//evil.example", "/a/", "a", "/A", "/a\n", "/a/../b", '/"><script>')
        ),
    ],
)
def test_forwarded_headers(changes: dict[str, str], trusted: bool, expected: Forwarded) -> None:
    net = Net("10.0.0.1" if trusted else "10.0.0.2")
    kept = {"HTTP_HOST": "kept", "REMOTE_ADDR": "10.0.0.1"}
    environ = {**SENT, **changes, **kept}
    assert take_forwarded(environ, net.proxy(), ()) == expected
    assert environ == kept


NETWORKS = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "hops", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1,203.0.113.9 , 10.9.9.9", "203.0.113.9"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("2001:db8::5", "2001:db9::7", "2001:db9::7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.9, _hidden", ""),
        ("10.0.0.1", "", ""),
    ],
)
def test_proxies_in_front_tell_the_address_and_the_scheme(
    peer: str, hops: str, client: str
) -> None:
    environ = {**SENT, "HTTP_X_FORWARDED_FOR": hops, "REMOTE_ADDR": peer}
    assert take_forwarded(environ, Net().proxy(""), NETWORKS) == Forwarded("", client, secure=True)


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db9::7", "", "testclient"])
def test_an_address_outside_the_networks_is_not_trusted(peer: str) -> None:
    environ = {**SENT, "REMOTE_ADDR": peer}
    assert take_forwarded(environ, Net().proxy(""), NETWORKS) == Forwarded()
    assert environ == {"REMOTE_ADDR": peer}
