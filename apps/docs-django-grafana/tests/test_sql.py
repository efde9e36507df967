"""The API and the page of the SQL statistics, which only staff may use."""

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from devkit.testing.django import PrefixClient
from ledger.models import Transaction
from telemetry.models import Statement
from telemetry.recorder import Tally, store

from .conftest import LOGS, PREFIX, WHEN


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("head", password="open", is_staff=True)


@pytest.mark.django_db
class TestApi:
    def test_empty_statistics(self, client: PrefixClient, staff: User) -> None:
        client.force_login(staff)
        assert client.get(LOGS).json() == {
            "count": 0,
            "total_ms": 0.0,
            "mean_ms": 0.0,
            "since": None,
            "statements": [],
        }

    def test_totals_and_statements(self, client: PrefixClient, staff: User) -> None:
        store({"SELECT a": Tally(4, 10.0, 9.0, WHEN, WHEN)})
        store({"SELECT b": Tally(1, 6.0, 6.0, WHEN, WHEN)})
        client.force_login(staff)
        found = client.get(LOGS).json()
        assert (found["count"], found["total_ms"], found["mean_ms"]) == (5, 16.0, 3.2)
        assert found["since"] == "2026-03-01T00:00:00Z"
        assert found["statements"][0] == {
            "statement": "SELECT a",
            "count": 4,
            "total_ms": 10.0,
            "mean_ms": 2.5,
            "slowest_ms": 9.0,
            "last_seen": "2026-03-01T00:00:00Z",
        }

    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["a", "b"]),
            ({"order": "mean"}, ["b", "a"]),
            ({"order": "total"}, ["a", "b"]),
            ({"order": "count"}, ["a", "b"]),
            ({"order": "mean", "limit": "1"}, ["b"]),
        ],
    )
    def test_orders(
        self, client: PrefixClient, staff: User, query: dict[str, str], found: list[str]
    ) -> None:
        store({"a": Tally(4, 10.0, 9.0, WHEN, WHEN), "b": Tally(1, 6.0, 6.0, WHEN, WHEN)})
        client.force_login(staff)
        statements = client.get(LOGS, query).json()["statements"]
        assert [one["statement"] for one in statements] == found

    @pytest.mark.parametrize("query", [{"order": "x"}, {"limit": "0"}, {"limit": "101"}])
    def test_invalid_query_parameters(
        self, client: PrefixClient, staff: User, query: dict[str, str]
    ) -> None:
        client.force_login(staff)
        response = client.get(LOGS, query)
        assert (response.status_code, list(response.json())) == (400, list(query))

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get(LOGS).status_code == 401
        client.force_login(ada)
        assert client.get(LOGS).status_code == 403
        assert client.delete(LOGS).status_code == 403

    def test_reset(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.delete(LOGS).status_code == 204
        assert client.get(LOGS).json()["count"] == 0


@pytest.mark.django_db
class TestPage:
    def test_it_lists_statements(
        self,
        client: PrefixClient,
        staff: User,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        store({"SELECT <a>": Tally(1200, 2400.0, 9.0, WHEN, WHEN)})
        client.force_login(staff)
        with django_assert_max_num_queries(6):
            html = client.get("/sql/").content.decode()
        assert "SELECT &lt;a&gt;" in html
        assert "2,400.0 ms" in html
        assert f'href="{PREFIX}/sql/?order=slowest" aria-current="true"' in html

    @pytest.mark.parametrize("query", [{"order": "x"}, {"limit": "no"}])
    def test_invalid_query_parameters_are_ignored(
        self, client: PrefixClient, staff: User, query: dict[str, str]
    ) -> None:
        client.force_login(staff)
        response = client.get("/sql/", query)
        assert response.status_code == 200
        assert 'class="empty"' in response.content.decode()

    def test_reset(self, client: PrefixClient, staff: User) -> None:
        store({"a": Tally(1, 1.0, 1.0, WHEN, WHEN)})
        client.force_login(staff)
        assert client.post("/sql/")["Location"] == f"{PREFIX}/sql/"
        assert 'class="flash"' in client.get("/sql/").content.decode()
        assert not Statement.objects.exists()

    def test_only_for_staff(self, client: PrefixClient, ada: User) -> None:
        assert client.get("/sql/")["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/sql/"
        client.force_login(ada)
        response = client.get("/sql/")
        assert response.status_code == 403
        assert ">403</p>" in response.content.decode()
        assert client.post("/sql/").status_code == 403
        assert f'href="{PREFIX}/sql/"' not in client.get("/").content.decode()
        assert not Transaction.objects.exists()
