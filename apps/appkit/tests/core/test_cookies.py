"""Cookies have other names over https than over http."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from appkit.cookies import received, sent
from appkit.env import Environment
from appkit.settings import Settings
from appkit.wsgi import ServiceMiddleware
from devkit.testing.cookies import CookieBrowser, Scheme
from devkit.testing.server import Database

COOKIE = "shop-session=abc; HttpOnly; Path=/; SameSite=Lax"


class TestReceived:
    @pytest.mark.parametrize(
        ("header", "found"),
        [
            ("__Host-shop-session=a; __Host-shop-csrf=b", "shop-session=a; shop-csrf=b"),
            ("shop-session=http; __Host-shop-session=https", "shop-session=https"),
            ("__Host-shop-session=https; shop-session=http", "shop-session=https"),
            ("__Host-a=1;__Host-b=2;\t__Host-c=3 ;", "a=1; b=2; c=3"),
            ("__Host-a=1; __Host-a=2", "a=1; a=2"),
            ('__Host-a="1 2"; __Host-b=x=y=', 'a="1 2"; b=x=y='),
            ('__Host-a="1; shop-session=http"', 'a="1'),
            ("__Host-__Host-a=1", "__Host-a=1"),
            ("__Host-a=\xe9\x00\x7f", "a=\xe9\x00\x7f"),
        ],
    )
    def test_a_cookie_of_https(self, header: str, found: str) -> None:
        assert received(header) == found

    @pytest.mark.parametrize(
        "header",
        [
            *("", ";", "; ;", "=", "=__Host-shop-session=a", "__Host", "x", "\x00", '"'),
            *("shop-session=a", "Shop-Session=a", "__Secure-shop-session=a"),
            # A browser accepts these names from a page of http.
            *("__host-shop-session=a", "__HOST-shop-session=a", "_-Host-shop-session=a"),
            *("\xa0__Host-shop-session=a", "\x85__Host-shop-session=a"),
            *("\x0b__Host-shop-session=a", "\x1c__Host-shop-session=a"),
            # A parser that knows quotes would find another cookie.
            *('a="__Host-shop-session=a"', 'a="x, __Host-shop-session=a"'),
            "$Version=1, __Host-shop-session=a",
        ],
    )
    def test_no_other_cookie_is_read(self, header: str) -> None:
        assert received(header) == ""

    def test_a_long_header(self) -> None:
        others = ";".join(["a=1"] * 100_000)
        assert received(f"{others};__Host-shop-session=a;{others}") == "shop-session=a"


class TestSent:
    @pytest.mark.parametrize("secure", [True, False])
    @pytest.mark.parametrize("flag", ["", "; Secure", "; secure", ";SECURE ;  Secure"])
    def test_name_and_flag_follow_the_scheme(self, flag: str, secure: bool) -> None:
        expected = f"__Host-{COOKIE}; Secure" if secure else COOKIE
        assert sent(COOKIE + flag, secure=secure) == expected

    @pytest.mark.parametrize("secure", [True, False])
    def test_the_name_may_follow_a_space(self, secure: bool) -> None:
        assert sent(f" {COOKIE}", secure=secure) == sent(COOKIE, secure=secure)

    @pytest.mark.parametrize("secure", [True, False])
    def test_values_are_kept(self, secure: bool) -> None:
        cookie = 'a="secure=\\073 secure"; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/'
        expected = f"__Host-{cookie}; Secure" if secure else cookie
        assert sent(cookie, secure=secure) == expected


class Site:
    """Sets the cookies of `lines`, and answers with the cookies that it received."""

    def __init__(self) -> None:
        self.lines = [COOKIE, "shop-csrf=def; Path=/"]
        with Environment({"ENVIRONMENT": "development", "TRUSTED_PROXY": "localhost"}) as env:
            settings = Settings.read(env, app="shop")
        service = ServiceMiddleware(self.application, settings=settings, database=Database())
        self.browser = CookieBrowser(service)

    def application(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("set-cookie", line) for line in self.lines])
        return [environ.get("HTTP_COOKIE", "").encode()]

    def cookies(self, scheme: Scheme) -> str:
        return self.browser.get(scheme, "/").body.decode()


class TestBothSchemes:
    @pytest.mark.parametrize("order", [("http", "https"), ("https", "http")])
    def test_each_has_its_own_cookies(self, order: tuple[Scheme, Scheme]) -> None:
        site = Site()
        for scheme in order:
            site.lines = [f"shop-session={scheme}; Path=/"]
            assert site.cookies(scheme) == ""
        for scheme in order:
            assert site.cookies(scheme) == f"shop-session={scheme}"

    @pytest.mark.parametrize(("ended", "other"), [("http", "https"), ("https", "http")])
    def test_a_cookie_is_deleted_at_its_scheme_only(self, ended: Scheme, other: Scheme) -> None:
        site = Site()
        for scheme in (ended, other):
            site.cookies(scheme)
        site.lines = ["shop-session=; Max-Age=0; Path=/"]
        site.cookies(ended)
        site.lines = []
        assert site.cookies(ended) == "shop-csrf=def"
        assert site.cookies(other) == "shop-session=abc; shop-csrf=def"

    def test_a_cookie_that_http_has_set_is_not_read_over_https(self) -> None:
        site = Site()
        site.browser.jar.receive("shop-session=chosen; Path=/", "http")
        assert site.cookies("https") == ""
