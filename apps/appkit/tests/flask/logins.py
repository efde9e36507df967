"""A small application whose visitors sign in, and requests to it."""

from datetime import timedelta

from flask import Flask, abort
from flask import session as cookie
from sqlalchemy import String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.test import Client

from appkit.flask import sessions
from appkit.flask.csrf import csrf_field
from appkit.flask.database import Database, session
from appkit.wsgi import ServiceMiddleware
from devkit.testing.flask import token_in


class Model(DeclarativeBase):
    pass


class Login(sessions.LoginSession, Model):
    __tablename__ = "logins"
    OWNER = "name"

    name: Mapped[str] = mapped_column(String(20))


def build(app: Flask) -> None:
    @app.get("/who")
    def who() -> str:
        login = sessions.current(Login)
        return login.name if login else "nobody"

    @app.get("/form")
    def form() -> str:
        cookie["planted"] = "before"
        return csrf_field()

    @app.get("/planted")
    def planted() -> str:
        return str(cookie.get("planted"))

    @app.post("/in/<name>")
    def sign_in(name: str) -> str:
        remember = name == "remembered"
        lasts = timedelta(0) if name == "expired" else timedelta(hours=1)
        sessions.begin(Login(name=name), lasts, remember=remember)
        if name == "refused":
            abort(403)
        session().commit()
        return "in"

    @app.post("/out")
    def sign_out() -> str:
        sessions.end(Login)
        session().commit()
        return "out"

    @app.post("/renew")
    def renew() -> str:
        login = sessions.current(Login)
        assert login is not None
        sessions.renew(login)
        session().commit()
        return "renewed"

    @app.get("/count")
    def count() -> str:
        return str(session().scalar(select(func.count(Login.id))))


def database(browser: Client) -> Database:
    assert isinstance(browser.application, ServiceMiddleware)
    assert isinstance(browser.application.database, Database)
    return browser.application.database


def send(browser: Client, path: str, agent: str = "Browser/1.0") -> str:
    token = token_in(browser.get("/form"))
    data = {"csrf_token": token}
    response = browser.post(path, data=data, headers={"User-Agent": agent})
    return response.headers.get("Set-Cookie", "")


def rows(browser: Client) -> list[Login]:
    with database(browser).session() as opened:
        return list(opened.scalars(select(Login)))
