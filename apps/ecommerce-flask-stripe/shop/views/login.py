"""Signing in and out, and the list of an admin's sessions."""

import re
from datetime import timedelta

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import delete, select
from werkzeug.wrappers import Response as BaseResponse

from appkit.flask import sessions
from appkit.flask.database import session
from appkit.limits import TooOften
from shop import admins
from shop.models import AdminSession, now
from shop.views.guard import admin_only, private_pages

pages = private_pages("login", "/admin")

SESSION_LIFETIME = timedelta(hours=12)

MAX_LISTED_SESSIONS = 100

_NEXT = re.compile(r"/admin(?!/log)(?:/[A-Za-z0-9_-]+)*")


@pages.get("/login")
def form() -> str:
    """The login form."""
    return render_template("login.html", name="", problem=None)


@pages.post("/login")
def sign_in() -> Response | BaseResponse:
    """Signs in with `name` and `password`, and redirects to the page in `next`."""
    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    try:
        admin = admins.sign_in(session(), name, password, request.remote_addr or "", now())
    except admins.WrongPasswordError:
        problem = "The name or the password is wrong."
        return make_response(render_template("login.html", name=name, problem=problem), 422)
    except TooOften as error:
        problem = f"Too many wrong passwords. Try again in {error.wait}."
        page = make_response(render_template("login.html", name=name, problem=problem), 429)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    sessions.begin(AdminSession(admin_id=admin.id), SESSION_LIFETIME)
    session().commit()
    target = request.args.get("next", "")
    path = target if _NEXT.fullmatch(target) else "/admin"
    return redirect(request.script_root + path, 303)


@pages.post("/logout")
def sign_out() -> BaseResponse:
    """Signs out."""
    sessions.end(AdminSession)
    session().commit()
    flash("You are signed out.")
    return redirect(url_for("store.products"), 303)


@pages.get("/sessions")
@admin_only
def list_sessions() -> str:
    """Lists the admin's sessions, the last used first: no more than a page can show."""
    own_sessions = (
        select(AdminSession)
        .where(AdminSession.admin_id == g.login.admin_id, AdminSession.expires > now())
        .order_by(AdminSession.seen.desc(), AdminSession.id.desc())
        .limit(MAX_LISTED_SESSIONS)
    )
    return render_template("sessions.html", logins=session().scalars(own_sessions).all())


@pages.post("/sessions")
@admin_only
def end_other_sessions() -> BaseResponse:
    """Signs this admin out of every other browser."""
    session().execute(
        delete(AdminSession).where(
            AdminSession.admin_id == g.login.admin_id, AdminSession.id != g.login.id
        )
    )
    session().commit()
    flash("You are signed out everywhere else.")
    return redirect(url_for("login.list_sessions"), 303)
