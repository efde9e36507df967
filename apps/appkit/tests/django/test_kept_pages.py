"""Pages that are kept, and their holes."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import RequestFactory
from django.urls import set_script_prefix

from appkit.django.kept_pages import Hole, KeptPages

SIZE = 3

requests = RequestFactory()


class Site:
    """A view that is kept, and counts how often it runs."""

    def __init__(self) -> None:
        self.token: str | None = "a"
        self.runs = 0
        self.respond: Callable[[HttpRequest], HttpResponse] = lambda _: HttpResponse("page")
        greeting = Hole("(?<=<b>)[^<]*(?=</b>)", lambda request: request.headers.get("Name", "?"))
        self.pages = KeptPages(lambda: self.token, SIZE, greeting)
        self.get = self.pages.keep(self.view)

    def view(self, request: HttpRequest) -> HttpResponse:
        self.runs += 1
        return self.respond(request)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture(autouse=True)
def prefix() -> Iterator[None]:
    yield
    set_script_prefix("/")


def test_a_page_is_rendered_once_for_each_token(site: Site) -> None:
    for token, runs in (("a", 1), ("a", 1), ("b", 2), ("b", 2), ("a", 3)):
        site.token = token
        assert site.get(requests.get("/")).content == b"page"
        assert site.runs == runs


def test_path_query_and_prefix_have_pages_of_their_own(site: Site) -> None:
    site.respond = lambda request: HttpResponse(request.get_full_path())
    for _ in range(2):
        for path in ("/", "/?a=1", "/other"):
            assert site.get(requests.get(path)).content == path.encode()
    assert site.runs == 3
    set_script_prefix("/prefix")
    site.get(requests.get("/"))
    assert site.runs == 4


def test_the_visitor_with_a_session_gets_a_page_of_his_own(site: Site) -> None:
    site.get(requests.get("/"))
    request = requests.get("/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}=x"})
    for _ in range(2):
        site.get(request)
    assert site.runs == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
def test_other_methods_reach_the_view(site: Site, method: str) -> None:
    site.get(requests.get("/"))
    site.get(requests.generic(method, "/"))
    assert site.runs == 2


def test_head_and_get_share_a_page(site: Site) -> None:
    site.get(requests.head("/"))
    assert site.get(requests.get("/")).content == b"page"
    assert site.runs == 1


@pytest.mark.parametrize("status", [400, 404, 302, 206])
def test_only_a_successful_page_is_kept(site: Site, status: int) -> None:
    site.respond = lambda _: HttpResponse(status=status)
    for _ in range(2):
        assert site.get(requests.get("/")).status_code == status
    assert site.runs == 2


def test_a_page_that_sets_a_cookie_is_not_kept(site: Site) -> None:
    def respond(_: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("visitor", "1")
        return response

    site.respond = respond
    for _ in range(2):
        site.get(requests.get("/"))
    assert site.runs == 2


def test_headers_are_kept_and_caches_distinguish_visitors(site: Site) -> None:
    site.respond = lambda _: HttpResponse(
        "{}", content_type="application/json", headers={"Vary": "Accept"}
    )
    for _ in range(2):
        again = site.get(requests.get("/"))
    assert (again["Content-Type"], again["Vary"]) == ("application/json", "Accept, Cookie")


def test_a_header_that_is_added_later_is_not_kept(site: Site) -> None:
    for _ in range(2):
        page = site.get(requests.get("/"))
        assert not page.has_header("X-Visitor")
        page["X-Visitor"] = "1"


def test_each_hole_is_filled_for_its_request(site: Site) -> None:
    site.respond = lambda _: HttpResponse("<b>?</b> and <b></b>")
    site.get(requests.get("/"))
    request = requests.get("/", headers={"Name": "Ada & Bob"})
    assert site.get(request).content == b"<b>Ada & Bob</b> and <b>Ada & Bob</b>"
    assert site.get(requests.get("/")).content == b"<b>?</b> and <b>?</b>"
    assert site.runs == 1


def test_each_visitor_gets_a_token_of_their_own(site: Site) -> None:
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    site.respond = lambda request: HttpResponse(field.format(get_token(request)))
    tokens = set()
    for _ in range(3):
        visit = requests.get("/")
        (token,) = re.findall('value="(\\w+)"', site.get(visit).content.decode())
        tokens.add(token)
        # The middleware sends it as a cookie.
        cookie = visit.META["CSRF_COOKIE"]
        assert visit.META["CSRF_COOKIE_NEEDS_UPDATE"]
        form = requests.post("/", {"csrfmiddlewaretoken": token})
        form.COOKIES[settings.CSRF_COOKIE_NAME] = cookie
        middleware = CsrfViewMiddleware(site.view)
        middleware.process_request(form)
        assert middleware.process_view(form, site.view, (), {}) is None
    assert (len(tokens), site.runs) == (3, 1)


def test_the_number_of_pages_is_bounded(site: Site) -> None:
    for number in range(SIZE + 1):
        site.get(requests.get(f"/{number}"))
    site.get(requests.get("/3"))
    assert site.runs == SIZE + 1
    site.get(requests.get("/0"))
    assert site.runs == SIZE + 2


def test_in_development_nothing_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.get(requests.get("/"))
    monkeypatch.setattr(settings, "DEBUG", True)
    for _ in range(2):
        site.get(requests.get("/"))
    assert site.runs == 3
