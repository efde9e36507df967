"""The product files of the image: one JSON file for each product, named by its slug."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from shop.product_rules import Draft, InvalidProductError, draft_product, is_slug

FOLDER = Path(__file__).parent / "products"

_MAX_DIGITS = 12
_KEYS = {field.name for field in fields(Draft)}


@dataclass(frozen=True)
class ProductFiles:
    """The valid products of a folder by slug, and the errors of the invalid files by file name."""

    drafts: Mapping[str, Draft]
    errors: Mapping[str, str]


def read_folder(folder: Path = FOLDER) -> ProductFiles:
    """Reads every `*.json` of a folder. An invalid file does not affect the others."""
    drafts: dict[str, Draft] = {}
    errors: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            drafts[path.stem] = _read(path)
        except (OSError, ValueError) as error:
            errors[path.name] = str(error)
    return ProductFiles(drafts, errors)


def _read(path: Path) -> Draft:
    if not is_slug(path.stem):
        raise ValueError("name the file with lower-case letters, digits and hyphens only")
    try:
        # Not as a float, because 18.1 has no exact float.
        content = json.loads(
            path.read_text("utf-8"), parse_float=Decimal, object_pairs_hook=_without_duplicates
        )
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(content, dict):
        raise ValueError("must be an object")  # noqa: TRY004 - all errors of a file have one type
    if unexpected := sorted(content.keys() ^ _KEYS):
        raise ValueError(
            f"must have exactly {', '.join(sorted(_KEYS))}; missing or unknown: "
            f"{', '.join(unexpected)}"
        )
    if wrong := [key for key, value in content.items() if not _is_typed(key, value)]:
        raise InvalidProductError(dict.fromkeys(wrong, "is of the wrong type"))
    texts = {key: _text(value) for key, value in content.items()}
    return draft_product(texts, content["images"])


def _without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    # The JSON module would silently use the last one.
    counts = Counter(key for key, _ in pairs)
    if duplicates := sorted(key for key, count in counts.items() if count > 1):
        raise ValueError(f"has duplicate keys: {', '.join(duplicates)}")
    return dict(pairs)


def _is_typed(key: str, value: Any) -> bool:
    if key == "price":
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if key == "images":
        return isinstance(value, list) and all(isinstance(name, str) for name in value)
    return isinstance(value, str)


def _text(value: Any) -> str:
    # Without an exponent, as `parse_price` reads it; but 1e999999999 would need too much memory.
    if isinstance(value, Decimal) and abs(value.adjusted()) < _MAX_DIGITS:
        return format(value, "f")
    return str(value)
