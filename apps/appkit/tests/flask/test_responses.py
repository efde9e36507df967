from collections.abc import Callable

import pytest
from werkzeug.test import Client

type OpenBrowser = Callable[..., Client]


@pytest.mark.parametrize("prefix", ["", "/sample"])
@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/folder", "{prefix}/folder/"),
        ("/go", "{prefix}/folder/"),
        ("/away", "https://pay.example.org/x"),
    ],
)
def test_redirects_are_paths_below_the_prefix(
    open_browser: OpenBrowser, prefix: str, path: str, location: str
) -> None:
    headers = {"Host": "forged.example.org:9003"} | (
        {"X-Forwarded-Prefix": prefix} if prefix else {}
    )
    answer = open_browser().get(path, headers=headers)
    assert answer.headers["Location"] == location.format(prefix=prefix)


@pytest.mark.parametrize("path", ["//evil.example.org/folder", "//evil.example.org//"])
def test_no_request_path_causes_a_redirect_to_another_host(
    open_browser: OpenBrowser, path: str
) -> None:
    answer = open_browser().open(environ_overrides={"PATH_INFO": path})
    assert not answer.headers.get("Location", "/x").startswith(("//", "http"))


def test_browsers_revalidate_pages(open_browser: OpenBrowser) -> None:
    assert open_browser().get("/count").headers["Cache-Control"] == "no-cache"
