"""The OpenAPI document and the reference page: they describe what the API really does."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS

from config.openapi import document, error_responses
from config.urls import urlpatterns
from devkit.testing.django import PrefixClient
from ledger.filters import Filters
from ledger.models import Kind
from ledger.pagination import PageForm
from ledger.reference import operations
from ledger.schema_text import schema_text
from ledger.serializers import TransactionSerializer
from telemetry.api import StatementSerializer
from telemetry.forms import StatisticsForm

from .conftest import PREFIX, Book

pytestmark = pytest.mark.django_db

DOCUMENT = document("")
SCHEMAS = DOCUMENT["components"]["schemas"]


def parameters(path: str) -> set[str]:
    return {one["name"] for one in DOCUMENT["paths"][path]["get"]["parameters"]}


class TestDocument:
    def test_it_is_served_below_the_prefix(self, client: PrefixClient) -> None:
        response = client.get("/api/openapi.json")
        found = response.json()
        assert response["Content-Type"] == "application/json"
        assert found["openapi"] == "3.1.0"
        assert found["servers"] == [{"url": PREFIX}]
        session = found["components"]["securitySchemes"]["cookieAuth"]
        assert session["name"] == "docs-django-grafana-session"

    def test_it_is_generated_without_warnings(self) -> None:
        assert not GENERATOR_STATS

    def test_it_has_every_path_of_the_api(self) -> None:
        api = {
            "/" + re.sub(r"<int:pk>", "{id}", str(one.pattern))
            for one in urlpatterns
            if str(one.name).startswith("api-")
        }
        pages = {reverse("api-docs"), reverse("api-document")}
        assert set(DOCUMENT["paths"]) == api - pages

    def test_its_parameters_are_those_of_the_forms(self) -> None:
        filters = {*Filters.base_fields, *PageForm.base_fields}
        assert parameters("/api/transactions/") == filters
        assert parameters("/api/sql-logs/") == set(StatisticsForm.base_fields)

    @pytest.mark.parametrize(
        ("schema", "serializer"),
        [("Transaction", TransactionSerializer), ("Statement", StatementSerializer)],
    )
    def test_its_fields_are_those_of_the_serializers(self, schema: str, serializer: Any) -> None:
        fields = list(serializer().fields)
        assert list(SCHEMAS[schema]["properties"]) == fields
        assert SCHEMAS[schema]["required"] == fields

    def test_a_request_has_no_read_only_fields(self) -> None:
        request = SCHEMAS["TransactionRequest"]
        assert list(request["properties"]) == ["type", "amount", "time", "note"]
        assert set(request["required"]) == {"type", "amount"}
        assert request["properties"]["amount"]["type"] == ["string", "number"]
        assert SCHEMAS["TransactionType"]["enum"] == Kind.values

    @pytest.mark.parametrize(
        ("path", "method", "statuses"),
        [
            ("/api/transactions/", "get", "200 400 401 404 406 503"),
            ("/api/transactions/", "post", "201 400 401 403 406 415 503"),
            ("/api/transactions/{id}/", "get", "200 401 404 406 503"),
            ("/api/sql-logs/", "get", "200 400 401 403 406 503"),
            ("/api/sql-logs/", "delete", "204 401 403 406 503"),
        ],
    )
    def test_its_responses(self, path: str, method: str, statuses: str) -> None:
        assert " ".join(DOCUMENT["paths"][path][method]["responses"]) == statuses

    def test_error_responses_depend_on_the_operation(self) -> None:
        public: dict[str, Any] = {"security": [{"tokenAuth": []}, {}]}
        assert list(error_responses("/", public)) == ["401", "406", "503"]
        private: dict[str, Any] = {"security": [{"tokenAuth": []}], "requestBody": {}}
        statuses = " ".join(error_responses("/{id}/", private))
        assert statuses == "400 401 403 404 406 415 503"

    def test_every_reference_has_a_target(self) -> None:
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

    def test_it_loads_nothing_from_another_host(self, client: PrefixClient) -> None:
        html = client.get("/api/").content.decode()
        sources = re.findall(r'(?:src|href|action)="([^"]*)"', html)
        assert sources
        assert all(source.startswith((f"{PREFIX}/", "#")) for source in sources)
        assert " style=" not in html
        assert "<style" not in html

    def test_it_links_to_the_account_or_the_sign_in(self, client: PrefixClient, ada: User) -> None:
        sign_in = f'href="{PREFIX}/sign-in/?next='
        assert sign_in in client.get("/api/").content.decode()
        client.force_login(ada)
        html = client.get("/api/").content.decode()
        assert sign_in not in html
        assert html.count(f'href="{PREFIX}/account/"') == 2

    def test_its_examples(self) -> None:
        examples = {one.id: one.example for one in operations(DOCUMENT)}
        assert examples["readTransaction"] == 'curl "$LEDGER/api/transactions/1/"'
        (body,) = re.findall(r"--data '(.+)'", examples["bookTransaction"])
        assert json.loads(body)["amount"] == "12.30"
        assert "--request DELETE" in examples["clearSqlLog"]
        assert "$TOKEN" in examples["readSqlLog"]

    def test_the_example_can_be_booked(self, client: PrefixClient, ada: User) -> None:
        (example,) = [one.example for one in operations(DOCUMENT) if one.id == "bookTransaction"]
        (body,) = re.findall(r"--data '(.+)'", example)
        client.force_login(ada)
        response = client.post("/api/transactions/", body, content_type="application/json")
        assert response.status_code == 201

    @pytest.mark.parametrize(
        ("schema", "text"),
        [
            ({"type": "integer", "minimum": 1}, "whole number from 1"),
            ({"type": "number", "minimum": 0, "maximum": 1000.0}, "number from 0 to 1,000"),
            ({"type": ["string", "null"]}, "text or null"),
            ({"type": "string", "format": "date"}, "date"),
            ({"type": "string", "maxLength": 5}, "text, at most 5 characters"),
            ({"type": "string", "enum": ["a", "b"], "default": "a"}, "one of a, b; default a"),
            ({"type": "array", "items": {"$ref": "#/x/Thing"}}, "list of Thing"),
            ({"$ref": "#/x/Choice"}, "one of a, b"),
            ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "whole number or boolean"),
        ],
    )
    def test_a_schema_as_text(self, schema: dict[str, Any], text: str) -> None:
        x = {"Thing": {"type": "object"}, "Choice": {"type": "string", "enum": ["a", "b"]}}
        assert schema_text({"x": x}, schema) == text
