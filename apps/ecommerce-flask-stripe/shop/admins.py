"""Admins: creating accounts, passwords, signing in."""

import re
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from appkit import limits, sign_in_log
from appkit.flask import passwords
from appkit.flask.limits import Counts
from shop.models import NAME_LENGTH, Admin, AdminSession, Allowance

_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{1,{NAME_LENGTH - 1}}}")


class WrongPasswordError(Exception):
    """The name or the password is wrong. It does not reveal which."""


def create_admin(session: Session, name: str) -> str:
    """Stores an admin with a new password and returns that password. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"a name has 2 to {NAME_LENGTH} lower-case letters, digits, dots, hyphens, underscores"
        )
    password = _new_password()
    session.add(Admin(name=name, password_hash=passwords.hash_password(password)))
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise ValueError(f"there is already an admin {name}") from error
    return password


def reset_password(session: Session, name: str) -> str:
    """Sets and returns a new password, and ends all sessions of the admin. Raises ValueError."""
    admin = session.scalar(select(Admin).where(Admin.name == name))
    if admin is None:
        raise ValueError(f"there is no admin {name}")
    password = _new_password()
    admin.password_hash = passwords.hash_password(password)
    session.execute(delete(AdminSession).where(AdminSession.admin_id == admin.id))
    session.commit()
    return password


def sign_in(session: Session, name: str, password: str, address: str, now: datetime) -> Admin:
    """The admin with this name and password. Commits. Raises WrongPasswordError and TooOften.

    The admin is locked until the caller commits, so that no session begins with a password that is
    reset meanwhile.
    """
    counts, attempts = Counts(session, Allowance), limits.login_attempts(name, address)
    try:
        limits.consume(counts, attempts, now)
    except limits.TooOften:
        sign_in_log.log_failure("too many attempts", address)
        raise
    # Postgres raises an error for some characters, so only a valid name is looked up.
    valid_name = name if _NAME.fullmatch(name) else ""
    admin = session.scalar(select(Admin).where(Admin.name == valid_name))
    number, stored = (admin.id, admin.password_hash) if admin else (None, None)
    if not passwords.verify_password(stored, password):
        sign_in_log.log_failure("wrong name or password", address, number)
        raise WrongPasswordError
    limits.refund(counts, attempts)
    unchanged = (Admin.id == number, Admin.password_hash == stored)
    locked = session.scalar(
        select(Admin).where(*unchanged).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if locked is None:
        # The password has just been reset.
        raise WrongPasswordError
    return locked


def _new_password() -> str:
    return secrets.token_urlsafe(18)
