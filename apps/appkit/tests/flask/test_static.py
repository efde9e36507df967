from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from werkzeug.test import Client

from appkit.flask.static import fingerprint

type NewBrowser = Callable[..., Client]

PREFIX = {"X-Forwarded-Prefix": "/sample"}


@pytest.fixture
def site(tmp_path: Path, sample: object) -> Path:
    return tmp_path / "sample" / "static"


def rename(folder: Path) -> None:
    (folder / "site.css").rename(folder / "page.css")


def rewrite(folder: Path) -> None:
    (folder / "site.css").write_text("body {}")


def remove(folder: Path) -> None:
    (folder / "site.css").unlink()


@pytest.mark.parametrize("change", [rename, rewrite, remove])
def test_the_fingerprint_depends_on_names_and_contents(
    site: Path, change: Callable[[Path], None]
) -> None:
    before = fingerprint(site)
    assert before == fingerprint(site)
    change(site)
    assert fingerprint(site) != before


@pytest.mark.parametrize(
    ("path", "cached"),
    [
        ("/static/{current}/site.css", True),
        ("/static/{current}/images/a.svg", True),
        # From a page that a replica with another release has rendered.
        ("/static/0123456789ab/site.css", False),
        ("/static/site.css", False),
    ],
)
def test_files_are_served(new_browser: NewBrowser, site: Path, path: str, cached: bool) -> None:
    with new_browser().get(path.format(current=fingerprint(site)), headers=PREFIX) as response:
        headers = response.headers
    assert response.status_code == 200
    assert ("immutable" in headers["Cache-Control"]) is cached
    assert ("max-age=0" in headers["Cache-Control"]) is not cached
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/", "/static/none.css", "/static/0123456789ab/none.css"])
def test_other_files_are_not_found(new_browser: NewBrowser, path: str) -> None:
    response = new_browser().get(path)
    assert response.status_code == 404
    assert "<title>404 sample</title>" in response.text


@pytest.mark.parametrize("path", ["/static/../templates/error.html", "/static/%2e%2e/__init__.py"])
def test_nothing_outside_the_folder_is_served(new_browser: NewBrowser, path: str) -> None:
    assert new_browser().get(path).status_code == 404


def test_changed_files_need_no_restart_in_development(new_browser: NewBrowser, site: Path) -> None:
    browser = new_browser(ENVIRONMENT="development")
    path = f"/static/{fingerprint(site)}/site.css"
    with browser.get(path) as response:
        assert "immutable" not in response.headers["Cache-Control"]
    (site / "new.css").write_text("p {}")
    with browser.get("/static/new.css") as response:
        assert response.get_data() == b"p {}"


@pytest.mark.parametrize("prefix", ["", "/sample"])
def test_addresses_of_files_have_the_prefix(app: Flask, site: Path, prefix: str) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": prefix}):
        page = render_template_string("{{ static('site.css') }}")
        assert page == f"{prefix}/static/{fingerprint(site)}/site.css"


def test_the_address_of_a_missing_file_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match=r"none\.css"):
        render_template_string("{{ static('none.css') }}")
