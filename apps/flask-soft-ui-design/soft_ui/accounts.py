"""The rules for accounts: signing up, signing in, passwords and sessions."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from appkit import limits
from appkit.flask import passwords
from appkit.flask.limits import Counts
from appkit.limits import Limit
from soft_ui import fields
from soft_ui.models import Account, Allowance, Login

PASSWORD_LENGTH = (10, 200)
MIN_DIFFERENT_CHARACTERS = 5
"""In a password."""

SESSION_LIFETIME = timedelta(hours=12)
REMEMBERED_SESSION_LIFETIME = timedelta(days=30)
MAX_LOGINS = 20
"""Sessions of one account. Another login ends the least recently used one."""

EMAIL_TAKEN = "There is already an account with this address. Sign in, or use another address."

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
        fields.read(form, "name"),
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
        password=check_password(draft.password, draft.email),
    )


def check_password(password: str, email: str) -> str | None:
    """The problem of a password for the account with this address, or None."""
    if not fields.within(password, PASSWORD_LENGTH):
        return f"Choose a password of 10 to 200 characters; these are {len(password)}."
    if len(set(password)) < MIN_DIFFERENT_CHARACTERS:
        return f"Choose one with at least {MIN_DIFFERENT_CHARACTERS} different characters."
    if password.lower() == email:
        return "Choose one that is not your address."
    return None


def sign_ups(per_hour: int) -> Limit:
    """The limit for new accounts from one network."""
    return Limit("sign up", per_hour, timedelta(hours=1))


def create(session: Session, draft: Draft, now: datetime) -> Account | None:
    """Creates an account from a draft without problems. None if the address has an account."""
    if session.scalar(select(Account.id).where(Account.email == draft.email)) is not None:
        return None
    account = Account(
        name=draft.name,
        email=draft.email,
        password=passwords.hash_password(draft.password),
        created=now,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another replica has just created it.
        session.rollback()
        return None
    return account


def authenticate(session: Session, draft: Draft, address: str, now: datetime) -> Account:
    """The account with the draft's address and password. Commits.

    Raises `WrongPassword` and `TooOften`.
    """
    counts, attempts = Counts(session, Allowance), limits.login_attempts(draft.email, address)
    limits.consume(counts, attempts, now)
    account = None
    if fields.check_email(draft.email) is None:
        account = session.scalar(select(Account).where(Account.email == draft.email))
    # No password is longer, and hashing a longer text would only waste time.
    password = draft.password[: PASSWORD_LENGTH[1] + 1]
    is_right = passwords.verify_password(account.password if account else None, password)
    if account is None or not is_right:
        raise WrongPassword
    limits.refund(counts, attempts)
    return account


def change_password(account: Account, password: str) -> None:
    """Sets a new password; the caller commits."""
    account.password = passwords.hash_password(password)


def logins(session: Session, account: Account) -> Sequence[Login]:
    """The sessions of an account, the last used first."""
    query = select(Login).where(Login.account_id == account.id)
    return session.scalars(query.order_by(Login.seen.desc(), Login.id.desc())).all()


def end_login(session: Session, account: Account, number: int) -> bool:
    """Ends one session of an account. Returns whether it existed; the caller commits."""
    condition = (Login.account_id == account.id, Login.id == number)
    ended = session.scalar(delete(Login).where(*condition).returning(Login.id))
    return ended is not None


def end_others(session: Session, login: Login) -> int:
    """Ends the account's other sessions. Returns their number; the caller commits."""
    others = (Login.account_id == login.account_id, Login.id != login.id)
    return len(session.scalars(delete(Login).where(*others).returning(Login.id)).all())


def end_surplus_logins(session: Session, account: Account) -> None:
    """Ends the oldest sessions, so that one more is within the limit; the caller commits."""
    kept = (
        select(Login.id)
        .where(Login.account_id == account.id)
        .order_by(Login.seen.desc(), Login.id.desc())
        .limit(MAX_LOGINS - 1)
    )
    session.execute(
        delete(Login).where(Login.account_id == account.id, Login.id.not_in(kept)),
        execution_options={"synchronize_session": False},
    )


def device_name(user_agent: str) -> str:
    """A readable name for a User-Agent header, such as "Firefox on Linux"."""

    def first_match(names: Mapping[str, str]) -> str | None:
        return next(
            (name for pattern, name in names.items() if re.search(pattern, user_agent)), None
        )

    browser, system = first_match(_BROWSERS), first_match(_SYSTEMS)
    return " on ".join(filter(None, (browser, system))) or "An unknown browser"
