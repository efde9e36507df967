"""Admins: creating one, signing in, and how often somebody may try."""

import re
import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from shop.models import ADDRESS_LENGTH, NAME_LENGTH, Admin, LoginAttempt

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 5
"""Failures within the window, from one address on one name."""
TRIES_PER_ADDRESS = 20
"""Failures within the window, from one address on whatever names."""

_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{1,{NAME_LENGTH - 1}}}")


class WrongPasswordError(Exception):
    """The name or the password is wrong; it is not said which."""


class TooManyAttemptsError(Exception):
    """Too many failures; `wait` is how long until the next try can count."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"too many attempts, wait {wait}")
        self.wait = wait


def create_admin(session: Session, name: str) -> str:
    """Store an admin and return the new password, which is kept nowhere. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"a name has 2 to {NAME_LENGTH} lower-case letters, digits, dots, hyphens, underscores"
        )
    password = secrets.token_urlsafe(18)
    session.add(Admin(name=name, password_hash=generate_password_hash(password)))
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise ValueError(f"there is an admin {name} already") from error
    return password


def sign_in(session: Session, name: str, password: str, address: str, now: datetime) -> Admin:
    """The admin whose password this is. Commits. Raises WrongPasswordError, TooManyAttemptsError.

    The try is written down before it is judged, so that many at once can't slip past the limit.
    """
    # What can't be a name is counted too, as the empty one.
    name = name if _NAME.fullmatch(name) else ""
    address = address[:ADDRESS_LENGTH]
    session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - WINDOW))
    attempt = LoginAttempt(name=name, address=address, at=now)
    session.add(attempt)
    session.commit()

    wait = _wait(session, name, address, now)
    if wait is not None:
        # A refused try is no try: knocking on a locked door does not keep it locked.
        session.delete(attempt)
        session.commit()
        raise TooManyAttemptsError(wait)

    admin = session.scalar(select(Admin).where(Admin.name == name))
    # A hash is checked for an unknown name too, or the time taken would tell the names.
    if not check_password_hash(admin.password_hash if admin else _nobody(), password) or not admin:
        raise WrongPasswordError
    mine = LoginAttempt.name == name, LoginAttempt.address == address
    session.execute(delete(LoginAttempt).where(*mine))
    session.commit()
    return admin


def _wait(session: Session, name: str, address: str, now: datetime) -> timedelta | None:
    here = LoginAttempt.address == address
    for limit, tries in (
        (TRIES_PER_NAME, (here, LoginAttempt.name == name)),
        (TRIES_PER_ADDRESS, (here,)),
    ):
        counted = select(func.count(), func.min(LoginAttempt.at)).where(*tries)
        count, oldest = session.execute(counted).one()
        if count > limit:
            return oldest + WINDOW - now
    return None


@cache
def _nobody() -> str:
    return generate_password_hash(secrets.token_urlsafe(18))
