"""The log of failed attempts to sign in, by which an operator sees an attack."""

import logging
from typing import Literal

type Reason = Literal["wrong name or password", "too many attempts"]

logger = logging.getLogger(__name__)


def log_failure(reason: Reason, client: str, account: int | None = None) -> None:
    """Logs an attempt from the address `client`; `account` is the ID of an existing account.

    Neither what was typed as a password nor what was typed as a name is logged: users sometimes
    type a password in the field of the name.
    """
    fields = {"client": client, "account": account, "reason": reason}
    logger.warning("a sign-in failed: %s", reason, extra={"fields": fields})
