"""The pages of those who have an account; the rules are in `accounts`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import Conflict, HTTPException

from appkit import limits
from appkit.flask import sessions
from appkit.flask.database import session
from appkit.flask.limits import Counts
from appkit.limits import Attempt, TooOften
from soft_ui import accounts, catalogue, fields
from soft_ui.accounts import Draft
from soft_ui.models import Account, Allowance, Login

pages = Blueprint("accounts", __name__)

SIGN_UPS_PER_HOUR = "SIGN_UPS_PER_HOUR"
"""Key of `app.config`: how many accounts one network may make."""

_PATH = re.compile(r"(?:/[a-z0-9-]+)*/")


def recognise(app: Flask) -> None:
    """Each page knows who is signed in, and what is shown to them is kept by nobody else."""

    @app.before_request
    def look() -> None:
        g.login = sessions.current(Login)
        # Kept apart: an error page can still tell whether there is a visitor, without a question.
        g.visitor = g.login.account if g.login else None

    @app.context_processor
    def visitor() -> dict[str, Account | None]:
        # Nobody, where the request was refused before we looked or the database does not answer.
        return {"visitor": g.get("visitor")}

    @app.after_request
    def keep_private(response: Response) -> Response:
        if g.get("login"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def changed_meanwhile(_: Exception) -> HTTPException | ResponseReturnValue:
        return app.handle_http_exception(
            Conflict("This account has changed meanwhile. Load the page again.")
        )

    for kind in (IntegrityError, ObjectDeletedError, StaleDataError):
        app.register_error_handler(kind, changed_meanwhile)


def signed_in[**P](
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Sends those who are not signed in to do so, and back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.login is None:
            flash("Sign in to see your profile.")
            back = request.path if request.method == "GET" else url_for("accounts.profile")
            return _to(url_for("accounts.enter", next=back.removeprefix(request.script_root)))
        return view(*args, **kwargs)

    return guarded


@pages.get("/sign-up/")
def join() -> ResponseReturnValue:
    if g.login:
        return _to(url_for("accounts.profile"))
    return _sign_up(Draft(), {})


@pages.post("/sign-up/")
def create() -> ResponseReturnValue:
    draft = accounts.clean(request.form)
    problems = accounts.problems(draft)
    if problems:
        return _sign_up(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    now = datetime.now(UTC)
    allowed = accounts.sign_ups(current_app.config[SIGN_UPS_PER_HOUR])
    sign_up = Attempt(allowed, limits.network(request.remote_addr or ""))
    try:
        limits.consume(Counts(session(), Allowance), [sign_up], now)
    except TooOften as error:
        return _sign_up(draft, {}, error), *_refused(error)
    account = accounts.create(session(), draft, now)
    if account is None:
        return _sign_up(draft, {"email": accounts.TAKEN}), HTTPStatus.UNPROCESSABLE_ENTITY
    _begin(account, remember=False)
    flash(f"Welcome, {account.name}. Your account is there.")
    return _to(url_for("accounts.profile"))


@pages.get("/sign-in/")
def enter() -> ResponseReturnValue:
    if g.login:
        return _to(url_for("accounts.profile"))
    return _sign_in(Draft(), {})


@pages.post("/sign-in/")
def sign_in() -> ResponseReturnValue:
    draft = accounts.clean(request.form)
    problems = fields.found(
        email=None if draft.email else "Give the address of your account.",
        password=None if draft.password else "Give your password.",
    )
    if problems:
        return _sign_in(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        account = accounts.authenticate(
            session(), draft, request.remote_addr or "", datetime.now(UTC)
        )
    except TooOften as error:
        return _sign_in(draft, {}, error), *_refused(error)
    except accounts.WrongPassword:
        wrong = {"password": "The address or the password is wrong."}
        return _sign_in(draft, wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    _begin(account, remember=draft.remember)
    flash(f"Welcome back, {account.name}.")
    return _to(request.script_root + _next())


@pages.post("/sign-out/")
def leave() -> ResponseReturnValue:
    sessions.end(Login)
    session().commit()
    flash("You are signed out.")
    return _to(url_for("pages.landing"))


@pages.get("/profile/")
@signed_in
def profile() -> ResponseReturnValue:
    return _profile({})


@pages.post("/profile/name/")
@signed_in
def rename() -> ResponseReturnValue:
    name = fields.read(request.form, "name")
    if problem := fields.check_name(name):
        return _profile({"name": problem}, name=name), HTTPStatus.UNPROCESSABLE_ENTITY
    g.login.account.name = name
    session().commit()
    return _done("Your name is changed.")


@pages.post("/profile/password/")
@signed_in
def change_password() -> ResponseReturnValue:
    account: Account = g.login.account
    fresh = accounts.read_password(request.form, "fresh")
    try:
        problems = _confirmed("password")
    except TooOften as error:
        return _profile({}, refusal=error), *_refused(error)
    problems |= fields.found(fresh=accounts.check_password(fresh, account.email))
    if problems:
        return _profile(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    accounts.change_password(account, fresh)
    accounts.end_others(session(), g.login)
    session().commit()
    return _done("Your password is changed, and every other session has ended.")


@pages.post("/profile/sessions/<int:number>/end/")
@signed_in
def end_login(number: int) -> ResponseReturnValue:
    if number == g.login.id:
        return leave()
    # Beyond what an identifier can be, Postgres would refuse the question.
    if number >= 2**31 or not accounts.end_login(session(), g.login.account, number):
        abort(HTTPStatus.NOT_FOUND, "This session has ended already, or is not yours.")
    session().commit()
    return _done("The session has ended.")


@pages.post("/profile/sessions/end/")
@signed_in
def end_others() -> ResponseReturnValue:
    ended = accounts.end_others(session(), g.login)
    session().commit()
    return _done(f"{ended} other {'session has' if ended == 1 else 'sessions have'} ended.")


@pages.post("/profile/delete/")
@signed_in
def delete() -> ResponseReturnValue:
    try:
        problems = _confirmed("farewell")
    except TooOften as error:
        return _profile({}, refusal=error), *_refused(error)
    if problems:
        return _profile(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    account: Account = g.login.account
    sessions.end(Login)
    session().delete(account)
    session().commit()
    flash("Your account and all its sessions are gone.")
    return _to(url_for("pages.landing"))


def _begin(account: Account, *, remember: bool) -> None:
    accounts.make_room(session(), account)
    lasts = accounts.LASTS_REMEMBERED if remember else accounts.LASTS
    sessions.begin(Login(account=account), lasts, remember=remember)
    session().commit()


def _confirmed(field: str) -> dict[str, str]:
    """The problem of a field that must hold the visitor's password; guesses count as at the door.

    Raises `TooOften`.
    """
    draft = Draft(email=g.login.account.email, password=accounts.read_password(request.form, field))
    try:
        accounts.authenticate(session(), draft, request.remote_addr or "", datetime.now(UTC))
    except accounts.WrongPassword:
        return {field: "This is not your password."}
    return {}


def _next() -> str:
    """A path of ours that a visitor wanted to see, or the profile; never another host's."""
    wanted = request.values.get("next", "")
    return wanted if _PATH.fullmatch(wanted) else "/profile/"


def _to(address: str) -> ResponseReturnValue:
    return redirect(address, HTTPStatus.SEE_OTHER)


def _done(message: str) -> ResponseReturnValue:
    flash(message)
    return _to(url_for("accounts.profile"))


def _refused(error: TooOften) -> tuple[int, dict[str, str]]:
    return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.seconds)}


def _sign_up(draft: Draft, problems: dict[str, str], refusal: TooOften | None = None) -> str:
    return render_template("sign-up.html", draft=draft, problems=problems, refusal=refusal)


def _sign_in(draft: Draft, problems: dict[str, str], refusal: TooOften | None = None) -> str:
    return render_template(
        "sign-in.html", draft=draft, problems=problems, refusal=refusal, next=_next()
    )


def _profile(problems: dict[str, str], **values: Any) -> str:
    shown = {"name": g.login.account.name, "refusal": None} | values
    return render_template(
        "profile.html",
        problems=problems,
        current=g.login,
        logins=accounts.logins(session(), g.login.account),
        favourites=catalogue.favourites(session(), g.login.account),
        device=accounts.device,
        **shown,
    )
