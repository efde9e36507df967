"""The cookie jar of the tests has the rules of a browser."""

import pytest

from devkit.testing.cookies import CookieJar, Scheme


@pytest.mark.parametrize(
    ("scheme", "line"),
    [
        ("http", "a=1; Secure"),
        ("http", "__Host-a=1; Path=/; Secure"),
        ("https", "__Host-a=1; Path=/"),
        ("https", "__host-a=1; Path=/"),
        ("https", "__Host-a=1; Path=/x; Secure"),
        ("https", "__Host-a=1; Secure"),
        ("https", "__Host-a=1; Path=/; Secure; Domain=shop.example"),
        ("https", "__Secure-a=1; Path=/"),
    ],
)
def test_a_cookie_is_ignored(scheme: Scheme, line: str) -> None:
    jar = CookieJar()
    jar.receive(line, scheme)
    assert jar.names() == set()


@pytest.mark.parametrize(
    "line", ["a=1; Secure", "__Host-a=1; secure; path=/", "__Secure-a=1; Secure"]
)
def test_a_secure_cookie_is_sent_over_https_only(line: str) -> None:
    jar = CookieJar()
    jar.receive(line, "https")
    assert (jar.header("https"), jar.header("http")) == (line.partition(";")[0], "")


def test_http_neither_replaces_nor_deletes_a_secure_cookie() -> None:
    jar = CookieJar()
    jar.receive("a=1; Secure", "https")
    for line in ("a=2", "a=; Max-Age=0"):
        jar.receive(line, "http")
        assert jar.header("https") == "a=1"


def test_a_cookie_is_replaced_and_deleted() -> None:
    jar = CookieJar()
    for line in ("a=1", "b=2", "a=3"):
        jar.receive(line, "http")
    assert jar.header("http") == jar.header("https") == "a=3; b=2"
    jar.receive("a=; Max-Age=0", "https")
    assert jar.names() == {"b"}
