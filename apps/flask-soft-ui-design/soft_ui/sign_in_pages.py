"""The pages for signing up, in and out; the rules are in `accounts`."""

import re
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, current_app, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appkit import limits
from appkit.flask import sessions
from appkit.flask.database import session
from appkit.flask.limits import Counts
from appkit.limits import TooOften
from soft_ui import accounts, fields
from soft_ui.accounts import Draft
from soft_ui.models import Account, Allowance, Login
from soft_ui.responses import see_other, too_often

pages = Blueprint("accounts", __name__)

SIGN_UPS_PER_HOUR = "SIGN_UPS_PER_HOUR"
"""Key of `app.config`: the number of accounts that one network can create in an hour."""

_PATH = re.compile(r"(?:/[a-z0-9-]+)*/")


@pages.get("/sign-up/")
def sign_up_form() -> ResponseReturnValue:
    if g.login:
        return see_other(url_for("profile.show"))
    return _render_sign_up(Draft(), {})


@pages.post("/sign-up/")
def sign_up() -> ResponseReturnValue:
    if g.login:
        return see_other(url_for("profile.show"))
    draft = accounts.read_form(request.form)
    problems = accounts.problems(draft)
    if problems:
        return _render_sign_up(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    now = datetime.now(UTC)
    allowed = accounts.sign_ups(current_app.config[SIGN_UPS_PER_HOUR])
    attempts = limits.network_attempts(allowed, request.remote_addr or "")
    try:
        limits.consume(Counts(session(), Allowance), attempts, now)
    except TooOften as error:
        return _render_sign_up(draft, {}, error), *too_often(error)
    accounts.register(session(), draft, now)
    # The same response for an address that has an account already, so that it reveals nothing.
    flash("Your account is ready, unless this address had one. Sign in with your password.")
    return see_other(url_for("accounts.sign_in_form"))


@pages.get("/sign-in/")
def sign_in_form() -> ResponseReturnValue:
    if g.login:
        return see_other(url_for("profile.show"))
    return _render_sign_in(Draft(), {})


@pages.post("/sign-in/")
def sign_in() -> ResponseReturnValue:
    draft = accounts.read_form(request.form)
    problems = fields.only_problems(
        email=None if draft.email else "Enter the address of your account.",
        password=None if draft.password else "Enter your password.",
    )
    if problems:
        return _render_sign_in(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        account = accounts.authenticate(
            session(), draft, request.remote_addr or "", datetime.now(UTC)
        )
    except TooOften as error:
        return _render_sign_in(draft, {}, error), *too_often(error)
    except accounts.WrongPassword:
        wrong = {"password": "The address or the password is wrong."}
        return _render_sign_in(draft, wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    _start_session(account, remember=draft.remember)
    flash(f"Welcome back, {account.name}.")
    return see_other(request.script_root + _next())


@pages.post("/sign-out/")
def sign_out() -> ResponseReturnValue:
    sessions.end(Login)
    session().commit()
    flash("You are signed out.")
    return see_other(url_for("pages.landing"))


def _start_session(account: Account, *, remember: bool) -> None:
    lifetime = accounts.REMEMBERED_SESSION_LIFETIME if remember else accounts.SESSION_LIFETIME
    sessions.begin(Login(account_id=account.id), lifetime, remember=remember)
    session().commit()


def _next() -> str:
    """The path in `next` if it is a path of this site, or else the profile."""
    path = request.values.get("next", "")
    return path if _PATH.fullmatch(path) else "/profile/"


def _render_sign_up(draft: Draft, problems: dict[str, str], refusal: TooOften | None = None) -> str:
    return render_template("sign-up.html", draft=draft, problems=problems, refusal=refusal)


def _render_sign_in(draft: Draft, problems: dict[str, str], refusal: TooOften | None = None) -> str:
    return render_template(
        "sign-in.html", draft=draft, problems=problems, refusal=refusal, next=_next()
    )
