from typing import Any

import pytest
from django.test import Client

from workbench.diagrams import store
from workbench.diagrams.models import Diagram
from workbench.diagrams.rules import parse_drawing

pytestmark = pytest.mark.django_db


def drawing(name: str) -> dict[str, Any]:
    node = {"id": "a", "kind": "start", "label": "Thirst", "x": 0, "y": 0}
    return {"name": name, "nodes": [node], "edges": []}


def create(name: str) -> Diagram:
    return store.create(parse_drawing(drawing(name)))


def test_the_list_is_ordered_by_last_save(client: Client) -> None:
    tea, coffee = create("Tea"), create("Coffee")
    store.save(tea.pk, parse_drawing(drawing("Tea")), 1)
    rows = client.get("/api/diagrams").json()["diagrams"]
    assert [row["id"] for row in rows] == [str(tea.pk), str(coffee.pk)]
    assert (rows[0]["name"], rows[0]["version"], rows[0]["shapes"]) == ("Tea", 2, 1)
    assert "nodes" not in rows[0]


class TestPagination:
    @pytest.fixture(autouse=True)
    def two_pages(self) -> None:
        for number in range(store.PAGE_SIZE + 1):
            create(f"Plan {number}")

    def names(self, client: Client, **query: str) -> tuple[list[str], int]:
        body = client.get("/api/diagrams", query).json()
        assert (body["pages"], body["total"]) == (2, store.PAGE_SIZE + 1)
        return [row["name"] for row in body["diagrams"]], body["page"]

    def test_first_and_last_page(self, client: Client) -> None:
        first, number = self.names(client)
        assert (first[0], len(first), number) == ("Plan 12", store.PAGE_SIZE, 1)
        assert self.names(client, page="2") == (["Plan 0"], 2)

    def test_a_page_past_the_end_is_the_last_one(self, client: Client) -> None:
        assert self.names(client, page="9999") == (["Plan 0"], 2)

    @pytest.mark.parametrize(
        "page", ["", "0", "-1", "1.5", "x", "²", "\u0661", "10000", "1" * 5000, "\x00"]
    )
    def test_an_invalid_page_number_is_rejected(self, client: Client, page: str) -> None:
        response = client.get("/api/diagrams", {"page": page})
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert (error["path"], error["code"]) == ("page", "invalid_page_number")

    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        ("search", "found"),
        [("plan 1", ["Plan 12", "Plan 11", "Plan 10", "Plan 1"]), (" 7 ", ["Plan 7"]), ("%", [])],
    )
    def test_searches_by_name(self, client: Client, search: str, found: list[str]) -> None:
        body = client.get("/api/diagrams", {"q": search}).json()
        assert [row["name"] for row in body["diagrams"]] == found
        assert (body["page"], body["pages"], body["total"]) == (1, 1, len(found))

    @pytest.mark.parametrize("search", ["a\x00b", "n" * 81])
    def test_an_invalid_search_term_is_rejected(self, client: Client, search: str) -> None:
        response = client.get("/api/diagrams", {"q": search})
        assert response.status_code == 400
        assert [error["path"] for error in response.json()["errors"]] == ["q"]
