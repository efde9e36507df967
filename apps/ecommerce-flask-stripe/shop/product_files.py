"""Products that come with the image: one JSON file each, whose name is the product's address."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from shop.rules import Draft, InvalidProductError, draft_product, is_slug

FOLDER = Path(__file__).parent / "products"

_MOST_DIGITS = 12
_KEYS = {field.name for field in fields(Draft)}


@dataclass(frozen=True)
class ProductFiles:
    """What a folder holds: drafts by address, and why each bad file is bad, by file name."""

    drafts: Mapping[str, Draft]
    bad: Mapping[str, str]


def read_folder(folder: Path = FOLDER) -> ProductFiles:
    """Every `*.json` of a folder. A bad file keeps no other from being read."""
    drafts: dict[str, Draft] = {}
    bad: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            drafts[path.stem] = _read(path)
        except (OSError, ValueError) as error:
            bad[path.name] = str(error)
    return ProductFiles(drafts, bad)


def _read(path: Path) -> Draft:
    if not is_slug(path.stem):
        raise ValueError("the file's name is the address: lower-case letters, digits and hyphens")
    try:
        # A price must reach us as it was written: 18.1 has no exact float.
        content = json.loads(
            path.read_text("utf-8"), parse_float=Decimal, object_pairs_hook=_each_once
        )
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(content, dict):
        raise ValueError("must be an object")  # noqa: TRY004 - one kind of error for a bad file
    if unexpected := sorted(content.keys() ^ _KEYS):
        raise ValueError(
            f"must have exactly {', '.join(sorted(_KEYS))}; see {', '.join(unexpected)}"
        )
    if wrong := [key for key, value in content.items() if not _is_typed(key, value)]:
        raise InvalidProductError(dict.fromkeys(wrong, "is of the wrong type"))
    texts = {key: _text(value) for key, value in content.items()}
    return draft_product(texts, content["images"])


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    # JSON lets the last one win in silence, and the file would say two things.
    if twice := sorted(key for key, times in Counter(key for key, _ in pairs).items() if times > 1):
        raise ValueError(f"says twice: {', '.join(twice)}")
    return dict(pairs)


def _is_typed(key: str, value: Any) -> bool:
    if key == "price":
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if key == "images":
        return isinstance(value, list) and all(isinstance(name, str) for name in value)
    return isinstance(value, str)


def _text(value: Any) -> str:
    # In full, without an exponent; but 1e999999999 would fill the memory.
    if isinstance(value, Decimal) and abs(value.adjusted()) < _MOST_DIGITS:
        return format(value, "f")
    return str(value)
