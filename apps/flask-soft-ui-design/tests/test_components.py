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
from tests.page import Page, check
from tests.visitors import join

type Statements = Callable[[], AbstractContextManager[list[str]]]

SPECIFIED = {
    *("alerts", "modals", "tooltips", "avatars", "badges", "breadcrumbs", "buttons", "dropdowns"),
    *("progress-bars", "toggles", "typography", "forms", "inputs", "tabs", "navbars"),
    *("pagination", "features", "heroes"),
}


def test_all_that_is_specified_is_there(session: Session) -> None:
    assert set(session.scalars(select(Component.slug))) == SPECIFIED == set(EXAMPLES)


def test_each_example_has_its_markup_and_each_markup_its_example() -> None:
    folder = Path(project.folder, "templates/examples")
    written = {f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.html")}
    listed = [f"{slug}/{one.name}" for slug, several in EXAMPLES.items() for one in several]
    assert sorted(listed) == sorted(written)


@pytest.mark.parametrize("prefix", ["", "/flask-soft-ui"])
@pytest.mark.parametrize("slug", sorted(SPECIFIED))
def test_a_component_has_a_sound_page(browser: Browser, slug: str, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix} if prefix else {}
    answer = browser.get(f"/components/{slug}/", headers=headers)
    assert answer.status_code == 200
    page = check(answer, browser, prefix)
    assert set(page.values("id")) >= {example.name for example in EXAMPLES[slug]}


@pytest.mark.parametrize("slug", sorted(SPECIFIED))
def test_what_is_shown_is_what_is_copied(browser: Browser, slug: str) -> None:
    text = browser.get(f"/components/{slug}/").text
    live = re.findall(r"data-example>\n(.*?)\n        </div>\n        <details", text, re.DOTALL)
    copied = re.findall(r"<pre [^>]*><code>(.*?)</code></pre>", text, re.DOTALL)
    assert len(live) == len(EXAMPLES[slug]) >= 2
    assert [html.unescape(markup).strip() for markup in copied] == [one.strip() for one in live]
    for markup in copied:
        assert "{{" not in markup
        assert Page(html.unescape(markup)).elements


def test_the_way_to_the_neighbours(browser: Browser) -> None:
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
def test_searching(browser: Browser, query: str, title: str, text: str) -> None:
    page = browser.get("/components/", query_string={"q": query}).text
    assert f"<title>{title}</title>" in page
    assert text in page


def test_favourites_are_kept_and_let_go(browser: Browser, session: Session) -> None:
    join(browser)
    page = "/components/tabs/"
    for keep, kept, said in (
        ("yes", True, "Tabs is now among your favourites."),
        ("yes", True, "Tabs is now among your favourites."),
        ("no", False, "Tabs is no longer among your favourites."),
        ("no", False, "Tabs is no longer among your favourites."),
    ):
        data = {"csrf_token": token_in(browser.get(page)), "keep": keep}
        answer = browser.post(f"{page}favourite/", data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
        assert said in browser.get(page).text
        assert ("A favourite: remove it" in browser.get(page).text) is kept
        assert ('href="/components/tabs/"' in browser.get("/profile/").text) is kept
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Favourite)) == int(kept)


def test_others_see_how_many_keep_it(browser: Browser, session: Session) -> None:
    assert 'id="kept-by"' not in browser.get("/components/buttons/").text
    demo.load(session)
    session.commit()
    assert "A favourite of 2 visitors<" in browser.get("/components/buttons/").text
    assert "A favourite of 1 visitor<" in browser.get("/components/heroes/").text


def test_favourites_are_for_those_who_are_signed_in(browser: Browser) -> None:
    assert "Keep as a favourite" not in browser.get("/components/tabs/").text
    data = {"csrf_token": token_in(browser.get("/contact/")), "keep": "yes"}
    answer = browser.post("/components/tabs/favourite/", data=data)
    assert answer.headers["Location"] == "/sign-in/?next=/profile/"


def test_no_favourite_of_what_is_not_there(browser: Browser) -> None:
    join(browser)
    data = {"csrf_token": token_in(browser.get("/contact/")), "keep": "yes"}
    assert browser.post("/components/none/favourite/", data=data).status_code == 404


def test_a_component_that_a_newer_release_took_away(browser: Browser, session: Session) -> None:
    session.delete(session.get_one(Component, "tabs"))
    session.commit()
    assert browser.get("/components/tabs/").status_code == 404


def test_a_page_asks_little_of_the_database(browser: Browser, statements: Statements) -> None:
    join(browser)
    browser.get("/components/tabs/")
    with statements() as seen:
        browser.get("/components/tabs/")
    assert len(seen) <= 5
