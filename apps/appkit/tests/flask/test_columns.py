from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from appkit.flask.columns import UtcDateTime
from appkit.flask.database import Database

EVENTS = Table("events", MetaData(), Column("at", UtcDateTime))
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("written", "read"),
    [
        (datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (datetime(2026, 5, 1, 12, tzinfo=EAST), datetime(2026, 5, 1, 6, 30, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_time_is_returned_in_utc(
    database: Database, written: datetime | None, read: datetime | None
) -> None:
    with database.engine.begin() as connection:
        EVENTS.create(connection)
        connection.execute(insert(EVENTS).values(at=written))
        found = connection.execute(select(EVENTS.c.at)).scalar_one()
    assert found == read
    assert found is None or found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        EVENTS.create(connection)
        with pytest.raises(Exception, match="no time zone"):
            connection.execute(insert(EVENTS).values(at=datetime(2026, 5, 1)))  # noqa: DTZ001
