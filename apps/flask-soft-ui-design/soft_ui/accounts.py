"""The rules for accounts: signing up, signing in, passwords and sessions."""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from appkit import limits, sign_in_log
from appkit.flask import passwords, sessions, upsert
from appkit.flask.limits import Counts
from appkit.limits import Limit, TooOften
from soft_ui import fields
from soft_ui.models import Account, Allowance, Login

SESSION_LIFETIME = timedelta(hours=12)
REMEMBERED_SESSION_LIFETIME = timedelta(days=30)

_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone|iPad": "iOS",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
# The first match counts, because most browsers also name Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
    "curl": "curl",
}


class WrongPassword(Exception):
    """The address or the password is wrong. It does not reveal which."""


@dataclass(frozen=True)
class Draft:
    """The fields of the sign-up or sign-in form."""

    name: str = ""
    email: str = ""
    password: str = ""
    remember: bool = False


def read_form(form: Mapping[str, str]) -> Draft:
    """Reads `name`, `email`, `password` and `remember`. A missing field counts as empty."""
    return Draft(
        fields.read_name(form),
        fields.read(form, "email").lower(),
        read_password(form, "password"),
        "remember" in form,
    )


def read_password(form: Mapping[str, str], name: str) -> str:
    """A password, normalized so that it does not depend on the keyboard."""
    return unicodedata.normalize("NFC", form.get(name, ""))


def problems(draft: Draft) -> dict[str, str]:
    """The problems of a new account, by field."""
    return fields.only_problems(
        name=fields.check_name(draft.name),
        email=fields.check_email(draft.email),
        password=passwords.check_password(draft.password, draft.name, draft.email),
    )


def sign_ups(per_hour: int) -> Limit:
    """The limit for new accounts from one network."""
    return Limit("sign up", per_hour, timedelta(hours=1))


def create(session: Session, draft: Draft, now: datetime) -> Account | None:
    """Creates an account from a draft without problems. None if the address has an account.

    Pages for visitors use `register`, which does not reveal that.
    """
    if session.scalar(select(Account.id).where(Account.email == draft.email)) is not None:
        return None
    account = Account(**_columns(draft, now))
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another replica has just created it.
        session.rollback()
        return None
    return account


def register(session: Session, draft: Draft, now: datetime) -> None:
    """Creates an account from a draft without problems, unless its address has one; commits.

    Neither the result nor the time reveals whether the address has an account: a hash is computed
    and a row is written in both cases.
    """
    statement = upsert.insert(session, Account).values(**_columns(draft, now))
    unchanged = {"email": statement.excluded.email}
    session.execute(statement.on_conflict_do_update(index_elements=["email"], set_=unchanged))
    session.commit()


def create_user(session: Session, name: str, email: str, now: datetime) -> str:
    """Creates an account with a new password and returns that password; commits.

    Raises ValueError with the reason why there is no new account.
    """
    form = {"name": name, "email": email, "password": secrets.token_urlsafe(15)}
    draft = read_form(form)
    if found := problems(draft):
        raise ValueError(" ".join(found.values()))
    if create(session, draft, now) is None:
        raise ValueError(f"there is already an account for {draft.email}: use another address")
    session.commit()
    return draft.password


def _columns(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "name": draft.name,
        "email": draft.email,
        "password": passwords.hash_password(draft.password),
        "created": now,
    }


def authenticate(session: Session, draft: Draft, address: str, now: datetime) -> Account:
    """The account with the draft's address and password. Commits.

    The account is locked until the caller commits, so that its password cannot change between this
    check and what it permits. Raises `WrongPassword` and `TooOften`.
    """
    counts, attempts = Counts(session, Allowance), limits.login_attempts(draft.email, address)
    try:
        limits.consume(counts, attempts, now)
    except TooOften:
        sign_in_log.log_failure("too many attempts", address)
        raise
    account = None
    if fields.is_printable(draft.email):
        account = session.scalar(select(Account).where(Account.email == draft.email))
    number, stored = (account.id, account.password) if account else (None, None)
    if not passwords.verify_password(stored, draft.password):
        sign_in_log.log_failure("wrong name or password", address, number)
        raise WrongPassword
    limits.refund(counts, attempts)
    unchanged = (Account.id == number, Account.password == stored)
    locked = session.scalar(
        select(Account).where(*unchanged).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if locked is None:
        # Another request has just changed the password or deleted the account.
        raise WrongPassword
    return locked


def change_password(session: Session, login: Login, password: str) -> None:
    """Sets a new password, and ends all sessions but this one, which is renewed; commits."""
    login.account.password = passwords.hash_password(password)
    end_others(session, login)
    sessions.renew(login)
    session.commit()


def logins(session: Session, account: Account, now: datetime) -> Sequence[Login]:
    """The sessions of an account that have not expired, the last used first."""
    query = (
        select(Login)
        .where(Login.account_id == account.id, Login.expires > now)
        .order_by(Login.seen.desc(), Login.id.desc())
        .limit(sessions.MAX_SESSIONS)
    )
    return session.scalars(query).all()


def end_login(session: Session, account: Account, number: int) -> bool:
    """Ends one session of an account. Returns whether it existed; the caller commits."""
    condition = (Login.account_id == account.id, Login.id == number)
    ended = session.scalar(delete(Login).where(*condition).returning(Login.id))
    return ended is not None


def end_others(session: Session, login: Login) -> int:
    """Ends the account's other sessions. Returns their number; the caller commits."""
    others = (Login.account_id == login.account_id, Login.id != login.id)
    return len(session.scalars(delete(Login).where(*others).returning(Login.id)).all())


def device_name(user_agent: str) -> str:
    """A readable name for a User-Agent header, such as "Firefox on Linux"."""

    def first_match(names: Mapping[str, str]) -> str | None:
        return next(
            (name for pattern, name in names.items() if re.search(pattern, user_agent)), None
        )

    browser, system = first_match(_BROWSERS), first_match(_SYSTEMS)
    return " on ".join(filter(None, (browser, system))) or "An unknown browser"
