from collections.abc import Callable

import pytest
from werkzeug.test import Client

type Floor = Callable[..., Client]


@pytest.mark.parametrize("prefix", ["", "/sample"])
@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/folder", "{prefix}/folder/"),
        ("/go", "{prefix}/folder/"),
        ("/away", "https://pay.example.org/x"),
    ],
)
def test_redirects_stay_below_the_prefix_and_name_no_host(
    floor: Floor, prefix: str, path: str, location: str
) -> None:
    headers = {"Host": "forged.example.org:9003"} | (
        {"X-Forwarded-Prefix": prefix} if prefix else {}
    )
    answer = floor().get(path, headers=headers)
    assert answer.headers["Location"] == location.format(prefix=prefix)


@pytest.mark.parametrize("path", ["//evil.example.org/folder", "//evil.example.org//"])
def test_no_path_makes_a_redirect_to_another_host(floor: Floor, path: str) -> None:
    answer = floor().open(environ_overrides={"PATH_INFO": path})
    assert not answer.headers.get("Location", "/x").startswith(("//", "http"))


def test_pages_are_asked_for_again(floor: Floor) -> None:
    assert floor().get("/count").headers["Cache-Control"] == "no-cache"
