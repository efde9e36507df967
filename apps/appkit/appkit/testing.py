"""What the tests of every application begin with, whatever its framework."""

from pathlib import Path
from tempfile import gettempdir

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir


def the_same_examples_each_time() -> None:
    """Sets Hypothesis up for what decides about a commit: a verdict tells of the commit alone.

    Examples follow from the test itself, a slow machine is no failure, and nothing is kept for the
    next run. A test's fixtures serve all its examples: no property may depend on the others.
    """
    # In an image the folder of the tests is read-only.
    set_hypothesis_home_dir(Path(gettempdir()) / "hypothesis")
    settings.register_profile(
        "commit",
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile("commit")
