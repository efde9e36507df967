"""A browser that visits an application over https, through a proxy, and over http at its port."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication, WSGIEnvironment

from appkit.wsgi import ServiceMiddleware
from devkit.testing.hostile import Answer, Request, send

type Scheme = Literal["http", "https"]

_ORIGINS: dict[Scheme, str] = {"http": "http://shop.example:9005", "https": "https://shop.example"}


@dataclass(frozen=True)
class _Cookie:
    name: str
    value: str
    attributes: dict[str, str]
    """By their names in lower case; the value of a flag is empty."""

    @property
    def secure(self) -> bool:
        return "secure" in self.attributes


class CookieJar:
    """The cookies of one host, under the rules of RFC 6265bis."""

    def __init__(self) -> None:
        self._cookies: dict[str, _Cookie] = {}

    def names(self) -> set[str]:
        return set(self._cookies)

    def header(self, scheme: Scheme) -> str:
        """The value of the header `Cookie`."""
        sent = (each for each in self._cookies.values() if scheme == "https" or not each.secure)
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)

    def receive(self, line: str, scheme: Scheme) -> None:
        """Stores, replaces or deletes a cookie, or ignores it, by a header `Set-Cookie`."""
        (name, value), *attributes = (_pair(part) for part in line.split(";"))
        cookie = _Cookie(name, value, {key.lower(): text for key, text in attributes})
        if not self._accepts(cookie, scheme):
            return
        if cookie.attributes.get("max-age") == "0":
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = cookie

    def _accepts(self, cookie: _Cookie, scheme: Scheme) -> bool:
        if cookie.name.lower().startswith("__host-") and not (
            cookie.secure
            and cookie.attributes.get("path") == "/"
            and "domain" not in cookie.attributes
        ):
            return False
        if cookie.name.lower().startswith("__secure-") and not cookie.secure:
            return False
        replaced = self._cookies.get(cookie.name)
        return scheme == "https" or not (cookie.secure or (replaced and replaced.secure))


def check_sessions_are_apart(
    order: tuple[Scheme, Scheme],
    post: Callable[[Scheme, str], int],
    user: Callable[[Scheme], str],
) -> None:
    """Signs two users in, each at one scheme, and the first one out again.

    `post` submits a form to a path, with its CSRF token, and returns the status. `user` returns the
    name of the signed-in user, or `nobody`.
    """
    first, second = order
    assert post(first, "/in/ada") == 200
    assert user(second) == "nobody"
    assert post(second, "/in/grace") == 200
    assert (user(first), user(second)) == ("ada", "grace")
    assert post(first, "/out") == 200
    assert (user(first), user(second)) == ("nobody", "grace")


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.strip(" \t").partition("=")
    return name, value


@dataclass
class CookieBrowser:
    """Sends requests to an application whose TRUSTED_PROXY is localhost."""

    application: WSGIApplication | ServiceMiddleware
    send: Callable[..., Answer] = send
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, scheme: Scheme, path: str) -> Answer:
        return self._open(scheme, Request(path=path))

    def post(self, scheme: Scheme, path: str, fields: dict[str, str]) -> Answer:
        return self._open(scheme, Request("POST", path, body=urlencode(fields).encode()))

    def _open(self, scheme: Scheme, request: Request) -> Answer:
        def application(environ: WSGIEnvironment, start: Callable[..., object]) -> Iterable[bytes]:
            def receive(
                status: str, headers: list[tuple[str, str]], *exc_info: object
            ) -> Callable[[bytes], object]:
                for name, value in headers:
                    if name.lower() == "set-cookie":
                        self.jar.receive(value, scheme)
                start(status, headers, *exc_info)
                return lambda _: None

            return self.application(environ, receive)

        origin = _ORIGINS[scheme]
        headers = {
            "Host": origin.partition("://")[2],
            "Origin": origin,
            "Cookie": self.jar.header(scheme),
            "X-Forwarded-Proto": scheme,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        sent = Request(request.method, request.path, headers=headers, body=request.body)
        return self.send(application, sent)
