"""How often is too often, and who is counted together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appkit import limits
from appkit.limits import (
    FROM_A_NETWORK,
    ONE_ACCOUNT,
    ONE_ACCOUNT_FROM_A_NETWORK,
    Limit,
    TooOften,
    Use,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
THREE = Limit("knock", 3, timedelta(minutes=10))
HERE, THERE, BEHIND_A_PROXY = "8.8.8.8", "9.9.9.9", "10.0.0.2"


class Counts:
    """What a database would hold, one request after the other."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, int]] = {}

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        spent, until = self.rows.get(key, (0, end))
        self.rows[key] = (1, end) if until <= now else (spent + 1, until)
        return self.rows[key]

    def take_back(self, key: str) -> None:
        spent, until = self.rows[key]
        self.rows[key] = (spent - 1, until)

    def sweep(self, now: int) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row[1] > now}

    def total(self) -> int:
        return sum(spent for spent, _ in self.rows.values())


@pytest.fixture
def counts() -> Counts:
    return Counts()


def knock(counts: Counts, subject: str = "ada", now: datetime = NOON) -> int | None:
    """The seconds to wait, if any."""
    try:
        limits.spend(counts, [Use(THREE, subject)], now)
    except TooOften as error:
        return error.seconds
    return None


def guess(counts: Counts, name: str, address: str, now: datetime = NOON) -> bool:
    try:
        limits.spend(counts, limits.guess(name, address), now)
    except TooOften:
        return False
    return True


class TestSpending:
    def test_so_often_and_no_more(self, counts: Counts) -> None:
        waits = [knock(counts, now=NOON + timedelta(minutes=minute)) for minute in range(5)]
        assert waits == [None, None, None, 7 * 60, 6 * 60]

    def test_the_count_begins_anew_though_somebody_kept_knocking(self, counts: Counts) -> None:
        for second in range(600):
            knock(counts, now=NOON + timedelta(seconds=second))
        assert knock(counts, now=NOON + THREE.window) is None

    def test_each_is_counted_for_himself(self, counts: Counts) -> None:
        for _ in range(4):
            knock(counts)
        assert knock(counts, "grace") is None
        limits.spend(counts, [Use(Limit("ring", 1, THREE.window), "ada")], NOON)

    def test_what_is_refused_is_not_counted(self, counts: Counts) -> None:
        for _ in range(9):
            knock(counts)
        assert counts.total() == 3
        limits.give_back(counts, [Use(THREE, "ada")])
        assert knock(counts) is None
        assert knock(counts) is not None

    def test_what_is_over_is_swept_away(self, counts: Counts) -> None:
        knock(counts)
        knock(counts, "grace", NOON + THREE.window)
        assert len(counts.rows) == 1

    def test_nobody_reads_whom_it_was_about(self) -> None:
        assert limits.Use(THREE, "a password").key.isalnum()
        assert len({Use(THREE, name).key for name in ("ada", "Ada", "\0", "\ud800", "")}) == 5

    @pytest.mark.parametrize(
        ("seconds", "wait"),
        [
            (-1, "1 minute"),
            (0, "1 minute"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (900, "15 minutes"),
        ],
    )
    def test_how_long_to_wait(self, seconds: int, wait: str) -> None:
        error = TooOften(seconds)
        assert (error.wait, error.seconds) == (wait, max(1, seconds))


class TestGuessing:
    def test_one_account_from_one_network(self, counts: Counts) -> None:
        most = ONE_ACCOUNT_FROM_A_NETWORK.most
        assert [guess(counts, "ada", HERE) for _ in range(most + 5)] == [True] * most + [False] * 5
        assert guess(counts, "ada", THERE)
        # What was refused was not held against the others there.
        assert guess(counts, "grace", HERE)
        assert guess(counts, "ada", HERE, NOON + timedelta(minutes=15))

    def test_name_after_name_from_one_network(self, counts: Counts) -> None:
        most = FROM_A_NETWORK.most
        done = [guess(counts, f"name {number}", HERE) for number in range(most + 1)]
        assert done == [True] * most + [False]
        assert guess(counts, "name 0", THERE)

    @pytest.mark.parametrize(
        "address", [BEHIND_A_PROXY, "127.0.0.1", "100.64.0.1", "::1", "fd00::1", "unknown", ""]
    )
    def test_behind_one_address_nobody_locks_the_others_out(
        self, counts: Counts, address: str
    ) -> None:
        for number in range(2 * FROM_A_NETWORK.most):
            assert guess(counts, f"name {number}", address)
        for _ in range(2 * ONE_ACCOUNT_FROM_A_NETWORK.most):
            guess(counts, "eve", address)
        assert not guess(counts, "eve", address)
        assert guess(counts, "ada", address)

    def test_one_account_from_many_networks(self, counts: Counts) -> None:
        done = [guess(counts, "ada", f"8.8.{number}.8") for number in range(ONE_ACCOUNT.most + 1)]
        assert done == [True] * ONE_ACCOUNT.most + [False]
        assert guess(counts, "grace", "8.8.0.8")

    def test_what_is_right_leaves_no_trace(self, counts: Counts) -> None:
        for _ in range(2 * ONE_ACCOUNT.most):
            limits.spend(counts, limits.guess("ada", HERE), NOON)
            limits.give_back(counts, limits.guess("ada", HERE))
        assert counts.total() == 0


class TestNetwork:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::"),
            ("fe80::1%eth0", "fe80::"),
            ("f" * 200, ""),
            ("", ""),
        ],
    )
    def test_whom_an_address_is_counted_as(self, address: str, network: str) -> None:
        assert limits.network(address) == network

    @given(st.text(max_size=60), st.ip_addresses().map(str) | st.text(max_size=60))
    @settings(max_examples=50)
    def test_anything_is_somebody(self, name: str, address: str) -> None:
        assert all(len(use.key) == 64 for use in limits.guess(name, address))
