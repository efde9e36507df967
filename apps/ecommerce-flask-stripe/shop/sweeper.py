"""Sweeps open payments and refunds again and again, in a thread of each serving process."""

from collections.abc import Sequence

from flask import Flask

from appkit.flask.database import database_of
from appkit.sweeper import Sweeper
from shop import payments, refunds
from shop.checkout import CHECKOUT
from shop.models import now

SWEEP_SECONDS = "SWEEP_SECONDS"
"""Key of `app.config`: seconds between two sweeps."""


def sweepers(app: Flask) -> Sequence[Sweeper]:
    if app.config[CHECKOUT] is None:
        return ()

    def sweep() -> None:
        with database_of(app).session() as session:
            payments.sweep(session, app.config[CHECKOUT], now())
            refunds.sweep(session, app.config[CHECKOUT], now())

    return (Sweeper(sweep, app.config[SWEEP_SECONDS]),)
