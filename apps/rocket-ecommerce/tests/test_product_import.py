"""`manage.py import_stripe_products`, with Stripe's SDK and the fake of Stripe."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rocket.catalog.models import Category, Price, Product, Variant
from rocket.payments import product_import
from rocket.payments.errors import StripeUnavailable
from rocket.payments.gateway import Gateway
from stripe_fake.accounts import Account
from stripe_fake.server import StripeFake
from stripe_fake.testing import KEY


def product(key: str, name: str | None, **changes: Any) -> dict[str, Any]:
    return {"id": key, "object": "product", "name": name, "description": None, **changes}


def price(
    key: str, product_id: str, amount: int | None, currency: str = "eur", **changes: Any
) -> Any:
    return {
        "id": key,
        "object": "price",
        "product": product_id,
        "unit_amount": amount,
        "currency": currency,
        "nickname": None,
        **changes,
    }


@pytest.fixture
def stripe(stripe_fake: StripeFake, gateway: Gateway, db: None) -> Account:
    account = stripe_fake.accounts[KEY]
    account.products = [
        product("prod_A", "Comet", description="Fast.\nAnd loud."),
        product("prod_B", "Kite"),
    ]
    account.prices = [
        price("price_1", "prod_A", 1250),
        price("price_2", "prod_A", 1300, "usd"),
        price("price_3", "prod_A", 2400, nickname="Large"),
        price("price_4", "prod_A", 999),
        price("price_5", "prod_B", 500),
    ]
    return account


def run(capsys: pytest.CaptureFixture[str], **options: Any) -> tuple[str, str]:
    call_command("import_stripe_products", **options)
    captured = capsys.readouterr()
    return captured.out.strip(), captured.err.strip()


def prices() -> set[tuple[str, str, str, int]]:
    return {
        (row.variant.product.name, row.variant.name, row.currency, row.amount)
        for row in Price.objects.select_related("variant__product")
    }


def test_new_products_become_drafts_without_stock(
    stripe: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys) == ("2 new, 0 updated, 0 skipped", "")
    assert prices() == {
        ("Comet", "Standard", "EUR", 1250),
        ("Comet", "Standard", "USD", 1300),
        ("Comet", "Large", "EUR", 2400),
        ("Kite", "Standard", "EUR", 500),
    }
    comet = Product.objects.get(stripe_id="prod_A")
    assert (comet.slug, comet.summary, comet.published_at) == ("comet", "Fast.", None)
    assert comet.category.slug == "imported"
    assert not Variant.objects.filter(stock__gt=0).exists()
    for row in (*Product.objects.all(), *Variant.objects.all(), *Price.objects.all()):
        row.full_clean()


def test_a_second_import_updates_products_and_keeps_category_and_stock(
    stripe: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys)
    kits = Category.objects.create(name="Kits", slug="kits", summary="All kits.")
    Product.objects.update(category=kits)
    Variant.objects.update(stock=7)
    stripe.products = [product("prod_A", "Comet II")]
    stripe.prices = [price("price_9", "prod_A", 1500)]
    assert run(capsys) == ("0 new, 1 updated, 0 skipped", "")
    comet = Product.objects.get(stripe_id="prod_A")
    assert (comet.name, comet.slug, comet.category) == ("Comet II", "comet", kits)
    assert set(Variant.objects.values_list("stock", flat=True)) == {7}
    assert ("Comet II", "Standard", "EUR", 1500) in prices()


def test_importing_into_an_existing_category(
    stripe: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    Category.objects.create(name="Kits", slug="kits", summary="All kits.")
    run(capsys, category="kits")
    assert {row.category.slug for row in Product.objects.select_related("category")} == {"kits"}
    assert Category.objects.count() == 1


def test_all_pages_of_a_long_list_are_imported(
    stripe: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    stripe.max_page_size = 2
    stripe.products = [product(f"prod_{n}", f"Kite {n}") for n in range(5)]
    stripe.prices = [price(f"price_{n}", f"prod_{n}", 100 + n) for n in range(5)]
    assert run(capsys)[0] == "5 new, 0 updated, 0 skipped"


@pytest.mark.parametrize(
    ("changes", "other_prices", "code", "invalid"),
    [
        ({"name": None}, [price("p", "prod_B", 500)], "no-name", {}),
        ({"name": "???"}, [price("p", "prod_B", 500)], "no-name", {}),
        ({}, [], "no-price", {}),
        ({}, [price("p", "prod_B", 500, "xxx")], "no-price", {}),
        ({}, [price("p", "prod_B", None)], "no-price", {}),
        ({}, [price("p", "prod_B", 0)], "no-price", {}),
        ({}, [price("p", "prod_B", -5)], "invalid", {"amount": ["min_value"]}),
        ({}, [price("p", "prod_B", 10**9)], "invalid", {"amount": ["max_value"]}),
        ({"name": "K" * 81}, [price("p", "prod_B", 500)], "invalid", {"name": ["max_length"]}),
        (
            {"name": "Comet"},
            [price("p", "prod_B", 500)],
            "invalid",
            {"name": ["unique"], "slug": ["unique"]},
        ),
        (
            {},
            [price("p", "prod_B", 500, nickname="n" * 61)],
            "invalid",
            {"name": ["max_length"]},
        ),
    ],
)
def test_invalid_products_are_skipped_with_a_reason(
    db: None,
    capsys: pytest.CaptureFixture[str],
    stripe: Account,
    gateway: Gateway,
    changes: dict[str, Any],
    other_prices: list[dict[str, Any]],
    code: str,
    invalid: dict[str, list[str]],
) -> None:
    comet, kite = stripe.products
    stripe.products = [comet, {**kite, **changes}]
    stripe.prices = [price("price_1", "prod_A", 1250), *other_prices]
    summary, printed = run(capsys)
    assert summary == "1 new, 0 updated, 1 skipped"
    assert len(printed.splitlines()) == 1
    assert printed.startswith("skipped prod_B")
    assert [row.name for row in Product.objects.all()] == ["Comet"]
    parsed = product_import.parse(gateway.products(), gateway.prices())
    (skipped,) = product_import.store_all(parsed, Category.objects.get()).skipped
    assert (skipped.stripe_id, skipped.code) == ("prod_B", code)
    fields = skipped.error.error_dict if skipped.error else {}
    assert {field: [error.code for error in errors] for field, errors in fields.items()} == invalid
    assert " ".join(skipped.error.messages if skipped.error else []) in printed


def cause_of(error: CommandError) -> tuple[str, str]:
    """The code and the action of the Stripe error that made the command fail."""
    assert isinstance(error.__cause__, StripeUnavailable)
    return error.__cause__.code, error.__cause__.action


def test_without_a_stripe_key_the_command_fails(db: None) -> None:
    with pytest.raises(CommandError, match="STRIPE_SECRET_KEY") as caught:
        call_command("import_stripe_products")
    assert cause_of(caught.value) == ("no-key", "list-products")


def test_the_command_fails_while_stripe_is_unavailable(
    stripe: Account, stripe_fake: StripeFake
) -> None:
    stripe_fake.is_down = True
    with pytest.raises(CommandError) as caught:
        call_command("import_stripe_products")
    assert cause_of(caught.value) == ("failed", "list-prices")
    assert Product.objects.count() == 0
