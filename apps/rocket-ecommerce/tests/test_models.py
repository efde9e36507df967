"""Constraints of the database, and the validation of the admin's forms."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError

from rocket.cart.models import MAX_LINE_QUANTITY, Cart, Line, new_key
from rocket.catalog import drawings
from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant


@pytest.mark.sqlite
def test_stock_cannot_be_negative(sparrow: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Variant.objects.filter(sku="SP-BLUE").update(stock=F("stock") - 4)
    assert Variant.objects.get(sku="SP-BLUE").stock == 3


@pytest.mark.sqlite
@pytest.mark.parametrize("amount", [0, -1])
def test_a_price_must_be_positive(sparrow: int, amount: int) -> None:
    gold = Variant.objects.get(sku="SP-GOLD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(variant=gold, currency="EUR", amount=amount)
    with pytest.raises(ValidationError, match="amount"):
        Price(variant=gold, currency="EUR", amount=amount).full_clean()


@pytest.mark.sqlite
def test_a_variant_has_one_price_per_currency(sparrow: int) -> None:
    red = Variant.objects.get(sku="SP-RED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(variant=red, currency="EUR", amount=1)
    with pytest.raises(ValidationError, match="currency"):
        Price(variant=red, currency="XXX", amount=1).full_clean()


@pytest.mark.parametrize("quantity", [0, MAX_LINE_QUANTITY + 1])
def test_the_quantity_of_a_cart_line_is_limited(sparrow: int, quantity: int) -> None:
    cart = Cart.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(cart=cart, variant=Variant.objects.get(sku="SP-RED"), quantity=quantity)


def test_a_variant_is_in_a_cart_only_once(sparrow: int) -> None:
    cart, red = Cart.objects.create(), Variant.objects.get(sku="SP-RED")
    Line.objects.create(cart=cart, variant=red, quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(cart=cart, variant=red, quantity=1)


@pytest.mark.parametrize("sku", ["sp-red", "SP RED", "-SP", "SP-", "SP--RED", "", "Ä"])
def test_malformed_skus_are_rejected(sparrow: int, sku: str) -> None:
    with pytest.raises(ValidationError, match="sku"):
        Variant(product_id=sparrow, name="Odd", sku=sku).full_clean()


def test_an_image_needs_an_existing_drawing(sparrow: int) -> None:
    with pytest.raises(ValidationError, match="drawing"):
        Image(product_id=sparrow, drawing="../secret", alt="No").full_clean()
    for name in drawings.names():
        Image(product_id=sparrow, drawing=name, alt="Yes").full_clean()


def test_a_category_with_products_cannot_be_deleted(sparrow: int) -> None:
    with pytest.raises(ProtectedError):
        Category.objects.get(slug="kits").delete()


def test_cart_keys_are_long_and_unique() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(key) for key in keys} == {32}


def test_rows_as_text(sparrow: int) -> None:
    product = Product.objects.get(pk=sparrow)
    variant = Variant.objects.get(sku="SP-RED")
    cart = Cart.objects.create()
    line = Line.objects.create(cart=cart, variant=variant, quantity=2)
    rows = (
        product,
        product.category,
        Tag(name="Gift"),
        product.images.get(),
        variant,
        variant.prices.get(),
        line,
        cart,
    )
    assert [str(row) for row in rows] == [
        "Sparrow",
        "Kits",
        "Gift",
        "Drawing of Sparrow",
        "Sparrow, Red",
        "€19.50",
        "2 of Sparrow, Red",
        f"Cart {cart.pk}",
    ]
