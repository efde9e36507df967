from collections.abc import Callable

import pytest

from appkit.env import Environment, SettingError
from shop.checkout import CHECKOUT
from shop.project import project
from tests.harness import Shop

KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
    "PUBLIC_URL": "https://shop.test/shop",
}


def test_the_shop_runs_without_keys(shop: Shop) -> None:
    assert shop.flask.config[CHECKOUT] is None


def test_empty_keys_count_as_unset(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(STRIPE_SECRET_KEY="", STRIPE_WEBHOOK_SECRET="", STRIPE_API_BASE="")
    assert shop.flask.config[CHECKOUT] is None


def test_keys_enable_the_checkout(open_shop: Callable[..., Shop]) -> None:
    checkout = open_shop(**KEYS).flask.config[CHECKOUT]
    assert checkout.public_url == "https://shop.test/shop"
    assert checkout.api_base == "https://api.stripe.com"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is missing"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is missing"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"STRIPE_SECRET_KEY": "pk_test_1"}, "STRIPE_SECRET_KEY must be a secret"),
        ({"STRIPE_WEBHOOK_SECRET": "secret"}, "STRIPE_WEBHOOK_SECRET must be a signing secret"),
        ({"PUBLIC_URL": "shop.test"}, "PUBLIC_URL must be"),
        ({"PUBLIC_URL": "https://shop.test/"}, "PUBLIC_URL must be"),
        ({"PUBLIC_URL": "https://shop.test?x"}, "PUBLIC_URL must be"),
        ({"STRIPE_API_BASE": "https://fake.test/v1"}, "STRIPE_API_BASE must be an origin"),
        ({"STRIPE_API_BASE": "https://a; script-src *"}, "STRIPE_API_BASE must be an origin"),
    ],
)
def test_an_invalid_setting_is_reported_at_start(
    environ: dict[str, str], changes: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingError, match=named) as caught:
        project.read(Environment({**environ, **KEYS, **changes}))
    message = str(caught.value)
    assert "\n" not in message
    assert "sk_test_1" not in message
