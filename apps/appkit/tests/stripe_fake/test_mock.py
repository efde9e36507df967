"""With STRIPE_MOCK, stripe-mock checks each request that the fake accepts."""

from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from stripe_fake.mock import Mock
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY, in_background

from .conftest import GOOD, PRICE, SESSIONS, body, create, message

NAMES = st.sampled_from(
    [*GOOD, "x", "metadata[x]", "line_items[1][quantity]", f"{PRICE}[recurring][interval]"]
)
VALUES = st.text(max_size=8) | st.sampled_from([*GOOD.values(), "", "0", "-1", "usd", "setup"])


@settings(max_examples=400)
@given(st.dictionaries(NAMES, VALUES | st.none(), max_size=3))
def test_stripe_mock_accepts_each_accepted_request(
    stripe_fake: StripeFake, changes: dict[str, str | None]
) -> None:
    """Without a stripe-mock, it checks only that no request causes an exception."""
    form = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    assert create(stripe_fake, form).status in (200, 400)


def test_a_disagreement_of_stripe_mock_is_an_error(stripe_fake: StripeFake) -> None:
    """A second fake, with another account, stands in for the stripe-mock."""
    with StripeFake({"sk_test_123": None}) as strict, in_background(strict):
        mock = Mock(strict.origin)
        with StripeFake({KEY: None}, mock=mock) as fake:
            assert create(fake, GOOD).status == 200
            assert mock.requests == 1
            strict.fail("sk_test_123", 400)
            assert "stripe-mock disagrees: A test requested this error" in message(
                create(fake, GOOD)
            )
            found = body(fake.handle("GET", "/test/disagreements", {}, ""))["data"]
            assert len(found) == 1
            assert fake.requests == [fake.requests[0]]
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"x": 1}) == (
                "a response has no field x"
            )
            assert mock.disagrees("POST", SESSIONS, urlencode(GOOD), {"id": 1}) == (
                "the field id of a response is a str"
            )
