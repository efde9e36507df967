"""Rate limits, and the subjects they count for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appkit import limits
from appkit.limits import (
    FROM_A_NETWORK,
    ONE_ACCOUNT,
    ONE_ACCOUNT_FROM_A_BUSY_NETWORK,
    ONE_ACCOUNT_FROM_A_NETWORK,
    Attempt,
    Limit,
    TooOften,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
THREE = Limit("action", 3, timedelta(minutes=10))
HERE, THERE, BEHIND_A_PROXY = "8.8.8.8", "9.9.9.9", "10.0.0.2"


class Counts:
    """Counts in memory, without concurrency."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, int]] = {}

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        spent, until = self.rows.get(key, (0, end))
        self.rows[key] = (1, end) if until <= now else (spent + 1, until)
        return self.rows[key]

    def subtract(self, key: str) -> None:
        spent, until = self.rows.get(key, (0, 0))
        if spent > 0:
            self.rows[key] = (spent - 1, until)

    def sweep(self, now: int) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row[1] > now}

    def total(self) -> int:
        return sum(spent for spent, _ in self.rows.values())


@pytest.fixture
def counts() -> Counts:
    return Counts()


def attempt_once(counts: Counts, subject: str = "ada", now: datetime = NOON) -> int | None:
    """The seconds to wait, or None if the attempt is allowed."""
    try:
        limits.consume(counts, [Attempt(THREE, subject)], now)
    except TooOften as error:
        return error.seconds
    return None


def log_in(counts: Counts, name: str, address: str, now: datetime = NOON) -> bool:
    try:
        limits.consume(counts, limits.login_attempts(name, address), now)
    except TooOften:
        return False
    return True


class TestConsume:
    def test_attempts_above_the_limit_are_refused(self, counts: Counts) -> None:
        waits = [attempt_once(counts, now=NOON + timedelta(minutes=minute)) for minute in range(5)]
        assert waits == [None, None, None, 7 * 60, 6 * 60]

    def test_refused_attempts_do_not_prolong_the_window(self, counts: Counts) -> None:
        for second in range(600):
            attempt_once(counts, now=NOON + timedelta(seconds=second))
        assert attempt_once(counts, now=NOON + THREE.window) is None

    def test_each_subject_and_action_is_counted_separately(self, counts: Counts) -> None:
        for _ in range(4):
            attempt_once(counts)
        assert attempt_once(counts, "grace") is None
        limits.consume(counts, [Attempt(Limit("other action", 1, THREE.window), "ada")], NOON)

    def test_a_refused_attempt_is_not_counted(self, counts: Counts) -> None:
        for _ in range(9):
            attempt_once(counts)
        assert counts.total() == 3
        limits.refund(counts, [Attempt(THREE, "ada")])
        assert attempt_once(counts) is None
        assert attempt_once(counts) is not None

    def test_a_refusal_by_one_limit_leaves_the_counts_of_the_next_ones(
        self, counts: Counts
    ) -> None:
        wider = Attempt(Limit("wider", 10, THREE.window), "network")
        both = [Attempt(THREE, "ada"), wider]
        for _ in range(3):
            limits.consume(counts, both, NOON)
        with pytest.raises(TooOften):
            limits.consume(counts, both, NOON)
        assert counts.rows[wider.key][0] == 3

    def test_closed_windows_are_deleted(self, counts: Counts) -> None:
        attempt_once(counts)
        attempt_once(counts, "grace", NOON + THREE.window)
        assert len(counts.rows) == 1

    def test_the_key_hides_the_subject(self) -> None:
        assert limits.Attempt(THREE, "a password").key.isalnum()
        assert len({Attempt(THREE, name).key for name in ("ada", "Ada", "\0", "\ud800", "")}) == 5

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
    def test_the_time_to_wait(self, seconds: int, wait: str) -> None:
        error = TooOften(seconds)
        assert (error.wait, error.seconds) == (wait, max(1, seconds))


class TestLoginAttempts:
    def test_one_account_from_one_network_is_limited(self, counts: Counts) -> None:
        maximum = ONE_ACCOUNT_FROM_A_NETWORK.max_attempts
        assert [log_in(counts, "ada", HERE) for _ in range(maximum + 5)] == [True] * maximum + [
            False
        ] * 5
        assert log_in(counts, "ada", THERE)
        # Refused attempts did not count for other accounts of the same network.
        assert log_in(counts, "grace", HERE)
        assert log_in(counts, "ada", HERE, NOON + timedelta(minutes=15))

    def test_many_names_from_one_network_are_limited(self, counts: Counts) -> None:
        maximum = FROM_A_NETWORK.max_attempts
        few = ONE_ACCOUNT_FROM_A_BUSY_NETWORK.max_attempts
        assert all(log_in(counts, f"name {number}", HERE) for number in range(maximum))
        assert [log_in(counts, "ada", HERE) for _ in range(few + 2)] == [True] * few + [False] * 2
        assert log_in(counts, "ada", THERE)
        assert log_in(counts, "ada", HERE, NOON + FROM_A_NETWORK.window)

    def test_many_wrong_names_do_not_lock_out_another_user(self, counts: Counts) -> None:
        for number in range(3 * FROM_A_NETWORK.max_attempts):
            log_in(counts, f"name {number}", HERE)
        for _ in range(3 * ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
            assert log_in(counts, "ada", HERE)
            limits.refund(counts, limits.login_attempts("ada", HERE))

    def test_own_logins_give_no_attempts_at_a_busy_network(self, counts: Counts) -> None:
        for number in range(FROM_A_NETWORK.max_attempts):
            log_in(counts, f"name {number}", HERE)
        for _ in range(FROM_A_NETWORK.max_attempts):
            assert log_in(counts, "eve", HERE)
            limits.refund(counts, limits.login_attempts("eve", HERE))
        few = ONE_ACCOUNT_FROM_A_BUSY_NETWORK.max_attempts
        assert [log_in(counts, "ada", HERE) for _ in range(few + 1)] == [True] * few + [False]

    @pytest.mark.parametrize(
        "address", [BEHIND_A_PROXY, "127.0.0.1", "100.64.0.1", "::1", "fd00::1", "unknown", ""]
    )
    def test_a_shared_address_does_not_lock_out_other_users(
        self, counts: Counts, address: str
    ) -> None:
        for number in range(2 * FROM_A_NETWORK.max_attempts):
            assert log_in(counts, f"name {number}", address)
        for _ in range(2 * ONE_ACCOUNT_FROM_A_NETWORK.max_attempts):
            log_in(counts, "eve", address)
        assert not log_in(counts, "eve", address)
        assert log_in(counts, "ada", address)

    def test_one_account_from_many_networks_is_limited(self, counts: Counts) -> None:
        done = [
            log_in(counts, "ada", f"8.8.{number}.8")
            for number in range(ONE_ACCOUNT.max_attempts + 1)
        ]
        assert done == [True] * ONE_ACCOUNT.max_attempts + [False]
        assert log_in(counts, "grace", "8.8.0.8")

    def test_successful_logins_leave_no_count(self, counts: Counts) -> None:
        for _ in range(2 * ONE_ACCOUNT.max_attempts):
            limits.consume(counts, limits.login_attempts("ada", HERE), NOON)
            limits.refund(counts, limits.login_attempts("ada", HERE))
        assert counts.total() == 0

    @pytest.mark.parametrize(
        ("limit", "max_attempts", "minutes"),
        [
            (ONE_ACCOUNT_FROM_A_NETWORK, 10, 15),
            (FROM_A_NETWORK, 30, 15),
            (ONE_ACCOUNT_FROM_A_BUSY_NETWORK, 3, 15),
            (ONE_ACCOUNT, 100, 60),
        ],
    )
    def test_the_limits(self, limit: Limit, max_attempts: int, minutes: int) -> None:
        assert (limit.max_attempts, limit.window) == (max_attempts, timedelta(minutes=minutes))

    def test_the_actions_are_counted_separately(self) -> None:
        keys = {
            Attempt(limit, "ada").key
            for limit in (
                *(ONE_ACCOUNT_FROM_A_NETWORK, FROM_A_NETWORK),
                *(ONE_ACCOUNT_FROM_A_BUSY_NETWORK, ONE_ACCOUNT),
            )
        }
        assert len(keys) == 4


class TestNetworkAttempts:
    def test_the_attempts_of_a_global_network_are_counted(self) -> None:
        (attempt,) = limits.network_attempts(THREE, "2001:4860:4860:0:1:2:3:4")
        assert attempt == Attempt(THREE, "2001:4860:4860::")

    @pytest.mark.parametrize(
        "address",
        [
            *("10.0.0.2", "127.0.0.1", "172.17.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1"),
            *("::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.2", "unknown", ""),
        ],
    )
    def test_a_shared_address_is_not_limited(self, address: str) -> None:
        assert limits.network_attempts(THREE, address) == ()


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
    def test_the_network_of_an_address(self, address: str, network: str) -> None:
        assert limits.network(address) == network

    @given(st.text(max_size=60), st.ip_addresses().map(str) | st.text(max_size=60))
    @settings(max_examples=50)
    def test_any_name_and_address_have_a_key(self, name: str, address: str) -> None:
        assert all(len(attempt.key) == 64 for attempt in limits.login_attempts(name, address))
