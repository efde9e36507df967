"""Accounts: who may have one, and who may get in."""

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
LEAST_DIFFERENT = 5
"""Characters of a password that differ from each other."""

LASTS = timedelta(hours=12)
LASTS_REMEMBERED = timedelta(days=30)
MOST_LOGINS = 20
"""Sessions of one account; the one that was used longest ago ends."""

TAKEN = "There is an account with this address already. Sign in, or take another one."

_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone|iPad": "iOS",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
# The first that is named counts: most of them call themselves Safari, too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
    "curl": "curl",
}


class WrongPassword(Exception):
    """The address or the password is wrong; it is not said which."""


@dataclass(frozen=True)
class Draft:
    """What was sent to sign up or in."""

    name: str = ""
    email: str = ""
    password: str = ""
    remember: bool = False


def clean(form: Mapping[str, str]) -> Draft:
    """The fields `name`, `email`, `password` and `remember`; absent ones are empty."""
    return Draft(
        fields.read(form, "name"),
        fields.read(form, "email").lower(),
        read_password(form, "password"),
        "remember" in form,
    )


def read_password(form: Mapping[str, str], name: str) -> str:
    """A password as it was typed, however the keyboard composed its characters."""
    return unicodedata.normalize("NFC", form.get(name, ""))


def problems(draft: Draft) -> dict[str, str]:
    """What keeps a draft from becoming an account, by the form's field."""
    return fields.found(
        name=fields.check_name(draft.name),
        email=fields.check_email(draft.email),
        password=check_password(draft.password, draft.email),
    )


def check_password(password: str, email: str) -> str | None:
    """What is wrong with a password for the account of an address, if anything."""
    if not fields.within(password, PASSWORD_LENGTH):
        return f"Choose a password of 10 to 200 characters; these are {len(password)}."
    if len(set(password)) < LEAST_DIFFERENT:
        return f"Choose one with at least {LEAST_DIFFERENT} different characters."
    if password.lower() == email:
        return "Choose one that is not your address."
    return None


def sign_ups(per_hour: int) -> Limit:
    """How many accounts one network may make."""
    return Limit("sign up", per_hour, timedelta(hours=1))


def create(session: Session, draft: Draft, now: datetime) -> Account | None:
    """A new account of a draft without problems, or none where the address has one."""
    if session.scalar(select(Account.id).where(Account.email == draft.email)) is not None:
        return None
    account = Account(
        name=draft.name,
        email=draft.email,
        password=passwords.hashed(draft.password),
        created=now,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another replica was quicker.
        session.rollback()
        return None
    return account


def authenticate(session: Session, draft: Draft, address: str, now: datetime) -> Account:
    """The account that a draft's address and password are those of. Commits.

    Raises `WrongPassword` and `TooOften`.
    """
    counts, attempts = Counts(session, Allowance), limits.login_attempts(draft.email, address)
    limits.consume(counts, attempts, now)
    account = None
    if fields.check_email(draft.email) is None:
        account = session.scalar(select(Account).where(Account.email == draft.email))
    # None is longer than that: a hash of more would only take our time.
    password = draft.password[: PASSWORD_LENGTH[1] + 1]
    fits = passwords.matches(account.password if account else None, password)
    if account is None or not fits:
        raise WrongPassword
    limits.refund(counts, attempts)
    return account


def change_password(account: Account, password: str) -> None:
    """Stores a new one, once the caller commits."""
    account.password = passwords.hashed(password)


def logins(session: Session, account: Account) -> Sequence[Login]:
    """The account's sessions, the one used last first."""
    mine = select(Login).where(Login.account_id == account.id)
    return session.scalars(mine.order_by(Login.seen.desc(), Login.id.desc())).all()


def end_login(session: Session, account: Account, number: int) -> bool:
    """Ends one session of an account, once the caller commits; whether there was one."""
    mine = (Login.account_id == account.id, Login.id == number)
    ended = session.scalar(delete(Login).where(*mine).returning(Login.id))
    return ended is not None


def end_others(session: Session, login: Login) -> int:
    """Ends every other session of the same account, once the caller commits; how many."""
    others = (Login.account_id == login.account_id, Login.id != login.id)
    return len(session.scalars(delete(Login).where(*others).returning(Login.id)).all())


def make_room(session: Session, account: Account) -> None:
    """Ends the sessions that are too many once another one begins and the caller commits."""
    newest = (
        select(Login.id)
        .where(Login.account_id == account.id)
        .order_by(Login.seen.desc(), Login.id.desc())
        .limit(MOST_LOGINS - 1)
    )
    session.execute(
        delete(Login).where(Login.account_id == account.id, Login.id.not_in(newest)),
        execution_options={"synchronize_session": False},
    )


def device(agent: str) -> str:
    """What a browser calls itself, in words: "Firefox on Linux"."""

    def named(names: Mapping[str, str]) -> str | None:
        return next((name for pattern, name in names.items() if re.search(pattern, agent)), None)

    browser, system = named(_BROWSERS), named(_SYSTEMS)
    return " on ".join(filter(None, (browser, system))) or "An unknown browser"
