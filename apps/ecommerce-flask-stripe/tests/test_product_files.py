import json
from pathlib import Path
from typing import Any

import pytest

from shop.product_files import read_folder
from tests.harness import DRAFT


def change(folder: Path, **values: Any) -> None:
    file = folder / "oak-tray.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def test_every_file_of_the_image_is_valid() -> None:
    files = read_folder()
    assert not files.errors
    assert len(files.drafts) == 8
    assert {f"{slug}.svg" for slug in files.drafts} == {d.images[0] for d in files.drafts.values()}


def test_a_valid_file_is_read_as_a_draft(product_folder: Path) -> None:
    assert read_folder(product_folder).drafts == {"oak-tray": DRAFT}


@pytest.mark.parametrize(("written", "price"), [("18.10", 1810), ("18", 1800), ("1.81e1", 1810)])
def test_a_price_is_exact(product_folder: Path, written: str, price: int) -> None:
    file = product_folder / "oak-tray.json"
    file.write_text(file.read_text().replace("34.5", written))
    assert read_folder(product_folder).drafts["oak-tray"].price == price


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"price": "34.50"}, "price: is of the wrong type"),
        ({"price": True}, "price: is of the wrong type"),
        ({"price": None, "name": 3}, "name: is of the wrong type; price: is of the wrong type"),
        ({"images": "parcel.svg"}, "images: is of the wrong type"),
        ({"images": [1]}, "images: is of the wrong type"),
        ({"images": []}, "images: Choose"),
        ({"price": -1}, "price: The price must be from €0.50 to €999,999.99"),
        ({"price": -0.01}, "price: The price must be from €0.50"),
        ({"images": ["../shop.css"]}, "images: There is no picture '../shop.css'"),
        ({"images": ["pictures/parcel.svg"]}, "images: There is no picture 'pictures/parcel.svg'"),
        ({"images": ["parcel.svg"] * 7}, "images: At most 6"),
        ({"price": float("inf")}, "price: is of the wrong type"),
        ({"price": 1e300}, "price: Write the price"),
        ({"colour": "red"}, "must have exactly currency, full_description, images, info, name, "),
        ({"name": ""}, "name: Fill"),
    ],
)
def test_an_invalid_value_is_reported(
    product_folder: Path, values: dict[str, Any], reason: str
) -> None:
    change(product_folder, **values)
    files = read_folder(product_folder)
    assert not files.drafts
    assert list(files.errors) == ["oak-tray.json"]
    assert files.errors["oak-tray.json"].startswith(reason)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.json", b"", "Expecting value"),
        ("broken.json", b"{", "Expecting property name"),
        ("latin.json", b'{"name": "caf\xe9"}', "'utf-8' codec"),
        ("list.json", b"[]", "must be an object"),
        ("nothing.json", b"{}", "must have exactly"),
        ("double.json", b'{"price": 1, "name": "a", "price": 2}', "has duplicate keys: price"),
        ("endless.json", b'{"price": ' + b"9" * 5000 + b"}", "Exceeds the limit"),
        ("Big Name.json", b"{}", "name the file"),
        ("deep.json", b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_an_invalid_file_does_not_affect_the_others(
    product_folder: Path, name: str, content: bytes, reason: str
) -> None:
    (product_folder / name).write_bytes(content)
    files = read_folder(product_folder)
    assert files.drafts == {"oak-tray": DRAFT}
    assert files.errors[name].startswith(reason)


def test_an_unreadable_file_is_reported(product_folder: Path) -> None:
    (product_folder / "folder.json").mkdir()
    files = read_folder(product_folder)
    assert files.drafts == {"oak-tray": DRAFT}
    assert "folder.json" in files.errors
