from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django.fixtures import Settings

from appkit.wsgi import ServiceMiddleware
from workbench.diagrams import store
from workbench.diagrams.rules import Drawing
from workbench.sales.models import Sale
from workbench.wsgi import application

MISSING_URL = "/diagrams/00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/", 200),
        ("/?range=12m", 200),
        ("/diagrams", 200),
        ("/sign-in?next=/diagrams", 200),
        ("/account", 200),
        (MISSING_URL, 404),
        ("/diagrams/seven", 404),
        ("/nothing/here", 404),
        ("/static/old-AbCdEf12.js", 404),
    ],
)
@pytest.mark.django_db
def test_every_url_returns_the_page_with_the_prefix_inserted(
    client: Client, mount: str, url: str, status: int
) -> None:
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == status
    assert f'name="base-path" content="{mount}/"' in text
    assert f'src="{mount}/static/index-B2vkdYML.js"' in text
    assert '"./' not in text
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.django_db
def test_the_url_of_a_diagram_can_be_loaded_directly(client: Client) -> None:
    diagram = store.create(Drawing("Tea", (), ()))
    assert client.get(f"/diagrams/{diagram.pk}").status_code == 200


def test_a_trailing_slash_redirects_to_the_list(client: Client, mount: str) -> None:
    response = client.get("/diagrams/")
    assert (response.status_code, response["Location"]) == (301, f"{mount}/diagrams")


@pytest.mark.parametrize("url", ["/", "/diagrams", "/nothing"])
def test_pages_accept_only_safe_methods(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", ["/api/", "/api/other", "/api/diagrams/seven", "/api/dashboard/"])
def test_an_unknown_api_path_returns_404_as_json(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 404
    assert (response.json()["code"], response.json()["errors"]) == ("unknown_url", [])


def test_files_with_a_hash_are_cached_for_ever(client: Client) -> None:
    response = client.get("/static/index-B2vkdYML.js")
    assert response.getvalue() == b"draw()"
    assert "immutable" in response["Cache-Control"]


def test_files_without_a_hash_are_not_immutable(client: Client, bundle: Path) -> None:
    (bundle / "static" / "plain.css").write_text("p {}")
    response = client.get("/static/plain.css")
    assert response.getvalue() == b"p {}"
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/", "text/html"),
        (MISSING_URL, "text/html"),
        ("/api/dashboard", "application/json"),
        ("/api/diagrams", "application/json"),
    ],
)
@pytest.mark.django_db
def test_without_the_database_the_response_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch, mount: str, url: str, kind: str
) -> None:
    def refuse(_: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", refuse)
        broken.setattr("appkit.django.middleware.connection_is_lost", lambda: False)
        response = client.get(url, headers={"Accept": kind})
    assert response.status_code == 503
    assert response["Content-Type"].startswith(kind)
    if kind == "text/html":
        assert f'href="{mount}/static/main.css"' in response.content.decode()


@pytest.mark.django_db
def test_a_server_error_shows_the_500_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, mount: str
) -> None:
    def fail(_: BaseDatabaseWrapper) -> None:
        raise RuntimeError("secret detail")

    settings.DEBUG = False
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", fail)
        response = client.get("/")
    assert response.status_code == 500
    assert f'href="{mount}/static/main.css"' in response.content.decode()
    assert b"secret detail" not in response.content


@pytest.mark.parametrize(
    ("url", "kind"), [("/diagrams", "text/html"), ("/api/session", "application/json")]
)
def test_requests_that_django_rejects_show_the_400_page(
    client: Client, settings: Settings, url: str, kind: str
) -> None:
    settings.DEBUG = False
    response = client.get(url, headers={"Host": "no host"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith(kind)


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/", 0),
        (f"/diagrams/{UUID(int=0)}", 1),
        ("/api/session", 2),
        ("/api/dashboard?range=12m", 5),
        ("/api/diagrams", 2),
    ],
)
def test_the_number_of_queries_is_limited(
    client: Client,
    ada: User,
    sell: Callable[..., Sale],
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
    url: str,
    queries: int,
) -> None:
    for number in range(store.PAGE_SIZE + 1):
        sell(number, product=f"Lamp {number}")
        store.create(Drawing(f"Tea {number}", (), ()))
    client.force_login(ada)
    with django_assert_max_num_queries(queries):
        client.get(url)


def test_gunicorn_serves_the_app_in_the_service_middleware() -> None:
    assert isinstance(application, ServiceMiddleware)
    assert application.settings.app == "docs-django-react"
