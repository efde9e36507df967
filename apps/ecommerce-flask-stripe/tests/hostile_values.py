"""Values that a form, a file or an event may have although nobody would type them."""

from typing import Any

from hypothesis import strategies as st

from shop.product_rules import (
    MAX_LENGTHS,
)

ANY_TEXT = st.text(st.characters(), max_size=250)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


HOSTILE_TEXT = (
    st.text(max_size=20)
    | st.text("a\0\n\x1f\u200b\u2028\udc80 ", max_size=8)
    | st.sampled_from([n + over for n in MAX_LENGTHS.values() for over in (0, 1)]).map("a".__mul__)
    | st.sampled_from(["-1", "0", "1e9", "xau", "../x"])
)


HOSTILE = (
    JSON
    | HOSTILE_TEXT
    | st.integers(-3, 3)
    | st.integers()
    | st.sampled_from([True, 34.0, 10**13, None, "xau", "pi_"])
)


def mutated(valid: dict[str, Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Valid values, of which up to two are replaced."""
    changes = st.dictionaries(st.sampled_from(sorted(valid)), other, max_size=2)
    return changes.map(lambda changed: {**valid, **changed})
