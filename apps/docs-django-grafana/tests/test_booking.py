"""The page that books a transaction."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from devkit.testing.django import PrefixClient
from ledger.models import EARLIEST, Kind, Transaction

from .conftest import PREFIX, error_codes, get_html

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)

GOOD = {"type": "sale", "amount": "12.30", "time": "2026-03-01T10:00", "note": " Mugs "}


@pytest.mark.parametrize("minutes", [2, 5, 15, 30, 55, 59, 61, 1439])
def test_a_booking_in_the_future_is_refused(client: PrefixClient, ada: User, minutes: int) -> None:
    client.force_login(ada)
    time = (timezone.now() + timedelta(minutes=minutes)).isoformat()
    page = client.post("/book/", {**GOOD, "time": time})
    api = client.post("/api/transactions/", {**GOOD, "time": time}, content_type="application/json")
    assert (page.status_code, api.status_code) == (400, 400)
    assert error_codes(page)["time"] == ["in_future"]
    assert set(api.json()) == {"time"}
    assert not Transaction.objects.exists()


def test_a_clock_that_is_some_seconds_ahead_can_book(client: PrefixClient, ada: User) -> None:
    client.force_login(ada)
    time = (timezone.now() + timedelta(seconds=50)).isoformat()
    assert client.post("/book/", {**GOOD, "time": time}).status_code == 302


@pytest.mark.parametrize(("time", "status"), [(EARLIEST, 201), (EARLIEST - MICROSECOND, 400)])
def test_the_earliest_time_can_be_booked(
    client: PrefixClient, ada: User, time: datetime, status: int
) -> None:
    client.force_login(ada)
    body = {**GOOD, "time": time.isoformat()}
    response = client.post("/api/transactions/", body, content_type="application/json")
    assert response.status_code == status


class TestBook:
    def test_an_anonymous_client_is_redirected_to_the_sign_in(self, client: PrefixClient) -> None:
        for response in (
            client.get("/book/"),
            client.post("/book/", GOOD),
        ):
            assert response.status_code == 302
            assert response["Location"] == f"{PREFIX}/sign-in/?next={PREFIX}/book/"
        assert not Transaction.objects.exists()

    def test_the_form_is_empty(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        html = get_html(client, "/book/")
        assert "value=" not in re.findall(r'<input type="datetime-local"[^>]*>', html)[0]
        assert html.count('type="radio"') == len(Kind)

    def test_a_booking_redirects_to_the_list(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert (response.status_code, response["Location"]) == (302, f"{PREFIX}/")
        booked = Transaction.objects.get()
        assert (booked.user, booked.type, booked.amount) == (ada, "sale", Decimal("12.30"))
        assert (booked.time, booked.note) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "Mugs")
        (message,) = re.findall(r'class="flash" role="status">(.*?)<', get_html(client))
        assert "€12.30" in message
        assert 'class="flash"' not in get_html(client)

    def test_the_default_time_is_the_current_time(self, client: PrefixClient, ada: User) -> None:
        client.force_login(ada)
        before = timezone.now()
        client.post("/book/", {**GOOD, "time": ""})
        assert before <= Transaction.objects.get().time <= timezone.now()

    def test_the_user_cannot_be_chosen(self, client: PrefixClient, ada: User) -> None:
        other = User.objects.create_user("other")
        client.force_login(ada)
        client.post("/book/", {**GOOD, "user": str(other.pk)})
        assert Transaction.objects.get().user == ada

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"type": ""}, "required"),
            ({"type": "gift"}, "invalid_choice"),
            ({"amount": ""}, "required"),
            ({"amount": "0"}, "min_value"),
            ({"amount": "-5"}, "min_value"),
            ({"amount": "1000000.01"}, "max_value"),
            ({"amount": "1.234"}, "max_decimal_places"),
            ({"amount": "ten"}, "invalid"),
            ({"amount": "Infinity"}, "invalid"),
            ({"time": "tomorrow"}, "invalid"),
            ({"time": "2999-01-01T00:00"}, "in_future"),
            ({"note": "x" * 121}, "max_length"),
            ({"note": "a\x00b"}, "null_characters_not_allowed"),
        ],
    )
    def test_an_error_is_shown_beside_its_field(
        self, client: PrefixClient, ada: User, changes: dict[str, str], code: str
    ) -> None:
        client.force_login(ada)
        response = client.post("/book/", {**GOOD, **changes})
        (field,) = changes
        assert response.status_code == 400
        assert code in error_codes(response)[field]
        assert f'id="id_{field}_error"' in response.content.decode()
        assert not Transaction.objects.exists()

    def test_a_form_without_a_csrf_token_is_refused(self, ada: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
        response = client.post("/book/", GOOD)
        assert response.status_code == 403
        assert 'class="numeral"' in response.content.decode()
        assert not Transaction.objects.exists()

    @pytest.mark.parametrize(
        ("origin", "status"),
        [("http://shop.example:9005", 302), ("http://shop.example", 403), ("null", 403)],
    )
    def test_the_origin_check_includes_the_port(self, ada: User, origin: str, status: int) -> None:
        client = Client(
            enforce_csrf_checks=True, headers={"Host": "shop.example:9005", "Origin": origin}
        )
        client.force_login(ada)
        html = client.get("/book/").content.decode()
        (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
        response = client.post("/book/", {**GOOD, "csrfmiddlewaretoken": token})
        assert response.status_code == status
