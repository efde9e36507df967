"""The product page, and adding to the cart."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rocket.cart.models import Cart, Line
from rocket.catalog.models import Image, Product
from rocket.storefront.templatetags.shop_filters import availability
from tests.product_factory import MakeProduct
from tests.responses import error_codes, message_levels

PATH = "/products/sparrow/"


def quantities() -> dict[str, int]:
    return {line.variant.sku: line.quantity for line in Line.objects.select_related("variant")}


def test_the_page_shows_offers_and_related_products(
    sparrow: int, make_product: MakeProduct, client: Client
) -> None:
    make_product("Pelican", ("P", "One", 3600, 3))
    make_product("Parasol", ("R", "One", 690, 3), category="Ground")
    Product.objects.filter(pk=sparrow).update(description="First.\n\nSecond <b>.")
    response = client.get(PATH)
    page = response.content.decode()
    assert "<title>Sparrow · Rocket</title>" in page
    stock = (availability(3), availability(0))
    for text in ("€19.50", *stock, "<p>First.</p>", "Second &lt;b&gt;."):
        assert text in page
    assert "Gold" not in page
    assert [product.name for product in response.context["related"]] == ["Pelican"]
    assert 'value="SP-RED" checked' in page
    assert 'value="SP-RAW" disabled' in page


def test_tags_link_to_the_filtered_list(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", 100, 1), tags=("Gift",))
    assert 'href="/?tag=gift"' in client.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"published_at": None}, 404),
        ({"published_at": timezone.now() + timedelta(hours=1)}, 404),
        ({"slug": "elsewhere"}, 404),
    ],
)
def test_only_published_products_have_a_page(
    sparrow: int, client: Client, changes: dict[str, object], status: int
) -> None:
    Product.objects.filter(pk=sparrow).update(**changes)
    assert client.get(PATH).status_code == status
    assert client.post(PATH, {"sku": "SP-RED", "quantity": 1}).status_code == (
        303 if status == 200 else 404
    )


def test_a_product_without_prices_has_no_page(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", None, 1))
    assert client.get(PATH).status_code == 404


def test_a_sold_out_product_cannot_be_added(make_product: MakeProduct, client: Client) -> None:
    make_product("Sparrow", ("S", "One", 100, 0))
    response = client.get(PATH)
    assert not response.context["available"]
    assert availability(0) in response.content.decode()
    assert 'name="quantity"' not in response.content.decode()


def test_a_product_without_an_image_has_a_placeholder(sparrow: int, client: Client) -> None:
    Image.objects.all().delete()
    assert "card-blank" in client.get(PATH).content.decode()
    assert "card-blank" in client.get("/").content.decode()


def test_adding_to_the_cart(sparrow: int, client: Client) -> None:
    response = client.post(PATH, {"sku": "SP-BLUE", "quantity": 2})
    assert (response.status_code, response["Location"]) == (303, "/cart/")
    response = client.get("/cart/")
    page = response.content.decode()
    assert message_levels(response) == ["success"]
    for text in ("Sparrow, Blue (2)", '<span class="count">2</span>'):
        assert text in page
    assert message_levels(client.get("/cart/")) == []
    client.post(PATH, {"sku": "SP-BLUE", "quantity": 1})
    assert quantities() == {"SP-BLUE": 3}
    assert Cart.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, {"sku": ["required"], "quantity": ["required"]}),
        ({"sku": "SP-RED"}, {"quantity": ["required"]}),
        ({"sku": "SP-RED", "quantity": ""}, {"quantity": ["required"]}),
        ({"sku": "SP-RED", "quantity": "0"}, {"quantity": ["min_value"]}),
        ({"sku": "SP-RED", "quantity": "-1"}, {"quantity": ["min_value"]}),
        ({"sku": "SP-RED", "quantity": "1.5"}, {"quantity": ["invalid"]}),
        ({"sku": "SP-RED", "quantity": "two"}, {"quantity": ["invalid"]}),
        ({"sku": "SP-RED", "quantity": "9" * 400}, {"quantity": ["max_value"]}),
        ({"sku": "SP-RED", "quantity": "21"}, {"quantity": ["max_value"]}),
        ({"sku": "SP-BLUE", "quantity": "4"}, {"quantity": ["insufficient-stock"]}),
        ({"sku": "SP-RAW", "quantity": "1"}, {"quantity": ["sold-out"]}),
        ({"sku": "SP-GOLD", "quantity": "1"}, {"sku": ["not-offered"]}),
        ({"sku": "PELICAN", "quantity": "1"}, {"sku": ["not-offered"]}),
        ({"sku": "sp-red", "quantity": "1"}, {"sku": ["invalid"]}),
        (
            {"sku": "SP\0RED", "quantity": "1"},
            {"sku": ["invalid", "null_characters_not_allowed"]},
        ),
        ({"sku": "S" * 33, "quantity": "1"}, {"sku": ["max_length"]}),
    ],
)
def test_bad_input_is_refused_with_an_error(
    sparrow: int,
    make_product: MakeProduct,
    client: Client,
    fields: dict[str, str],
    codes: dict[str, list[str]],
) -> None:
    make_product("Pelican", ("PELICAN", "One", 3600, 3))
    response = client.post(PATH, fields)
    assert (response.status_code, error_codes(response)) == (422, codes)
    assert "-error" in response.content.decode()
    assert Cart.objects.count() == 0


def test_bad_input_stays_in_the_form(sparrow: int, client: Client) -> None:
    page = client.post(PATH, {"sku": "SP-BLUE", "quantity": "4"}).content.decode()
    assert 'value="SP-BLUE" checked' in page
    assert 'name="quantity" value="4"' in page


def test_other_methods_are_not_allowed(sparrow: int, client: Client) -> None:
    assert client.put(PATH).status_code == 405
