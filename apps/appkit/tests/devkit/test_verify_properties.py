"""Property tests run beside the other tests, on a database of their own, and every one counts."""

from pathlib import Path

import pytest

from devkit import verify

from .conftest import passed, verdicts

TESTS = """
import os

from hypothesis import given, strategies


def test_example():
    assert os.environ["DATABASE_URL"] == "postgres://server/shop"


@given(strategies.just({bound}))
def test_property(number):
    assert number < 1
    assert os.environ["DATABASE_URL"] == "postgres://server/shop_properties"
"""


@pytest.fixture
def project(passing: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", "postgres://server/shop")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p pytest_cov.plugin -p _hypothesis_pytestplugin")
    return passing


def write_tests(project: Path, bound: int) -> None:
    text = f"from shop import TWO as TWO\n{TESTS.format(bound=bound)}"
    (project / "tests" / "test_two.py").write_text(text)


def test_each_test_runs_in_one_of_the_two(project: Path) -> None:
    write_tests(project, bound=0)
    assert verify.main(["pytest", verify.PROPERTY_TESTS]) == 0
    assert passed(project / "junit.xml") == {"test_example"}
    assert passed(project / "properties.xml") == {"test_property"}


def test_a_property_that_does_not_hold_fails_the_run(project: Path) -> None:
    write_tests(project, bound=1)
    assert verify.main(["pytest", verify.PROPERTY_TESTS]) == 1
    assert verdicts(project) == {"pytest": True, verify.PROPERTY_TESTS: False, "coverage": True}


def test_an_application_may_have_no_property_test(passing: Path) -> None:
    assert verify.main([verify.PROPERTY_TESTS]) == 0
    assert verdicts(passing) == {verify.PROPERTY_TESTS: True}
