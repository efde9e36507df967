"""Sweeps the open payments again and again, in a thread of each serving process."""

from flask import Flask

from appkit.flask.database import database_of
from appkit.sweeper import Sweeper
from shop import payments
from shop.checkout import CHECKOUT
from shop.models import now

SWEEP_SECONDS = "SWEEP_SECONDS"
"""Key of `app.config`: seconds between two sweeps; without it there are none."""


def sweep_regularly(app: Flask) -> None:
    """Sweeps from the first request on: a command that loads the application does not."""
    if not app.config.get(SWEEP_SECONDS) or app.config[CHECKOUT] is None:
        return

    def sweep() -> None:
        with database_of(app).session() as session:
            payments.sweep(session, app.config[CHECKOUT], now())

    sweeper = Sweeper(sweep, app.config[SWEEP_SECONDS])

    @app.before_request
    def wake() -> None:
        sweeper.wake()
