"""The set-up that the tests of all applications share."""

from pathlib import Path
from tempfile import gettempdir

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir


def use_reproducible_examples() -> None:
    """Configures Hypothesis so that the outcome of a run depends only on the commit.

    The examples are derived from the test, there is no deadline, and no result is kept for the next
    run. All examples of a test share its fixtures, so no example may depend on another one.
    """
    # The default folder is beside the tests, and read-only in an image.
    set_hypothesis_home_dir(Path(gettempdir()) / "hypothesis")
    settings.register_profile(
        "commit",
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile("commit")
