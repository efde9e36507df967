"""Admins: creating one, and signing in."""

import re
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from appkit import limits
from appkit.flask import passwords
from appkit.flask.limits import Counts
from shop.models import NAME_LENGTH, Admin, AdminSession, Allowance

_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{1,{NAME_LENGTH - 1}}}")


class WrongPasswordError(Exception):
    """The name or the password is wrong; it is not said which."""


def create_admin(session: Session, name: str) -> str:
    """Store an admin and return the new password, which is kept nowhere. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"a name has 2 to {NAME_LENGTH} lower-case letters, digits, dots, hyphens, underscores"
        )
    password = _new_password()
    session.add(Admin(name=name, password_hash=passwords.hashed(password)))
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise ValueError(f"there is an admin {name} already") from error
    return password


def reset_password(session: Session, name: str) -> str:
    """Give an admin another password, return it, and end all their sessions. Raises ValueError."""
    admin = session.scalar(select(Admin).where(Admin.name == name))
    if admin is None:
        raise ValueError(f"there is no admin {name}")
    password = _new_password()
    admin.password_hash = passwords.hashed(password)
    session.execute(delete(AdminSession).where(AdminSession.admin_id == admin.id))
    session.commit()
    return password


def sign_in(session: Session, name: str, password: str, address: str, now: datetime) -> Admin:
    """The admin whose password this is. Commits. Raises WrongPasswordError, `limits.TooOften`."""
    counts, attempts = Counts(session, Allowance), limits.login_attempts(name, address)
    limits.consume(counts, attempts, now)
    # What can't be a name is not asked for: Postgres refuses some of it.
    known = name if _NAME.fullmatch(name) else ""
    admin = session.scalar(select(Admin).where(Admin.name == known))
    fits = passwords.matches(admin.password_hash if admin else None, password)
    if admin is None or not fits:
        raise WrongPasswordError
    limits.refund(counts, attempts)
    return admin


def _new_password() -> str:
    return secrets.token_urlsafe(18)
