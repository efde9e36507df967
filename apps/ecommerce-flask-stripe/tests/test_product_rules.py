from collections.abc import Sequence

import pytest

from shop.pictures import PICTURES, STATIC, picture_paths
from shop.product_rules import InvalidProductError, draft_product, is_slug, slug_of
from tests.harness import DRAFT, FORM


def test_a_complete_form_is_a_draft() -> None:
    assert draft_product(FORM, ["parcel.svg"]) == DRAFT


def test_texts_are_trimmed_and_normalized() -> None:
    draft = draft_product(
        {**FORM, "name": "  Cafe\u0301 cup ", "currency": " EUR "}, ["parcel.svg"]
    )
    assert (draft.name, draft.currency) == ("Café cup", "eur")


@pytest.mark.parametrize(
    ("field", "text", "facts"),
    [
        ("name", "", ("Fill",)),
        ("name", " \n ", ("Fill",)),
        ("name", "n" * 81, ("80", "81")),
        ("name", "two\nlines", ("one line",)),
        ("name", "zero\0byte", ("one line",)),
        ("name", "half \ud800 pair", ("one line",)),
        ("info", "i" * 61, ("60", "61")),
        ("short_description", "s" * 201, ("200", "201")),
        ("full_description", "f" * 4001, ("4000", "4001")),
        ("full_description", "zero\0byte", ("control characters",)),
        ("full_description", "", ("Fill",)),
        ("price", "free", ("48.00",)),
        ("currency", "", ("CHF", "EUR", "GBP", "JPY", "USD")),
        ("currency", "xau", ("CHF", "EUR", "GBP", "JPY", "USD")),
    ],
)
def test_each_field_has_its_rule(field: str, text: str, facts: Sequence[str]) -> None:
    with pytest.raises(InvalidProductError) as caught:
        draft_product({**FORM, field: text}, ["parcel.svg"])
    assert list(caught.value.problems) == [field]
    for fact in facts:
        assert fact in caught.value.problems[field]


@pytest.mark.parametrize(
    ("images", "problem"),
    [
        ([], "Choose"),
        (["parcel.svg", "nowhere.svg"], "'nowhere.svg'"),
        (["../shop.css"], "'../shop.css'"),
    ],
)
def test_an_unknown_picture_is_refused(images: list[str], problem: str) -> None:
    with pytest.raises(InvalidProductError) as caught:
        draft_product(FORM, images)
    assert list(caught.value.problems) == ["images"]
    assert problem in caught.value.problems["images"]


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(InvalidProductError, match="name: Fill") as caught:
        draft_product({}, [])
    assert set(caught.value.problems) == {*FORM.keys() - {"picture", "price"}, "images"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Oak tray", "oak-tray"),
        ("  Café — crème!  ", "cafe-creme"),
        ("100 % wool", "100-wool"),
        ("茶碗", "product"),
        ("!!!", "product"),
        ("a" * 79 + " b", "a" * 79),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_name_has_a_slug(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert is_slug(slug)


@pytest.mark.parametrize(
    "text", ["", "-", "a-", "-a", "a--b", "A", "a_b", "a\0", "é", "a" * 81, "a\n"]
)
def test_other_texts_are_not_slugs(text: str) -> None:
    assert not is_slug(text)


def test_a_product_always_has_a_picture() -> None:
    assert picture_paths(["gone.svg"]) == picture_paths([]) == ["pictures/parcel.svg"]
    assert picture_paths(["gone.svg", "desk-lamp.svg"]) == ["pictures/desk-lamp.svg"]


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_contains_no_script_and_no_link(name: str) -> None:
    text = (STATIC / "pictures" / name).read_text()
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">')
    assert "script" not in text
    assert "href" not in text
