"""The redaction of SQL statements."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry.redaction import MAX_LENGTH, redact


class TestRedaction:
    @pytest.mark.parametrize(
        ("statement", "text"),
        [
            ('SELECT "a"."b" FROM t', 'SELECT "a"."b" FROM t'),
            ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = ?"),
            ("WHERE b = 'it''s' AND c", "WHERE b = ? AND c"),
            (r"WHERE b = E'it\'s' AND c", "WHERE b = ? AND c"),
            ("VALUES (N'a', x'ff', B'01', U&'b')", "VALUES (?, …)"),
            ("$$it's$$ || $tag$ $$ $tag$ || x", "? || ? || x"),
            ("LIMIT 25 OFFSET 1.5e-3", "LIMIT ? OFFSET ?"),
            ("a = .5 OR a = 0xFF OR a = -1", "a = ? OR a = ? OR a = -?"),
            ("a IN (%s, %s, %s)", "a IN (?, …)"),
            ("a IN (%s)", "a IN (?)"),
            ("VALUES (%s, %s), (%s, %s), (%s, %s)", "VALUES (?, …), …"),
            ("a = %(name)s OR b = $1 OR c = :name", "a = ? OR b = ? OR c = ?"),
            ("a::text", "a::text"),
            ("SELECT a -- 'secret'\nFROM t", "SELECT a FROM t"),
            ("SELECT /* a /* secret */ b */ a", "SELECT a"),
            ("SELECT a /* secret", "SELECT a"),
            ("SELECT 'secret", "SELECT ?"),
            ("SELECT $$secret", "SELECT ?"),
            ('SELECT "two words"', "SELECT ?"),
            ('SELECT "secret', "SELECT ?"),
            ('SELECT "a""b"', "SELECT ?"),
            ('SAVEPOINT "s140_x7"', "SAVEPOINT ?"),
            ("SELECT\n\t a ,  b", "SELECT a, b"),
            ("SELECT 'a' 'b'", "SELECT ? ?"),
            ("SELECT \x00\x01", "SELECT ?"),
            ("", ""),
        ],
    )
    def test_a_statement(self, statement: str, text: str) -> None:
        assert redact(statement) == text

    @given(st.text(), st.sampled_from(["'{}'", "E'{}'", "$q${}$q$", "/*{}*/", "x = '{}' AND y"]))
    @example("'; SELECT 'secret", "'{}'")
    def test_every_literal_is_removed(self, secret: str, form: str) -> None:
        marked = f"zz{secret}zz"
        escaped = marked.replace("'", "''")
        if form.startswith("E"):
            escaped = escaped.replace("\\", "\\\\")
        if form.startswith(("$", "/")):
            escaped = re.sub(r"[$*/]", "", marked)
        assert "zz" not in redact(f"WHERE a = {form.format(escaped)}")

    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
    def test_every_number_is_removed(self, number: float) -> None:
        assert not re.search(r"\d", redact(f"WHERE b = {number}"))

    @given(st.text())
    def test_any_text_is_accepted(self, text: str) -> None:
        found = redact(text)
        assert len(found) <= MAX_LENGTH
        assert redact(found.replace("…", "?")) is not None

    @given(st.integers(1, 50), st.integers(1, 50))
    def test_the_number_of_values_does_not_matter(self, some: int, more: int) -> None:
        def statement(count: int) -> str:
            return "VALUES " + ", ".join(["(%s, %s)"] * count)

        assert redact(statement(some + 1)) == redact(statement(more + 1))

    def test_a_long_statement_is_cut_off(self) -> None:
        assert len(redact("a " * MAX_LENGTH)) == MAX_LENGTH
