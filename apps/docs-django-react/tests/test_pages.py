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

NOWHERE = "/diagrams/00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/", 200),
        ("/?range=12m", 200),
        ("/diagrams", 200),
        ("/sign-in?next=/diagrams", 200),
        ("/account", 200),
        (NOWHERE, 404),
        ("/diagrams/seven", 404),
        ("/nothing/here", 404),
        ("/static/old-AbCdEf12.js", 404),
    ],
)
@pytest.mark.django_db
def test_every_address_is_the_page_with_its_prefix(
    client: Client, mount: str, url: str, status: int
) -> None:
    answer = client.get(url)
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'name="base-path" content="{mount}/"' in text
    assert f'src="{mount}/static/index-B2vkdYML.js"' in text
    assert '"./' not in text
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.django_db
def test_a_link_to_a_diagram_survives_a_reload(client: Client) -> None:
    diagram = store.create(Drawing("Tea", (), ()))
    assert client.get(f"/diagrams/{diagram.pk}").status_code == 200


def test_a_slash_too_many_leads_to_the_list(client: Client, mount: str) -> None:
    answer = client.get("/diagrams/")
    assert (answer.status_code, answer["Location"]) == (301, f"{mount}/diagrams")


@pytest.mark.parametrize("url", ["/", "/diagrams", "/nothing"])
def test_pages_are_only_read(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", ["/api/", "/api/other", "/api/diagrams/seven", "/api/dashboard/"])
def test_the_api_says_in_json_that_there_is_nothing(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert answer.json() == {"title": "There is nothing at this address.", "errors": []}


def test_files_with_a_hash_are_kept_for_ever(client: Client) -> None:
    answer = client.get("/static/index-B2vkdYML.js")
    assert answer.getvalue() == b"draw()"
    assert "immutable" in answer["Cache-Control"]


def test_files_without_one_are_not(client: Client, bundle: Path) -> None:
    (bundle / "static" / "plain.css").write_text("p {}")
    answer = client.get("/static/plain.css")
    assert answer.getvalue() == b"p {}"
    assert "immutable" not in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/", "text/html"),
        (NOWHERE, "text/html"),
        ("/api/dashboard", "application/json"),
        ("/api/diagrams", "application/json"),
    ],
)
@pytest.mark.django_db
def test_without_its_database_it_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch, mount: str, url: str, kind: str
) -> None:
    def refuse(_: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", refuse)
        broken.setattr("appkit.django.middleware.connection_is_lost", lambda: False)
        answer = client.get(url, headers={"Accept": kind})
    assert answer.status_code == 503
    assert answer["Content-Type"].startswith(kind)
    if kind == "text/html":
        assert f'href="{mount}/static/main.css"' in answer.content.decode()


@pytest.mark.django_db
def test_an_error_of_ours_has_a_page_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, mount: str
) -> None:
    def fail(_: BaseDatabaseWrapper) -> None:
        raise RuntimeError("secret detail")

    settings.DEBUG = False
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", fail)
        answer = client.get("/")
    assert answer.status_code == 500
    assert f'href="{mount}/static/main.css"' in answer.content.decode()
    assert b"secret detail" not in answer.content


@pytest.mark.parametrize(
    ("url", "kind"), [("/diagrams", "text/html"), ("/api/session", "application/json")]
)
def test_what_django_refuses_by_itself_is_said_in_the_design(
    client: Client, settings: Settings, url: str, kind: str
) -> None:
    settings.DEBUG = False
    answer = client.get(url, headers={"Host": "no host"})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith(kind)


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
def test_no_page_asks_the_database_often(
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


def test_what_gunicorn_serves_is_in_the_shell() -> None:
    assert isinstance(application, ServiceMiddleware)
    assert application.settings.app == "docs-django-react"
