from datetime import date

import pytest

from workbench.sales.period import Range, Unit, comparison_days, period


@pytest.mark.parametrize(
    ("chosen", "last", "first", "unit", "buckets"),
    [
        (Range.MONTH, date(2026, 3, 31), date(2026, 3, 2), Unit.DAY, 30),
        (Range.QUARTER, date(2026, 3, 31), date(2025, 12, 31), Unit.WEEK, 13),
        (Range.YEAR, date(2026, 3, 31), date(2025, 4, 1), Unit.MONTH, 12),
        (Range.YEAR, date(2026, 12, 1), date(2026, 1, 1), Unit.MONTH, 12),
        (Range.YEAR, date(2024, 2, 29), date(2023, 3, 1), Unit.MONTH, 12),
    ],
)
def test_a_period_consists_of_whole_buckets(
    chosen: Range, last: date, first: date, unit: Unit, buckets: int
) -> None:
    found = period(chosen, last)
    assert (found.first, found.last, found.unit) == (first, last, unit)
    assert len(found.starts) == buckets
    assert found.starts[0] == first


@pytest.mark.parametrize("chosen", list(Range))
def test_the_first_and_last_day_are_in_the_first_and_last_bucket(chosen: Range) -> None:
    found = period(chosen, date(2026, 3, 31))
    assert found.bucket(found.first) == 0
    assert found.bucket(found.last) == len(found.starts) - 1
    assert [found.bucket(start) for start in found.starts] == list(range(len(found.starts)))


@pytest.mark.parametrize(
    ("chosen", "last", "earlier"),
    [
        (Range.MONTH, date(2026, 3, 31), (date(2026, 1, 31), date(2026, 3, 1))),
        (Range.QUARTER, date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 30))),
        (Range.YEAR, date(2026, 3, 31), (date(2024, 4, 1), date(2025, 3, 31))),
        (Range.YEAR, date(2024, 2, 29), (date(2022, 3, 1), date(2023, 2, 28))),
    ],
)
def test_compares_with_the_previous_period(
    chosen: Range, last: date, earlier: tuple[date, date]
) -> None:
    assert comparison_days(period(chosen, last)) == earlier
