"""The product list: filters, sorting, pages, and bad queries."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rocket.storefront.templatetags.shop_filters import availability
from tests.product_factory import MakeProduct
from tests.responses import error_codes


def cards(client: Client, path: str) -> list[str]:
    """The names of the products on a page, in order."""
    response = client.get(path)
    assert response.status_code == 200
    return [product.name for product in response.context["page"]]


@pytest.fixture
def shop(make_product: MakeProduct) -> None:
    make_product("Sparrow", ("S-A", "A", 1650, 30), ("S-B", "B", 1950, 1), tags=("Gift",))
    make_product("Pelican", ("P-A", "A", 3600, 3))
    make_product("Parasol", ("R-A", "A", 690, 0), category="Ground crew", tags=("Gift",))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", {"Sparrow", "Pelican", "Parasol"}),
        ("/?q=", {"Sparrow", "Pelican", "Parasol"}),
        ("/?q=spar", {"Sparrow"}),
        ("/?tag=gift", {"Sparrow", "Parasol"}),
        ("/?tag=gift&q=para", {"Parasol"}),
        ("/categories/kits/", {"Sparrow", "Pelican"}),
        ("/categories/kits/?tag=gift", {"Sparrow"}),
        ("/categories/kits/?q=parasol", set()),
        ("/?page=7", {"Sparrow", "Pelican", "Parasol"}),
        ("/?page=x", {"Sparrow", "Pelican", "Parasol"}),
        ("/?page=-1", {"Sparrow", "Pelican", "Parasol"}),
        ("/?unknown=1", {"Sparrow", "Pelican", "Parasol"}),
        ("/?stock=1", {"Sparrow", "Pelican"}),
        ("/?stock=1&tag=gift", {"Sparrow"}),
        ("/?stock=", {"Sparrow", "Pelican", "Parasol"}),
    ],
)
def test_filters(shop: None, client: Client, path: str, found: set[str]) -> None:
    assert set(cards(client, path)) == found


@pytest.mark.parametrize(
    "path",
    ["/categories/none/", "/?tag=none", "/?tag=a%20b", "/?tag=%00", "/categories/kits/?tag=x&q=y"],
)
def test_an_unknown_category_or_tag_is_not_found(shop: None, client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.templates[0].name) == (404, "404.html")


@pytest.mark.parametrize(
    ("query", "code"), [("x" * 81, "max_length"), ("a%00b", "null_characters_not_allowed")]
)
def test_an_invalid_search_is_a_bad_request(
    shop: None, client: Client, query: str, code: str
) -> None:
    response = client.get(f"/?q={query}")
    assert (response.status_code, error_codes(response)) == (400, {"q": [code]})
    assert 'aria-describedby="q-error"' in response.content.decode()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("cheapest", ["Parasol", "Sparrow", "Pelican"]),
        ("dearest", ["Pelican", "Sparrow", "Parasol"]),
        ("name", ["Parasol", "Pelican", "Sparrow"]),
    ],
)
def test_sorting(shop: None, client: Client, sort: str, order: list[str]) -> None:
    assert cards(client, f"/?sort={sort}") == order
    page = client.get(f"/?sort={sort}").content.decode()
    assert f'value="{sort}" selected' in page


@pytest.mark.parametrize("sort", ["price", "%00", "newest' --"])
def test_an_unknown_sort_key_is_a_bad_request(shop: None, client: Client, sort: str) -> None:
    response = client.get(f"/?sort={sort}&q=spar")
    assert (response.status_code, error_codes(response)) == (400, {"sort": ["invalid_choice"]})
    assert 'aria-describedby="sort-error"' in response.content.decode()
    assert [product.name for product in response.context["page"]] == ["Sparrow"]


def test_prices_and_stock_on_cards(shop: None, client: Client) -> None:
    page = client.get("/").content.decode()
    assert "<small>from</small> €16.50" in page
    assert '<span class="price">€36.00</span>' in page
    assert f'<span class="stock">{availability(3)}' in page
    assert f'<span class="stock">{availability(0)}' in page
    assert page.count('<span class="stock">') == 2


def test_the_search_text_is_escaped(shop: None, client: Client) -> None:
    response = client.get("/?q=<script>alert(1)</script>")
    page = response.content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert list(response.context["page"]) == []


def test_links_keep_the_search(shop: None, client: Client) -> None:
    page = client.get("/?q=spar&tag=gift&page=1").content.decode()
    assert 'href="/categories/kits/?q=spar&amp;tag=gift"' in page
    assert '<input type="hidden" name="tag" value="gift">' in page
    assert 'href="/?q=spar"' in page


def test_the_current_category_is_marked(shop: None, client: Client) -> None:
    response = client.get("/categories/kits/")
    page = response.content.decode()
    assert 'href="/categories/kits/" aria-current="page">Kits' in page
    assert "<title>Kits · Rocket</title>" in page
    assert response.context["category"].name == "Kits"


def test_a_shop_without_products_has_a_page(db: None, client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, list(response.context["page"])) == (200, [])


def test_pagination(make_product: MakeProduct, client: Client) -> None:
    for number in range(13):
        make_product(f"Kit {number:02}", (f"K-{number}", "One", 100, 9))
    first, second = client.get("/?q=kit"), client.get("/?q=kit&page=2")
    assert len(first.context["page"]) == 12
    assert "Page 1 of 2" in first.content.decode()
    assert 'rel="next" href="?q=kit&amp;page=2"' in first.content.decode()
    assert 'rel="prev" href="?q=kit&amp;page=1"' in second.content.decode()
    assert [product.name for product in second.context["page"]] == ["Kit 12"]


def test_the_number_of_queries_is_independent_of_the_number_of_products(
    make_product: MakeProduct, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(9):
        make_product(f"Kit {number}", (f"K-{number}", "One", 100, 9), tags=("Gift",))
    with django_assert_num_queries(5):  # revision, count, categories, products, images
        client.get("/")


def test_other_methods_are_not_allowed(db: None, client: Client) -> None:
    assert client.head("/").status_code == 200
    assert client.post("/").status_code == 405
