from collections.abc import Callable

import pytest
from werkzeug.test import Client

type NewBrowser = Callable[..., Client]

LONG = "a" * 63


@pytest.mark.parametrize(
    "host",
    [
        *("shop", "shop.example.org", "SHOP.example:9003", "a_b:1", "xn--bcher-kva.example"),
        *("example.org.", "127.0.0.1:80", "[::1]", "[::1]:9003", LONG, ".".join([LONG] * 4)),
    ],
)
def test_a_host_is_served(new_browser: NewBrowser, host: str) -> None:
    assert new_browser().get("/folder/", headers={"Host": host}).text == "folder"


@pytest.mark.parametrize(
    "host",
    [
        *(".", "..", "a..b", ".a", ".a.", "a..:80", f"{LONG}a", f"b.{LONG}a.c", "a b", "a,b"),
        *("[::1", "::1", "[::1]x", "a:b", "a:999999", "a:", "a/b", "ä", "a\x00b", "user@a", "a\n"),
    ],
)
def test_a_malformed_host_is_400(new_browser: NewBrowser, host: str) -> None:
    response = new_browser().get("/folder/", environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert "<title>400 sample</title>" in response.text
