import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from devkit.testing.flask import Browser, token_in
from soft_ui import demo
from soft_ui.examples import EXAMPLES
from soft_ui.models import Component, Favourite
from soft_ui.project import project
from tests.page import Page, assert_sound
from tests.visitors import sign_up

type Statements = Callable[[], AbstractContextManager[list[str]]]

SPECIFIED = {
    *("alerts", "modals", "tooltips", "avatars", "badges", "breadcrumbs", "buttons", "dropdowns"),
    *("progress-bars", "toggles", "typography", "forms", "inputs", "tabs", "navbars"),
    *("pagination", "features", "heroes"),
}


def test_all_specified_components_exist(session: Session) -> None:
    assert set(session.scalars(select(Component.slug))) == SPECIFIED == set(EXAMPLES)


def test_examples_and_templates_match() -> None:
    folder = Path(project.folder, "templates/examples")
    templates = {f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.html")}
    listed = [f"{slug}/{one.name}" for slug, several in EXAMPLES.items() for one in several]
    assert sorted(listed) == sorted(templates)


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
@pytest.mark.parametrize("slug", sorted(SPECIFIED))
def test_a_component_has_a_sound_page(browser: Browser, slug: str, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    response = browser.get(f"/components/{slug}/", headers=headers)
    assert response.status_code == 200
    page = assert_sound(response, browser, prefix)
    assert set(page.values("id")) >= {example.name for example in EXAMPLES[slug]}


@pytest.mark.parametrize("slug", sorted(SPECIFIED))
def test_the_markup_to_copy_is_that_of_the_live_example(browser: Browser, slug: str) -> None:
    text = browser.get(f"/components/{slug}/").text
    live = re.findall(r"data-example>\n(.*?)\n        </div>\n        <details", text, re.DOTALL)
    copied = re.findall(r"<pre [^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    assert len(live) == len(EXAMPLES[slug]) >= 2
    assert [html.unescape(markup).strip() for markup in copied] == [one.strip() for one in live]
    for markup in copied:
        assert "{{" not in markup
        assert Page(html.unescape(markup)).elements


def test_links_to_the_previous_and_next_component(browser: Browser) -> None:
    assert '/components/badges/"' in browser.get("/components/buttons/").text
    assert 'rel="prev"' not in browser.get("/components/buttons/").text
    assert 'rel="next"' not in browser.get("/components/features/").text


@pytest.mark.parametrize(
    ("query", "title", "text"),
    [
        ("tabs", "1 found for tabs | Soft UI", "A few views of one thing"),
        ("<script>", "0 found for &lt;script&gt; | Soft UI", "Try another word"),
        ("", "Components | Soft UI", "A few views of one thing"),
        ("x" * 500, f"0 found for {'x' * 60} | Soft UI", "Try another word"),
    ],
)
def test_search(browser: Browser, query: str, title: str, text: str) -> None:
    page = browser.get("/components/", query_string={"q": query}).text
    assert f"<title>{title}</title>" in page
    assert text in page


@pytest.mark.sqlite
def test_favourites_can_be_added_and_removed(browser: Browser, session: Session) -> None:
    sign_up(browser)
    page = "/components/tabs/"
    for value, is_favourite, message in (
        ("yes", True, "Tabs is now"),
        ("yes", True, "Tabs is now"),
        ("no", False, "Tabs is no longer"),
        ("no", False, "Tabs is no longer"),
    ):
        data = {"csrf_token": token_in(browser.get(page)), "favourite": value}
        response = browser.post(f"{page}favourite/", data=data)
        assert (response.status_code, response.headers["Location"]) == (303, page)
        assert message in browser.get(page).text
        assert ("Remove from the favourites" in browser.get(page).text) is is_favourite
        assert ('href="/components/tabs/"' in browser.get("/profile/").text) is is_favourite
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Favourite)) == int(is_favourite)


def test_visitors_see_the_number_of_favourites(browser: Browser, session: Session) -> None:
    assert 'id="favourite-count"' not in browser.get("/components/buttons/").text
    demo.load(session)
    session.commit()
    assert "A favourite of 2 visitors<" in browser.get("/components/buttons/").text
    assert "A favourite of 1 visitor<" in browser.get("/components/heroes/").text


def test_favourites_need_an_account(browser: Browser) -> None:
    assert "Add to the favourites" not in browser.get("/components/tabs/").text
    data = {"csrf_token": token_in(browser.get("/contact/")), "favourite": "yes"}
    response = browser.post("/components/tabs/favourite/", data=data)
    assert response.headers["Location"] == "/sign-in/?next=/profile/"


def test_an_unknown_component_cannot_be_a_favourite(browser: Browser) -> None:
    sign_up(browser)
    data = {"csrf_token": token_in(browser.get("/contact/")), "favourite": "yes"}
    assert browser.post("/components/none/favourite/", data=data).status_code == 404


def test_a_component_that_a_newer_release_removed_is_404(
    browser: Browser, session: Session
) -> None:
    session.delete(session.get_one(Component, "tabs"))
    session.commit()
    assert browser.get("/components/tabs/").status_code == 404


def test_a_page_needs_few_queries(browser: Browser, statements: Statements) -> None:
    sign_up(browser)
    browser.get("/components/tabs/")
    with statements() as executed:
        browser.get("/components/tabs/")
    assert len(executed) <= 5
