from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import DeclarativeBase, Session

from appkit.flask.database import Database
from appkit.flask.limits import Allowance, Counts


class Model(DeclarativeBase):
    pass


class Attempt(Allowance, Model):
    __tablename__ = "attempts"


@pytest.fixture
def counts(database: Database) -> Iterator[Counts]:
    Model.metadata.create_all(database.engine)
    with Session(database.engine) as session:
        yield Counts(session, Attempt)


@pytest.mark.sqlite
def test_counting(counts: Counts) -> None:
    assert counts.add("ada", 100, 160) == (1, 160)
    assert counts.add("ada", 110, 170) == (2, 160)
    assert counts.add("grace", 110, 170) == (1, 170)
    assert counts.add("ada", 160, 220) == (1, 220)


@pytest.mark.sqlite
def test_subtracting_stops_at_zero(counts: Counts) -> None:
    counts.add("ada", 100, 160)
    for _ in range(3):
        counts.subtract("ada")
    counts.subtract("nobody")
    assert counts.add("ada", 110, 170) == (1, 160)


def test_each_key_is_decremented_alone(counts: Counts) -> None:
    for key in ("ada", "grace"):
        counts.add(key, 100, 160)
    counts.subtract("ada")
    assert counts.add("grace", 110, 170) == (2, 160)


def test_sweeping(counts: Counts, database: Database) -> None:
    counts.add("ada", 100, 160)
    counts.add("grace", 100, 161)
    counts.sweep(160)
    with Session(database.engine) as session:
        assert [row.key for row in session.query(Attempt)] == ["grace"]


def test_each_count_is_committed(counts: Counts, database: Database) -> None:
    counts.add("ada", 100, 160)
    with Session(database.engine) as session:
        assert Counts(session, Attempt).add("ada", 100, 160) == (2, 160)


@pytest.mark.sqlite
def test_concurrent_attempts_are_all_counted(counts: Counts, database: Database) -> None:
    def once(_: int) -> int:
        with Session(database.engine) as session:
            return Counts(session, Attempt).add("ada", 100, 160)[0]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(20))) == list(range(1, 21))
