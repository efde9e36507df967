"""Names by which people tell each other apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appkit import names

LEGIBLE = [
    *("Ada", "Jo", "O'Brien", "Anne-Marie d\u2019Été", "María José", "X Æ A-12", "42", "J. R. R."),
    *("Zoë 山田 👩‍🎨", "Ada ❤️", "Ada 👍🏽", "山田 太郎", "김철수", "Nguyễn Thị Ánh", "Владимир"),
    *("محمد", "שָׁלוֹם", "नरेन्द्र", "علی‌رضا", "ක්‍රිස්", "<b>Ada</b>", "Zoe\u0308"),
]

HIDDEN = {
    "no letter": "- -",
    "zero-width spaces": "\u200b\u200b",
    "a zero-width space in a name": "Ada\u200b",
    "a word joiner": "A\u2060da",
    "a byte order mark": "\ufeffAda",
    "a soft hyphen": "A\u00adda",
    "a zero-width joiner between letters": "A\u200dda",
    "a zero-width non-joiner between letters": "A\u200cda",
    "a joiner between a letter and an emoji": "Ada\u200d👩",
    "a joiner between an emoji and a letter": "Ada👩\u200dx",
    "a joiner between a virama and an emoji": "नम्\u200d👩",
    "a non-joiner between Arabic and Latin": "علی\u200cx",
    "a joiner at the end": "Ada👩\u200d",
    "a right-to-left override": "\u202eadA",
    "a right-to-left isolate": "Ada\u2067x\u2069",
    "a right-to-left mark": "Ada\u200f",
    "an Arabic letter mark": "Ada\u061c",
    "a line break": "Ada\nExample",
    "a line separator": "Ada\u2028Example",
    "a tab": "Ada\tExample",
    "a NUL": "Ada\0",
    "a delete": "Ada\x7f",
    "a C1 control": "Ada\x85",
    "a surrogate": "Ada\ud800",
    "a private character": "Ada\ue000",
    "an unassigned character": "Ada\u0378",
    "a tag": "Ada\U000e0041",
    "a variation selector": "Ada\ufe0f",
    "a variation selector of a plane": "Ada\U000e0100",
    "Hangul fillers": "\u3164\u3164",
    "a half-width Hangul filler": "Ada\uffa0",
    "a Braille blank": "Ada\u2800",
    "a grapheme joiner": "A\u034fda",
    "only marks": "\u0301\u0301",
    "a mark at the start": "\u0301Ada",
    "a mark on a space": "Ada \u0301",
    "a tower of marks": "A" + "\u0316" * 5,
    "only spaces": "  ",
    "only wide spaces": "\u3000\u2003",
    "only punctuation": "...",
    "only symbols": "👩‍🎨",
    "nothing": "",
}


@pytest.mark.parametrize("name", LEGIBLE)
def test_a_name_of_any_script_is_legible(name: str) -> None:
    assert names.is_legible(names.clean(name))


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN)
def test_a_name_with_something_hidden_is_not_legible(name: str) -> None:
    assert not names.is_legible(names.clean(name))


def test_the_number_of_marks_is_counted_for_each_character() -> None:
    most = "\u0316" * names.MAX_MARKS
    assert names.is_legible(f"A{most}b{most}")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ada   Example ", "Ada Example"),
        ("Ada\u00a0\u2003Example\u3000", "Ada Example"),
        ("Zoe\u0308", "Zoë"),
        ("Ada\nExample", "Ada\nExample"),
        ("", ""),
    ],
)
def test_a_cleaned_name(text: str, cleaned: str) -> None:
    assert names.clean(text) == cleaned


@given(st.text())
def test_any_text_can_be_cleaned(text: str) -> None:
    cleaned = names.clean(text)
    assert names.clean(cleaned) == cleaned


CONTROLS = st.characters(categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"])


@given(st.text(), CONTROLS, st.text())
def test_a_control_character_anywhere_is_refused(before: str, control: str, after: str) -> None:
    assert not names.is_legible(names.clean(f"x{before}{control}{after}x"))


@given(st.text(st.characters(categories=["Cf", "Mn", "Me", "Mc", "Zs"])))
def test_a_name_of_only_formats_marks_and_spaces_is_refused(text: str) -> None:
    assert not names.is_legible(names.clean(text))


@given(st.characters())
def test_a_character_that_is_stored_is_drawn(character: str) -> None:
    if names.is_legible(names.clean(f"A{character}b")):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
