"""The profile of a signed-in visitor: name, password, sessions, favourites, deletion."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appkit.flask import passwords, sessions
from appkit.flask.database import session
from appkit.limits import TooOften
from soft_ui import accounts, catalogue, fields
from soft_ui.accounts import Draft
from soft_ui.login import login_required
from soft_ui.models import Account, Login
from soft_ui.responses import see_other, too_often
from soft_ui.sign_in_pages import sign_out

pages = Blueprint("profile", __name__, url_prefix="/profile")


@pages.get("/")
@login_required
def show() -> ResponseReturnValue:
    return _render_profile({})


@pages.post("/name/")
@login_required
def rename() -> ResponseReturnValue:
    name = fields.read_name(request.form)
    if problem := fields.check_name(name):
        return _render_profile({"name": problem}, name=name), HTTPStatus.UNPROCESSABLE_ENTITY
    g.login.account.name = name
    session().commit()
    return _back_to_profile("Your name is changed.")


@pages.post("/password/")
@login_required
def change_password() -> ResponseReturnValue:
    account: Account = g.login.account
    new_password = accounts.read_password(request.form, "new_password")
    try:
        problems = _check_current_password("password")
    except TooOften as error:
        return _render_profile({}, refusal=error), *too_often(error)
    problems |= fields.only_problems(
        new_password=passwords.check_password(new_password, account.name, account.email)
    )
    if problems:
        return _render_profile(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    accounts.change_password(session(), g.login, new_password)
    return _back_to_profile("Your password is changed, and every other session has ended.")


@pages.post("/sessions/<int:number>/end/")
@login_required
def end_login(number: int) -> ResponseReturnValue:
    if number == g.login.id:
        return sign_out()
    # Postgres raises an error for a number beyond the range of the column.
    if number >= 2**31 or not accounts.end_login(session(), g.login.account, number):
        abort(HTTPStatus.NOT_FOUND, "This session has ended already, or is not yours.")
    session().commit()
    return _back_to_profile("The session has ended.")


@pages.post("/sessions/end/")
@login_required
def end_others() -> ResponseReturnValue:
    ended = accounts.end_others(session(), g.login)
    session().commit()
    return _back_to_profile(
        f"{ended} other {'session has' if ended == 1 else 'sessions have'} ended."
    )


@pages.post("/delete/")
@login_required
def delete() -> ResponseReturnValue:
    try:
        problems = _check_current_password("confirmation")
    except TooOften as error:
        return _render_profile({}, refusal=error), *too_often(error)
    if problems:
        return _render_profile(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    account: Account = g.login.account
    sessions.end(Login)
    session().delete(account)
    session().commit()
    flash("Your account and all its sessions are deleted.")
    return see_other(url_for("pages.landing"))


def _check_current_password(field: str) -> dict[str, str]:
    """Checks the current password in a field; the attempt counts as an attempt to sign in.

    Returns the problem of the field, if any. Raises `TooOften`.
    """
    draft = Draft(email=g.login.account.email, password=accounts.read_password(request.form, field))
    try:
        accounts.authenticate(session(), draft, request.remote_addr or "", datetime.now(UTC))
    except accounts.WrongPassword:
        return {field: "This is not your password."}
    return {}


def _back_to_profile(message: str) -> ResponseReturnValue:
    flash(message)
    return see_other(url_for("profile.show"))


def _render_profile(problems: dict[str, str], **values: Any) -> str:
    shown = {"name": g.login.account.name, "refusal": None} | values
    return render_template(
        "profile.html",
        problems=problems,
        current=g.login,
        logins=accounts.logins(session(), g.login.account, datetime.now(UTC)),
        favourites=catalogue.favourites(session(), g.login.account),
        device_name=accounts.device_name,
        **shown,
    )
