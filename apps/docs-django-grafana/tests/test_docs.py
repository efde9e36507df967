"""The OpenAPI document and its page: neither may say what the API does not do."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from config.urls import urlpatterns
from devkit.testing.django import PrefixClient
from ledger.api import Paging, TransactionSerializer
from ledger.docs import kind, operations
from ledger.filters import Filters
from ledger.openapi import document
from telemetry.api import StatementSerializer
from telemetry.forms import LogForm

from .conftest import PREFIX, Book

pytestmark = pytest.mark.django_db

DOCUMENT = document(prefix="", session_cookie="cookie")


def parameters(path: str) -> set[str]:
    return {one["name"] for one in DOCUMENT["paths"][path]["get"]["parameters"]}


class TestDocument:
    def test_it_is_served_below_the_prefix(self, client: PrefixClient) -> None:
        response = client.get("/api/openapi.json")
        found = response.json()
        assert found["servers"] == [{"url": PREFIX}]
        session = found["components"]["securitySchemes"]["session"]
        assert session["name"] == "docs-django-grafana-session"

    def test_it_has_every_path_of_the_api(self) -> None:
        api = {
            "/" + re.sub(r"<int:pk>", "{id}", str(one.pattern))
            for one in urlpatterns
            if str(one.name).startswith("api-")
        }
        pages = {reverse("api-docs"), reverse("api-document")}
        assert set(DOCUMENT["paths"]) == api - pages

    def test_its_parameters_are_those_of_the_forms(self) -> None:
        filters = {*Filters.base_fields, *Paging.base_fields}
        assert parameters("/api/transactions/") == filters
        assert parameters("/api/sql-logs/") == set(LogForm.base_fields)

    @pytest.mark.parametrize(
        ("schema", "serializer"),
        [("Transaction", TransactionSerializer), ("Statement", StatementSerializer)],
    )
    def test_its_fields_are_those_of_the_serializers(self, schema: str, serializer: Any) -> None:
        properties = DOCUMENT["components"]["schemas"][schema]["properties"]
        assert list(properties) == list(serializer().fields)

    def test_every_reference_leads_somewhere(self) -> None:
        for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT)):
            found: Any = DOCUMENT
            for step in reference.split("/"):
                found = found[step]


class TestPage:
    def test_it_shows_every_operation(self, client: PrefixClient) -> None:
        html = client.get("/api/").content.decode()
        for path, methods in DOCUMENT["paths"].items():
            for method, operation in methods.items():
                assert operation["summary"] in html
                assert f'href="#{operation["operationId"]}"' in html
                assert f"{method.upper()}</span> <code>{path}</code>" in html
        assert "<script" not in html

    def test_its_links_work(self, client: PrefixClient, book: Book) -> None:
        html = client.get("/api/").content.decode()
        links = [
            link.replace("&amp;", "&")
            for link in re.findall(r'href="([^"#]+)"', html)
            if "/static/" not in link
        ]
        assert f"{PREFIX}/api/transactions/?type=sale" in "".join(links)
        for link in links:
            assert client.get(link.removeprefix(PREFIX)).status_code == 200, link

    def test_it_knows_who_reads(self, client: PrefixClient, ada: User) -> None:
        assert "sign in</a>" in client.get("/api/").content.decode()
        client.force_login(ada)
        assert "your account</a>" in client.get("/api/").content.decode()

    def test_examples_can_be_pasted(self) -> None:
        examples = {one.id: one.example for one in operations(DOCUMENT)}
        assert examples["readTransaction"] == 'curl "$LEDGER/api/transactions/1/"'
        (body,) = re.findall(r"--data '(.+)'", examples["bookTransaction"])
        assert json.loads(body)["amount"] == "12.30"
        assert "--request DELETE" in examples["clearSqlLog"]
        assert "$TOKEN" in examples["readSqlLog"]

    @pytest.mark.parametrize(
        ("schema", "words"),
        [
            ({"type": "integer", "minimum": 1}, "whole number from 1"),
            ({"type": "number", "minimum": 0, "maximum": 1000.0}, "number from 0 to 1,000"),
            ({"type": ["string", "null"]}, "text or null"),
            ({"type": "string", "format": "date"}, "date"),
            ({"type": "string", "maxLength": 5}, "text, at most 5 characters"),
            ({"type": "string", "enum": ["a", "b"], "default": "a"}, "one of a, b; else a"),
            ({"type": "array", "items": {"$ref": "#/x/Thing"}}, "list of Thing"),
            ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "whole number or boolean"),
        ],
    )
    def test_a_schema_in_words(self, schema: dict[str, Any], words: str) -> None:
        assert kind(DOCUMENT, schema) == words
