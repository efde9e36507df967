"""Lock files are read as pip reads them, and no requirement is skipped."""

import pytest

from wheels.locks import Pin, pins, rounds

HASHES = "--hash=sha256:aa --hash=sha256:bb"


def test_a_lock_file_is_read() -> None:
    lock = """
# a header
flask==3.1.3 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r requirements.in
psycopg[binary]==3.3.9 --hash=sha256:aa --hash=sha256:bb
Typing-Extensions==4.16.0 ; sys_platform == 'win32' \\
    --hash=sha256:aa --hash=sha256:bb
"""
    assert list(pins(lock)) == [
        (3, Pin("flask", "3.1.3", f"flask==3.1.3 {HASHES}")),
        (7, Pin("psycopg", "3.3.9", f"psycopg[binary]==3.3.9 {HASHES}")),
        (8, Pin("typing_extensions", "4.16.0", f"Typing-Extensions==4.16.0 {HASHES}")),
    ]


@pytest.mark.parametrize(
    "line",
    ["flask", "flask>=3", "flask==3.1.3", "-r other.txt", "git+https://example.org/a.git#egg=a"],
)
def test_a_requirement_without_a_version_and_hashes_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 "):
        list(pins(f"# a comment\n{line}\n"))


def test_each_list_has_one_version_of_a_distribution() -> None:
    old, new, other = Pin("a", "1", "a==1"), Pin("a", "2", "a==2"), Pin("b", "1", "b==1")
    assert rounds([other, new, old, other]) == [[old, other], [new]]
