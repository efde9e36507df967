"""The complete shop in its middleware, a client for it, and the data of one product."""

import re
from contextlib import suppress

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from appkit.env import Environment
from appkit.flask.database import database_of
from appkit.wsgi import ServiceMiddleware, content_security_policy
from shop.admins import create_admin
from shop.product_rules import Draft
from shop.project import project

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

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')


class Browser(Client):
    """A client with cookies that submits forms with their hidden fields, such as the CSRF token.

    `overrides` are added to the WSGI environment of each request.
    """

    def __init__(self, application: ServiceMiddleware, overrides: dict[str, str]) -> None:
        self.overrides = overrides
        super().__init__(lambda environ, start: application({**environ, **self.overrides}, start))

    def submit(self, path: str, fields: dict[str, str], page: str | None = None) -> TestResponse:
        hidden = dict(_HIDDEN.findall(self.get(page or path).text))
        assert "csrf_token" in hidden
        return self.post(path, data={**hidden, **fields})


class Shop:
    """One process of the shop, as one replica has it."""

    _password = ""

    def __init__(self, environ: dict[str, str], **config: object) -> None:
        settings, own = project.read(Environment(environ))
        self.flask: Flask = project.flask(settings, {**own, **config})
        self.database = database_of(self.flask)
        policy = content_security_policy(self.flask.config["CONTENT_SECURITY_POLICY"])
        self.service: ServiceMiddleware = ServiceMiddleware(
            self.flask,
            settings=settings,
            database=self.database,
            policy=policy,
            sweepers=project.sweepers(self.flask),
        )

    def browser(self, **headers: str) -> Browser:
        return Browser(self.service, headers)

    def signed_in(self, agent: str = "Browser/1.0") -> Browser:
        """A browser in which the admin anna is signed in; she is created if necessary."""
        with Session(self.database.engine) as session, suppress(ValueError):
            self._password = create_admin(session, "anna")
        browser = self.browser(HTTP_USER_AGENT=agent)
        fields = {"name": "anna", "password": self._password}
        assert browser.submit("/admin/login", fields).status_code == 303
        return browser
