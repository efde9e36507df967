"""Discount codes cannot be guessed."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from appkit.limits import Limit
from rocket.discounts import attempts
from rocket.discounts.models import Discount
from tests.responses import error_codes, text

GLOBAL = "8.8.8.8"


@pytest.fixture
def code(sparrow: int) -> str:
    Discount.objects.create(code="TEST", kind="percentage", value=10)
    return "TEST"


def new_visitor(address: str) -> Client:
    """A visitor with an item in a new cart."""
    visitor = Client(REMOTE_ADDR=address)
    visitor.post("/products/sparrow/", {"sku": "SP-RED", "quantity": 1})
    return visitor


def enter(visitor: Client, code: str) -> int:
    return visitor.post("/cart/code/", {"code": code}).status_code


@pytest.mark.parametrize("address", ["127.0.0.1", GLOBAL])
def test_a_cart_can_try_a_few_codes(code: str, address: str) -> None:
    visitor = new_visitor(address)
    for number in range(attempts.OF_A_CART.max_attempts):
        assert enter(visitor, f"NOPE{number}") == 422
    # The right code is refused as well: otherwise the limit would not keep anybody from guessing.
    response = visitor.post("/cart/code/", {"code": code})
    assert (response.status_code, error_codes(response, "code_form")) == (
        429,
        {"code": ["too-often"]},
    )
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    assert enter(new_visitor(address), code) == 303


@pytest.mark.parametrize(
    ("limit", "per_hour"),
    [
        (attempts.OF_A_CART, 20),
        (attempts.FROM_A_NETWORK, 20),
        (attempts.FROM_A_SHARED_NETWORK, 1800),
    ],
)
def test_few_codes_can_be_guessed_in_an_hour(limit: Limit, per_hour: int) -> None:
    assert limit.max_attempts * (timedelta(hours=1) / limit.window) <= per_hour


def test_new_carts_do_not_help_a_network(code: str) -> None:
    tried = 0
    while tried < attempts.FROM_A_NETWORK.max_attempts:
        visitor = new_visitor(GLOBAL)
        for _ in range(4):
            assert enter(visitor, f"NOPE{tried}") == 422
            tried += 1
    assert enter(new_visitor(GLOBAL), code) == 429
    for other in ("9.9.9.9", "10.0.0.1"):
        assert enter(new_visitor(other), code) == 303


def test_a_crowd_behind_one_address_is_locked_out_for_a_minute_at_most(code: str) -> None:
    tried = 0
    while tried < attempts.FROM_A_SHARED_NETWORK.max_attempts:
        visitor = new_visitor("10.0.0.1")
        for _ in range(5):
            assert enter(visitor, f"NOPE{tried}") == 422
            tried += 1
    response = new_visitor("10.0.0.1").post("/cart/code/", {"code": code})
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 60


def test_a_code_that_applies_is_not_counted(code: str) -> None:
    visitor = new_visitor(GLOBAL)
    for _ in range(attempts.FROM_A_NETWORK.max_attempts + 5):
        assert enter(visitor, code) == 303
    assert enter(visitor, "NOPE") == 422


def test_the_response_does_not_reveal_which_codes_exist(code: str) -> None:
    now = timezone.now()
    Discount.objects.create(code="ENDED", kind="percentage", value=10, ends_at=now)
    Discount.objects.create(code="USED", kind="percentage", value=10, limit=1, used=1)
    Discount.objects.create(
        code="LATER", kind="percentage", value=10, starts_at=now + timedelta(hours=1)
    )
    visitor = new_visitor(GLOBAL)
    # Shows the message once, so that it is not on the pages of the test.
    visitor.get("/cart/")
    pages = set()
    for typed in ("NOPE", "ENDED", "USED", "LATER"):
        response = visitor.post("/cart/code/", {"code": typed})
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(response))
        pages.add(page.replace(typed, "CODE"))
    assert len(pages) == 1
