"""The days that a report covers, grouped into buckets. Pure date arithmetic, no database."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Range(StrEnum):
    """The ranges to choose from; the value is that of the `range` query parameter."""

    MONTH = "30d"
    QUARTER = "13w"
    YEAR = "12m"


class Unit(StrEnum):
    """The length of a bucket."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, inclusive; `starts` holds the first day of each bucket."""

    first: date
    last: date
    unit: Unit
    starts: tuple[date, ...]

    def bucket(self, day: date) -> int:
        """The index of the bucket that contains `day`, which must lie within the period."""
        match self.unit:
            case Unit.DAY:
                return (day - self.first).days
            case Unit.WEEK:
                return (day - self.first).days // 7
            case Unit.MONTH:
                return _months(day) - _months(self.first)


def period(chosen: Range, last: date) -> Period:
    """The period of the chosen range that ends with `last`, inclusive."""
    match chosen:
        case Range.MONTH:
            return _equal_buckets(last, count=30, step=1, unit=Unit.DAY)
        case Range.QUARTER:
            return _equal_buckets(last, count=13, step=7, unit=Unit.WEEK)
        case Range.YEAR:
            months = range(_months(last) - 11, _months(last) + 1)
            starts = tuple(date(month // 12, month % 12 + 1, 1) for month in months)
            return Period(starts[0], last, Unit.MONTH, starts)


def comparison_days(current: Period) -> tuple[date, date]:
    """The first and last day to compare with: the same span just before, or a year earlier."""
    if current.unit is Unit.MONTH:
        return _year_earlier(current.first), _year_earlier(current.last)
    length = timedelta(days=(current.last - current.first).days + 1)
    return current.first - length, current.last - length


def _equal_buckets(last: date, *, count: int, step: int, unit: Unit) -> Period:
    first = last - timedelta(days=count * step - 1)
    starts = tuple(first + timedelta(days=step * index) for index in range(count))
    return Period(first, last, unit, starts)


def _months(day: date) -> int:
    """Months since year 0; the difference of two is the number of months between them."""
    return day.year * 12 + day.month - 1


def _year_earlier(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
