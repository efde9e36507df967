import pytest

from shop.money import parse_price, show_price


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("48", "eur", 4800),
        ("48.5", "eur", 4850),
        ("48.05", "usd", 4805),
        ("0.50", "gbp", 50),
        ("999999.99", "chf", 99_999_999),
        ("4800", "jpy", 4800),
    ],
)
def test_a_price_is_parsed_to_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse_price(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "problem"),
    [
        ("", "eur", "48.00"),
        ("12,50", "eur", "plain number"),
        ("1,200.00", "eur", "plain number"),
        ("-3", "eur", "from €0.50"),
        ("-0.5", "eur", "from €0.50"),
        ("--3", "eur", "plain number"),
        ("1e3", "eur", "plain number"),
        (".5", "eur", "plain number"),
        ("5.", "eur", "plain number"),
        ("NaN", "eur", "plain number"),
        ("٤٨", "eur", "plain number"),
        ("48\n", "eur", "plain number"),
        ("9" * 5000, "eur", "plain number"),
        ("4.999", "eur", "2 decimals"),
        ("48.0", "jpy", "without decimals"),
        ("0", "eur", "from €0.50 to €999,999.99"),
        ("0.49", "eur", "from €0.50"),
        ("1000000", "eur", "to €999,999.99"),
        ("49", "jpy", "from ¥50 to ¥99,999,999"),
    ],
)
def test_an_invalid_price_is_refused_with_the_reason(
    text: str, currency: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem.replace(".", r"\.")):
        parse_price(text, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (4800, "eur", "€48.00"),
        (5, "usd", "$0.05"),
        (124_805, "gbp", "£1,248.05"),
        (4800, "chf", "CHF\N{NO-BREAK SPACE}48.00"),
        (4800, "jpy", "¥4,800"),
    ],
)
def test_a_price_is_formatted_for_display(minor: int, currency: str, shown: str) -> None:
    assert show_price(minor, currency) == shown
