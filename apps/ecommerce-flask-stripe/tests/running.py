"""The shop as a test runs it: whole, on its shop floor, with a browser in front."""

import re

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from appkit.env import Environment
from appkit.flask.database import database_of
from appkit.wsgi import ShopFloor, content_security_policy, shop_floor
from shop.admins import create_admin
from shop.project import project
from shop.rules import Draft

DRAFT = Draft(
    name="Oak tray",
    price=3450,
    currency="eur",
    info="Oak · 40 cm",
    short_description="A tray.",
    full_description="It carries\n\na breakfast.",
    images=("parcel.svg",),
)

FORM = {
    "name": "Oak tray",
    "price": "34.50",
    "currency": "eur",
    "info": "Oak · 40 cm",
    "short_description": "A tray.",
    "full_description": "It carries\r\n\r\na breakfast.",
    "picture": "parcel.svg",
}

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(Client):
    """A client that keeps cookies, and fills in the token of the page that holds the form."""

    def submit(self, path: str, fields: dict[str, str], page: str | None = None) -> TestResponse:
        token = _TOKEN.search(self.get(page or path).text)
        assert token
        return self.post(path, data={**fields, "csrf_token": token[1]})


class Shop:
    """One process of the shop."""

    def __init__(self, environ: dict[str, str]) -> None:
        settings, config = project.read(Environment(environ))
        self.flask: Flask = project.flask(settings, config)
        self.database = database_of(self.flask)
        policy = content_security_policy(self.flask.config["CONTENT_SECURITY_POLICY"])
        self.floor: ShopFloor = shop_floor(
            self.flask, settings=settings, database=self.database, policy=policy
        )

    def browser(self, **headers: str) -> Browser:
        def application(environ, start_response):  # type: ignore[no-untyped-def]
            return self.floor({**environ, **headers}, start_response)

        return Browser(application)

    def signed_in(self) -> Browser:
        with Session(self.database.engine) as session:
            password = create_admin(session, "anna")
        browser = self.browser()
        fields = {"name": "anna", "password": password}
        assert browser.submit("/admin/login", fields).status_code == 303
        return browser
