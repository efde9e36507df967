import pytest

from shop.pictures import PICTURES, STATIC, shown
from shop.rules import InvalidProductError, draft_product, is_slug, slug_of
from tests.running import DRAFT, FORM


def test_a_complete_form_is_a_draft() -> None:
    assert draft_product(FORM, ["parcel.svg"]) == DRAFT


def test_texts_are_trimmed_and_composed() -> None:
    draft = draft_product(
        {**FORM, "name": "  Cafe\u0301 cup ", "currency": " EUR "}, ["parcel.svg"]
    )
    assert (draft.name, draft.currency) == ("Café cup", "eur")


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("name", "", "Fill this in."),
        ("name", " \n ", "Fill this in."),
        ("name", "n" * 81, "At most 80 characters; these are 81."),
        ("name", "two\nlines", "Write it on one line, without control characters."),
        ("name", "zero\0byte", "Write it on one line, without control characters."),
        ("name", "half \ud800 pair", "Write it on one line, without control characters."),
        ("info", "i" * 61, "At most 60 characters; these are 61."),
        ("short_description", "s" * 201, "At most 200 characters; these are 201."),
        ("full_description", "f" * 4001, "At most 4000 characters; these are 4001."),
        ("full_description", "zero\0byte", "Remove the control characters."),
        ("full_description", "", "Fill this in."),
        ("price", "free", "Write the price as a plain number, like 48.00."),
        ("currency", "", "Choose one of CHF, EUR, GBP, JPY, USD."),
        ("currency", "xau", "Choose one of CHF, EUR, GBP, JPY, USD."),
    ],
)
def test_each_field_has_its_rule(field: str, text: str, problem: str) -> None:
    with pytest.raises(InvalidProductError) as caught:
        draft_product({**FORM, field: text}, ["parcel.svg"])
    assert caught.value.problems == {field: problem}


@pytest.mark.parametrize(
    ("images", "problem"),
    [
        ([], "Choose a picture."),
        (["parcel.svg", "nowhere.svg"], "There is no picture 'nowhere.svg'."),
        (["../shop.css"], "There is no picture '../shop.css'."),
    ],
)
def test_pictures_are_those_of_the_image(images: list[str], problem: str) -> None:
    with pytest.raises(InvalidProductError) as caught:
        draft_product(FORM, images)
    assert caught.value.problems == {"images": problem}


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidProductError, match="name: Fill this in") as caught:
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
def test_a_name_makes_an_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert is_slug(slug)


@pytest.mark.parametrize(
    "text", ["", "-", "a-", "-a", "a--b", "A", "a_b", "a\0", "é", "a" * 81, "a\n"]
)
def test_other_texts_are_no_addresses(text: str) -> None:
    assert not is_slug(text)


def test_a_product_always_has_a_picture() -> None:
    assert shown(["gone.svg"]) == shown([]) == ["pictures/parcel.svg"]
    assert shown(["gone.svg", "desk-lamp.svg"]) == ["pictures/desk-lamp.svg"]


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_a_drawing_that_asks_nobody(name: str) -> None:
    text = (STATIC / "pictures" / name).read_text()
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">')
    assert "script" not in text
    assert "href" not in text
