from collections.abc import Callable

import pytest
from werkzeug.test import Client

type NewBrowser = Callable[..., Client]


@pytest.mark.parametrize("prefix", ["", "/sample"])
@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/folder", "{prefix}/folder/"),
        ("/go", "{prefix}/folder/"),
        ("/away", "https://pay.example.org/x"),
    ],
)
def test_redirects_have_the_prefix_and_no_host(
    new_browser: NewBrowser, prefix: str, path: str, location: str
) -> None:
    headers = {"Host": "forged.example.org:9003"} | (
        {"X-Forwarded-Prefix": prefix} if prefix else {}
    )
    response = new_browser().get(path, headers=headers)
    assert response.headers["Location"] == location.format(prefix=prefix)


@pytest.mark.parametrize("path", ["//evil.example.org/folder", "//evil.example.org//"])
def test_no_path_causes_a_redirect_to_another_host(new_browser: NewBrowser, path: str) -> None:
    response = new_browser().open(environ_overrides={"PATH_INFO": path})
    assert not response.headers.get("Location", "/x").startswith(("//", "http"))


def test_pages_are_revalidated(new_browser: NewBrowser) -> None:
    assert new_browser().get("/count").headers["Cache-Control"] == "no-cache"
